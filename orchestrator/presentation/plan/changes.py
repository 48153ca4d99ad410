"""Which grants a plan changes: for the same reason in the same accounts together, and where those sit."""

from collections.abc import Mapping

from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import ChangeKind, Plan, Target
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.plan.grouping import ChangeGroup, Place, group_changes, group_places
from orchestrator.presentation.words import sourced

NAMED = 3
"""As many accounts of one place are named; more are counted."""

SIGNS: Mapping[ChangeKind, tuple[str, Tone]] = {
    ChangeKind.GRANT: ("+", Tone.GOOD),
    ChangeKind.REVOKE: ("-", Tone.BAD),
    ChangeKind.UPDATE: ("~", Tone.CAREFUL),
    ChangeKind.REPAIR: ("*", Tone.CAREFUL),
    ChangeKind.FORGET: ("x", Tone.BAD),
}

DIRECTIONS = {ChangeKind.GRANT: "to", ChangeKind.REVOKE: "from", ChangeKind.UPDATE: "in", ChangeKind.REPAIR: "in", ChangeKind.FORGET: "in"}


def change_lines(plan: Plan, targets: Mapping[AccountId, Target], page: Page) -> list[str]:
    groups = group_changes(plan)
    if not groups:
        return []
    return [page.paint("Changes", Tone.TITLE), *(line for group in groups for line in group_lines(group, plan, targets, page))]


def group_lines(group: ChangeGroup, plan: Plan, targets: Mapping[AccountId, Target], page: Page) -> list[str]:
    """What, for how many, by which rule; then where, in counts, small places by name."""
    sign, tone = SIGNS[group.change]
    many = counted(len(group.accounts), "account")
    what = f"{group.change} {', '.join(group.subjects)} {DIRECTIONS[group.change]} {many}"
    places = [row for place in group_places(group.accounts, targets) for row in place_rows(place, targets)]
    return [
        *page.wrap(what, f"  {sign} ", "      ", tone=tone),
        *page.wrap(f"because: {sourced(group.because, plan.rules)}" if group.because else "", "    ", "      "),
        *page.table(places, "      "),
    ]


def place_rows(place: Place, targets: Mapping[AccountId, Target]) -> list[tuple[str, str]]:
    """One row with the number of accounts, or as many rows as accounts are named."""
    if len(place.accounts) > NAMED:
        return [(place.name, counted(len(place.accounts), "account"))]
    accounts = [f"{account} {targets[account].name}" if account in targets else account for account in place.accounts]
    return [(place.name if number == 0 else "", account) for number, account in enumerate(accounts)]
