"""What a plan says of temporary grants whose use could not be looked for: unknown is never taken for unused."""

from collections import defaultdict
from collections.abc import Iterable

from orchestrator.model.counts import some_of
from orchestrator.model.evidence import Unknown
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.temporary import TemporaryGrant

NAMED = 5
"""As many accounts are named; more are counted."""


def unseen_warnings(unseen: Iterable[TemporaryGrant]) -> tuple[str, ...]:
    """One warning per group set and reason."""
    alike: dict[tuple[GroupSetName, str], list[AccountId]] = defaultdict(list)
    for grant in unseen:
        if isinstance(grant.evidence, Unknown):
            alike[grant.group_set, grant.evidence.reason].append(grant.account)
    return tuple(
        f"whether {group_set} was used in {some_of(accounts, 'account', NAMED)} is unknown, so only the end of its window ends it: {reason}"
        for (group_set, reason), accounts in alike.items()
    )
