"""How a plan changes what roles may do: what allows more first, each scope old → new."""

from collections.abc import Sequence

from orchestrator.model.counts import counted
from orchestrator.model.permission import PermissionChange
from orchestrator.model.plan import Plan
from orchestrator.model.roles import RoleKind
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.plan.reasons import permission_reasons
from orchestrator.presentation.scopes import scope_lines
from orchestrator.presentation.words import sourced

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
