"""What a plan changes about roles: those of a new or leaving role together, a change old → new."""

from collections.abc import Iterable, Sequence

from orchestrator.model.counts import counted, pieces_of
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
    if change is RoleChangeKind.CHANGED:
        return [*title, *(line for row in rows for line in property_lines(row, page))]
    trust, *others = (f"{row.property}: {row.after or row.before}" for row in rows)
    return [
        *title,
        *page.wrap(trust, "      ", "        "),
        *page.flow(pieces_of(others, "property", len(others), separator=";"), "      ", "        "),
    ]


def property_lines(row: RoleChange, page: Page) -> list[str]:
    mark, tone = ("! ", Tone.CAREFUL) if row.widens else ("", None)
    return page.wrap(f"{mark}{row.property}: {row.before} → {row.after}", "      ", "        ", tone=tone)
