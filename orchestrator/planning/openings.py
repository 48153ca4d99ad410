"""What a plan says of the windows it opens: a reviewer has to see how long a grant will last."""

from collections.abc import Iterable
from dataclasses import replace

from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.state import Window
from orchestrator.model.temporary import TemporaryGrant, TemporaryState
from orchestrator.planning.changes import PlaceChange
from orchestrator.temporary.requests import WantedGrant
from orchestrator.temporary.windows import format_time

Openings = dict[tuple[GroupSetName, AccountId], Window]


def announced(
    grants: Iterable[TemporaryGrant], changes: Iterable[PlaceChange], requested: WantedGrant | None
) -> tuple[TemporaryGrant, ...]:
    """The judged grants, annotated with windows this plan opens, moves or ends; includes a newly requested grant."""
    opened = openings(changes)
    known = {(grant.group_set, grant.account): grant for grant in grants}
    if requested is not None and (requested.group_set, requested.account) in opened:
        before = known.get((requested.group_set, requested.account)) or TemporaryGrant(
            requested.group_set, requested.account, TemporaryState.ABSENT, None, None
        )
        # What would follow without this plan, such as how to renew it, is beside the point.
        known[requested.group_set, requested.account] = replace(before, detail="")
    return tuple(announce(grant, opened.get(key)) for key, grant in sorted(known.items()))


def openings(changes: Iterable[PlaceChange]) -> Openings:
    return {(change.group_set, account): window for change in changes if change.group_set for account, window in change.windows.items()}


def announce(grant: TemporaryGrant, opened: Window | None) -> TemporaryGrant:
    """A window that is open already is moved: what matters of it is its end."""
    if opened is None:
        return grant
    if grant.state is TemporaryState.GRANTED and grant.window is not None:
        ends = f"{format_time(grant.window.not_after)} → {format_time(opened.not_after)}"
        change = f"this plan ends it {direction(grant.window, opened)}: {ends}"
    else:
        change = f"this plan opens it from {format_time(opened.not_before)} until {format_time(opened.not_after)}"
    return replace(grant, detail="; ".join(filter(None, (grant.detail, change))))


def direction(before: Window, after: Window) -> str:
    return "later" if after.not_after > before.not_after else "earlier"
