"""What a plan changes about roles: those of a new or leaving role together, a change old → new."""

from collections.abc import Iterable, Sequence

from orchestrator.model.counts import counted
from orchestrator.model.permission import RoleChange, RoleChangeKind
from orchestrator.presentation.page import Page, Tone


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
