"""How the purpose of a plan narrows it: a clean-up is the revocation of ended temporary grants and nothing else, a deliberate
grant is one window in one account, a destruction wants nothing at all.
"""

from collections.abc import Iterable
from dataclasses import replace

from orchestrator.model.identifiers import AccountId
from orchestrator.model.temporary import TemporaryState
from orchestrator.planning.diff import Difference
from orchestrator.temporary.life import Judgement
from orchestrator.temporary.requests import WantedGrant

ENDED = (TemporaryState.USED, TemporaryState.EXPIRED)


def only_ended(differences: Iterable[Difference], judgement: Judgement) -> tuple[Difference, ...]:
    """The deletions of used and expired temporary grants, and the StackSet the last of them left behind.

    What stays in a StackSet keeps it alive.
    """
    parts = (ended_part(difference, judgement) for difference in differences)
    return tuple(part for part in parts if part.delete or is_left_behind(part, judgement))


def ended_part(difference: Difference, judgement: Judgement) -> Difference:
    gone = tuple(account for account in difference.delete if is_ended(difference, account, judgement))
    stays = tuple(account for account in difference.instances if account not in gone)
    changes = tuple(change for change in difference.changes if change.account in gone and change.account in difference.delete)
    wanted = difference.wanted if stays or not difference.delete else None
    empty: tuple[AccountId, ...] = ()
    return replace(difference, wanted=wanted, create=empty, update=empty, replace=empty, delete=gone, kept=stays, changes=changes)


def is_left_behind(difference: Difference, judgement: Judgement) -> bool:
    """An empty StackSet of ours that nothing wants: the run that emptied it did not come to its end."""
    observed = difference.observed
    is_ours = observed is not None and not observed.is_foreign and not observed.instances
    return is_ours and difference.wanted is None and difference.group_set in {grant.group_set for grant in judgement.grants}


def is_ended(difference: Difference, account: AccountId, judgement: Judgement) -> bool:
    grant = judgement.state_of(difference.group_set, account)
    return grant is not None and grant.state in ENDED


def only_wish(differences: Iterable[Difference], wish: WantedGrant) -> tuple[Difference, ...]:
    """The one grant, and the role it attaches to when the account does not have it yet."""
    parts = (part(difference, wish.account) for difference in differences if serves(difference, wish, differences))
    return tuple(difference for difference in parts if difference.touched or difference.is_foreign)


def serves(difference: Difference, wish: WantedGrant, differences: Iterable[Difference]) -> bool:
    if difference.group_set == wish.group_set:
        return True
    roles = {other.wanted.role for other in differences if other.group_set == wish.group_set and other.wanted}
    return (
        difference.group_set is None
        and difference.wanted is not None
        and difference.wanted.role in roles
        and wish.account in difference.create
    )


def part(difference: Difference, account: AccountId) -> Difference:
    """One account's share, without revocations."""
    others = tuple(other for other in difference.instances if other != account)
    changes = tuple(change for change in difference.changes if change.account == account and account not in difference.delete)
    return replace(difference.narrowed(lambda candidate: candidate == account), kept=others, changes=changes)
