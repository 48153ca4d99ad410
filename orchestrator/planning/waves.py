"""Which wave an account goes in. The hub goes first: without it no spoke is of use."""

import hashlib
from collections.abc import Iterable, Mapping

from orchestrator.model.identifiers import AccountId
from orchestrator.model.rollout import Wave
from orchestrator.selection.matching import Places, is_match


def assign_waves(accounts: Iterable[AccountId], waves: tuple[Wave, ...], places: Places) -> Mapping[AccountId, str]:
    """Wave name per account. A percentage is taken of those left, rounded up, in an order fixed by the account ids."""
    left = sorted(set(accounts), key=shuffled)
    assigned: dict[AccountId, str] = {}
    for position, wave in enumerate(waves):
        chosen = [account for account in left if position == 0 and account == places.hub]
        chosen += pick(wave, [account for account in left if account not in chosen], places, is_last=position == len(waves) - 1)
        assigned.update(dict.fromkeys(chosen, wave.name))
        left = [account for account in left if account not in assigned]
    return assigned


def pick(wave: Wave, left: list[AccountId], places: Places, *, is_last: bool) -> list[AccountId]:
    if is_last:
        return left
    if wave.where is not None:
        known = places.organization.accounts
        return [account for account in left if account in known and is_match(wave.where, known[account], places)]
    share = 100 if wave.percent is None else wave.percent
    return left[: -(-len(left) * share // 100)]


def shuffled(account: AccountId) -> str:
    """An order without pattern that is the same in every plan: neighbours by number are often one team's."""
    return hashlib.sha256(account.encode()).hexdigest()
