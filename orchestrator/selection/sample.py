"""A share of accounts: the same ones every time."""

from collections.abc import Collection
from hashlib import sha256
from math import ceil

from orchestrator.model.identifiers import AccountId


def sample(accounts: Collection[AccountId], percent: float, always: Collection[AccountId] = ()) -> tuple[AccountId, ...]:
    """That share of the accounts, one at least, and those of ``always`` that are among them.

    Picked by their hashes: spread over ids that follow each other, and a larger sample contains the smaller one.
    """
    number = ceil(len(accounts) * percent / 100)
    first = sorted(accounts, key=lambda account: sha256(account.encode()).digest())[:number]
    return tuple(sorted({*first, *(account for account in always if account in accounts)}))
