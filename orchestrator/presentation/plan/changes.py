"""Which grants a plan changes: for the same reason in the same accounts together, and where those sit."""

from collections.abc import Mapping

from orchestrator.model.counts import counted
from orchestrator.model.plan import ChangeKind, Plan
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.places import NAMED, Targets, named_in_unit, where
from orchestrator.presentation.plan.grouping import ChangeGroup, group_changes
from orchestrator.presentation.plan.view import View
from orchestrator.presentation.words import sourced

SIGNS: Mapping[ChangeKind, tuple[str, Tone]] = {
    ChangeKind.GRANT: ("+", Tone.GOOD),
    ChangeKind.REVOKE: ("-", Tone.BAD),
    ChangeKind.UPDATE: ("~", Tone.CAREFUL),
    ChangeKind.REPAIR: ("*", Tone.CAREFUL),
    ChangeKind.FORGET: ("x", Tone.BAD),
}

DIRECTIONS = {ChangeKind.GRANT: "to", ChangeKind.REVOKE: "from", ChangeKind.UPDATE: "in", ChangeKind.REPAIR: "in", ChangeKind.FORGET: "in"}


def change_lines(plan: Plan, targets: Targets, page: Page, view: View) -> list[str]:
    groups = group_changes(plan)
    if not groups:
        return []
    is_counted = any(len(group.accounts) > NAMED for group in groups) and not view.lists_accounts
    note = f"accounts are counted by unit, of those the plan changes there; {view.opens_accounts} lists them" if is_counted else ""
    return [
        page.paint("Changes", Tone.TITLE),
        *page.wrap(note, "  ", "    "),
        *(line for group in groups for line in group_lines(group, plan, targets, page, view)),
    ]


def group_lines(group: ChangeGroup, plan: Plan, targets: Targets, page: Page, view: View) -> list[str]:
    """What, for how many, by which rule; then where. One account stands with what it gets."""
    sign, tone = SIGNS[group.change]
    first, *others = group.accounts
    who = counted(len(group.accounts), "account") if others else named_in_unit(first, targets)
    what = f"{group.change} {', '.join(group.subjects)} {DIRECTIONS[group.change]} {who}"
    return [
        *page.wrap(what, f"  {sign} ", "      ", tone=tone),
        *page.wrap(f"because: {sourced(group.because, plan.rules)}" if group.because else "", "    ", "      "),
        *page.flow(where(group.accounts, targets, view.opens_accounts) if others else (), "      "),
    ]
