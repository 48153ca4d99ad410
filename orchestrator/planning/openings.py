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


def announced(grants: Iterable[TemporaryGrant], changes: Iterable[PlaceChange], wish: WantedGrant | None) -> tuple[TemporaryGrant, ...]:
    """The grants as judged, each window the plan opens or moves told; one a person asks for is among them, known before or not."""
    opened = openings(changes)
    known = {(grant.group_set, grant.account): grant for grant in grants}
    if wish is not None and (wish.group_set, wish.account) in opened:
        before = known.get((wish.group_set, wish.account)) or TemporaryGrant(
            wish.group_set, wish.account, TemporaryState.ABSENT, None, None
        )
        # What would follow without this plan, such as how to renew it, is beside the point.
        known[wish.group_set, wish.account] = replace(before, detail="")
    return tuple(announce(grant, opened.get(key)) for key, grant in sorted(known.items()))


def openings(changes: Iterable[PlaceChange]) -> Openings:
    return {(change.group_set, account): window for change in changes if change.group_set for account, window in change.windows.items()}


def announce(grant: TemporaryGrant, opened: Window | None) -> TemporaryGrant:
    """A window that is open already is moved: what matters of it is its end."""
    if opened is None:
        return grant
    if grant.state is TemporaryState.GRANTED and grant.window is not None:
        ends = f"{format_time(grant.window.not_after)} → {format_time(opened.not_after)}"
        told = f"this plan ends it {direction(grant.window, opened)}: {ends}"
    else:
        told = f"this plan opens it from {format_time(opened.not_before)} until {format_time(opened.not_after)}"
    return replace(grant, detail="; ".join(filter(None, (grant.detail, told))))


def direction(before: Window, after: Window) -> str:
    return "later" if after.not_after > before.not_after else "earlier"
