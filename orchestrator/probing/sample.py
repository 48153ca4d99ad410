"""Which accounts are looked into."""

import hashlib
from collections.abc import Collection, Iterable
from math import ceil

from orchestrator.model.identifiers import AccountId


def sample(accounts: Collection[AccountId], percent: float, always: Collection[AccountId] = ()) -> tuple[AccountId, ...]:
    """That share of the accounts, one at least, and those of ``always`` that are among them.

    The order is that of their hashes: the same accounts every time, spread over ids that follow each other, and a larger sample holds the
    smaller one.
    """
    number = max(1, ceil(len(accounts) * percent / 100))
    first = sorted(accounts, key=lambda account: hashlib.sha256(account.encode()).digest())[:number]
    return tuple(sorted({*first, *(account for account in always if account in accounts)}))


def digest_of(texts: Iterable[str]) -> str:
    """One digest of many texts, whatever their number."""
    hashed = hashlib.sha256()
    for text in texts:
        hashed.update(f"{len(text)}:{text}".encode())
    return hashed.hexdigest()
