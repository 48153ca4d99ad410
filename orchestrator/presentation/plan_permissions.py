"""What a plan changes about roles and what they may do, as text: what allows more first, each scope old → new."""

from collections.abc import Iterable, Mapping, Sequence

from orchestrator.model.counts import counted
from orchestrator.model.permission import PermissionChange, RoleChange, RoleChangeKind, ScopeChange
from orchestrator.model.plan import Plan
from orchestrator.model.roles import RoleKind
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.reasons import permission_reasons
from orchestrator.presentation.scopes import ScopeRow, scope_words
from orchestrator.presentation.words import sourced

SIGNS: Mapping[ScopeChange, tuple[str, Tone]] = {
    ScopeChange.NEW: ("+", Tone.GOOD),
    ScopeChange.WIDER: ("!", Tone.CAREFUL),
    ScopeChange.OTHER: ("!", Tone.CAREFUL),
    ScopeChange.NARROWER: ("~", Tone.GOOD),
    ScopeChange.GONE: ("-", Tone.BAD),
}


Group = tuple[RoleKind, int, tuple[str, ...]]
"""Role, number of accounts, reasons."""


def permission_lines(plan: Plan, page: Page) -> list[str]:
    """By role and accounts, with the rules behind it; below, how which actions change and where they are allowed."""
    groups: dict[Group, list[PermissionChange]] = {}
    for row, reasons in permission_reasons(plan):
        groups.setdefault((row.role, row.accounts, reasons), []).append(row)
    lines = [line for group, rows in groups.items() for line in group_lines(group, rows, plan, page)]
    return [page.paint("Permissions", Tone.TITLE), *lines] if lines else []


def group_lines(group: Group, rows: Sequence[PermissionChange], plan: Plan, page: Page) -> list[str]:
    role, accounts, reasons = group
    because = "; ".join(sourced(reason, plan.rules) for reason in reasons if reason)
    return [
        *page.wrap(f"role {role} in {counted(accounts, 'account')}", "  ", "    "),
        *page.wrap(f"because: {because}" if because else "", "    ", "      "),
        *(line for row in rows for line in scope_lines(row, page)),
    ]


def scope_lines(row: ScopeRow, page: Page) -> list[str]:
    """How the scope differs, and of which actions."""
    sign, tone = SIGNS[row.change]
    return [
        *page.wrap(f"{row.change} {scope_words(row)}", f"    {sign} ", "        ", tone=tone),
        *page.wrap(", ".join(row.actions), "        ", "        "),
    ]


def role_lines(rows: Sequence[RoleChange], page: Page) -> list[str]:
    """Who may assume the roles, and their other properties: those of a new or leaving role together, a change old → new."""
    if not rows:
        return []
    whole: dict[tuple[str, int, RoleChangeKind], list[RoleChange]] = {}
    for row in rows:
        whole.setdefault((row.role_set, row.accounts, row.change), []).append(row)
    lines = [line for (name, count, change), found in whole.items() for line in one_role(name, count, change, found, page)]
    return [page.paint("Roles", Tone.TITLE), *lines]


def one_role(name: str, count: int, change: RoleChangeKind, rows: Iterable[RoleChange], page: Page) -> list[str]:
    title = page.wrap(f"{change} {name} in {counted(count, 'account')}", "  ", "    ")
    return [*title, *(line for row in rows for line in property_row(row, page))]


def property_row(row: RoleChange, page: Page) -> list[str]:
    mark, tone = ("! ", Tone.CAREFUL) if row.widens else ("", None)
    value = f"{row.before} → {row.after}" if row.change is RoleChangeKind.CHANGED else row.after or row.before
    return page.wrap(f"{mark}{row.property}: {value}", "      ", "        ", tone=tone)
