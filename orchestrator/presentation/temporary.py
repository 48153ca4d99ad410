"""Temporary grants, which come first wherever they are shown: age, time left, evidence, and overdue ones in red."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from orchestrator.model.counts import counted
from orchestrator.model.evidence import Evidence, Unknown, Unused, Used
from orchestrator.model.state import Window
from orchestrator.model.temporary import TemporaryGrant, TemporaryState
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.words import moment, span

GRACE = timedelta(hours=24)
"""How long a grant that was used may wait for a clean-up."""

MOST = 10
"""As many grants are shown where others can be opened; those that are overdue always are."""


def is_overdue(grant: TemporaryGrant, now: datetime) -> bool:
    """It is still in the account although its time is over, or it should have gone for its use more than a day ago.

    Where nothing may be changed nothing is owed.
    """
    has_ended = grant.window is not None and now >= grant.window.not_after
    match grant.state:
        case TemporaryState.ABSENT:
            return False
        case _ if grant.excluded:
            return False
        case TemporaryState.GRANTED:
            return has_ended
        case TemporaryState.EXPIRED:
            return True
        case TemporaryState.USED:
            return has_ended or (grant.due is not None and now - grant.due > GRACE)


def unknown_uses(number: int) -> str:
    """A sentence for the line that sums up, or nothing."""
    return f" The use of {counted(number, 'temporary grant')} is unknown." if number else ""


def overdue_first(grants: Iterable[TemporaryGrant], now: datetime) -> list[TemporaryGrant]:
    """Overdue ones, then those that are alive, then those that are absent."""
    return sorted(
        grants, key=lambda grant: (not is_overdue(grant, now), grant.state is TemporaryState.ABSENT, grant.group_set, grant.account)
    )


def temporary_lines(grants: Iterable[TemporaryGrant], now: datetime, page: Page, opened_by: str = "") -> list[str]:
    """A section of its own; nothing when there is nothing temporary. ``opened_by`` shows those that are left out after the first ones."""
    found = overdue_first(grants, now)
    if not found:
        return []
    overdue = sum(is_overdue(grant, now) for grant in found)
    shown = found[: max(MOST, overdue)] if opened_by else found
    lines = (line for grant in shown for line in grant_lines(grant, now, page))
    rest = f"and {counted(len(found) - len(shown), 'more temporary grant')} ({opened_by})" if len(shown) < len(found) else ""
    return [page.paint("Temporary grants", Tone.TITLE), *lines, *page.wrap(rest, "  ", "    ")]


def grant_lines(grant: TemporaryGrant, now: datetime, page: Page) -> list[str]:
    overdue = is_overdue(grant, now)
    heading = f"{'! ' if overdue else '  '}{grant.group_set} in {grant.account}: {state_words(grant, is_late=overdue)}"
    return [
        *page.wrap(heading.strip(), "  ", "    ", tone=Tone.BAD if overdue else None),
        *(line for sentence in grant_sentences(grant, now) for line in page.wrap(sentence, "      ")),
    ]


def state_words(grant: TemporaryGrant, *, is_late: bool) -> str:
    if is_late:
        return f"{grant.state}, OVERDUE"
    if grant.excluded:
        return f"{grant.state}, excluded: {grant.excluded}"
    return "used, to be cleaned up" if grant.state is TemporaryState.USED else str(grant.state)


def grant_sentences(grant: TemporaryGrant, now: datetime) -> list[str]:
    """When it began and ends, what evidence shows, and what follows; those that have something to say."""
    window = window_words(grant.window, now) if grant.window else ""
    evidence = "" if isinstance(grant.evidence, Used) and grant.detail else evidence_words(grant.evidence)
    return [sentence for sentence in (window, evidence, grant.detail) if sentence]


def window_words(window: Window, now: datetime) -> str:
    begin = f"granted {moment(window.not_before)} ({span(now - window.not_before)} ago)"
    if now < window.not_before:
        begin = f"begins {moment(window.not_before)} (in {span(window.not_before - now)})"
    if now < window.not_after:
        return f"{begin}, ends {moment(window.not_after)} ({span(window.not_after - now)} left)"
    return f"{begin}, ended {moment(window.not_after)} ({span(now - window.not_after)} ago)"


def evidence_words(evidence: Evidence | None) -> str:
    match evidence:
        case Used(at, detail):
            return f"used {moment(at)}" + (f": {detail}" if detail else "")
        case Unused():
            return "not used yet"
        case Unknown(reason):
            return f"use unknown: {reason}"
        case None:
            return ""
