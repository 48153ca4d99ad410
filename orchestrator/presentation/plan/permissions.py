"""How a plan changes what roles may do: what most accounts share once, then what fewer have; sensitive actions always by name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from orchestrator.model.counts import counted, pieces_of
from orchestrator.model.permission import PermissionChange, ScopeChange
from orchestrator.model.plan import Plan
from orchestrator.model.roles import RoleKind
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.plan.dangers import explained, sensitive_among
from orchestrator.presentation.plan.reasons import permission_reasons
from orchestrator.presentation.plan.view import View
from orchestrator.presentation.scopes import SIGNS, scope_lines, scope_title, scope_words
from orchestrator.presentation.words import sourced

FEW = 8
"""As many actions that are new or gone alike are listed with their scopes; more are counted by service."""

Block = tuple[int, tuple[str, ...]]
"""Number of accounts, reasons."""

WHOLE = (ScopeChange.NEW, ScopeChange.GONE)
"""Nothing was, or is, allowed on the other side, so counts say what changes; of other changes the scopes do."""


def permission_lines(plan: Plan, page: Page, view: View) -> list[str]:
    """By role and number of accounts, with the rules behind it."""
    roles = group_permissions(plan)
    lines = [line for role, blocks in roles.items() for line in role_blocks(role, blocks, plan, page, view)]
    return [page.paint("Permissions", Tone.TITLE), *lines] if lines else []


def group_permissions(plan: Plan) -> Mapping[RoleKind, Mapping[Block, list[PermissionChange]]]:
    """Rows of the same role, number of accounts and reasons together, the most accounts first."""
    roles: dict[RoleKind, dict[Block, list[PermissionChange]]] = {}
    for row, reasons in sorted(permission_reasons(plan), key=lambda found: -found[0].accounts):
        roles.setdefault(row.role, {}).setdefault((row.accounts, reasons), []).append(row)
    return dict(sorted(roles.items()))


def role_blocks(role: RoleKind, blocks: Mapping[Block, Sequence[PermissionChange]], plan: Plan, page: Page, view: View) -> Iterator[str]:
    for number, ((accounts, reasons), rows) in enumerate(blocks.items()):
        many = counted(accounts, "account")
        yield from page.wrap(f"role {role}, and these in {many}" if number else f"role {role} in {many}", "  ", "    ")
        because = "; ".join(sourced(reason, plan.rules) for reason in reasons if reason)
        yield from page.wrap(f"because: {because}" if because else "", "    ", "      ")
        yield from block_lines(rows, plan, page, view)


def block_lines(rows: Sequence[PermissionChange], plan: Plan, page: Page, view: View) -> Iterator[str]:
    for change in ScopeChange:
        found = [row for row in rows if row.change is change]
        if change in WHOLE and is_folded(found, view):
            yield from folded_lines(change, found, plan, page, view)
        else:
            yield from (line for row in found for line in row_lines(row, plan, page))


def row_lines(row: PermissionChange, plan: Plan, page: Page) -> list[str]:
    """Every action with its scope, many by service; of those that allow more, why they are sensitive."""
    sensitive = sensitive_among(row.gains, plan.header.sensitive_actions)
    others = [action for action in row.actions if action not in sensitive]
    if len(row.actions) <= FEW:
        return scope_lines(row, page, [*explained(sensitive), *others])
    return [*scope_title(row, page), *sensitive_lines(sensitive, page), *page.table(by_service(others), "        ")]


def sensitive_lines(actions: Sequence[str], page: Page) -> list[str]:
    return page.flow(pieces_of(explained(actions), "action", len(actions)), "        ! ", "          ", tone=Tone.CAREFUL)


def by_service(actions: Iterable[str]) -> list[tuple[str, str]]:
    """``ec2 3`` and its actions."""
    services: dict[str, list[str]] = {}
    for action in actions:
        services.setdefault(action.partition(":")[0], []).append(action)
    return [(f"{service} {len(found):,}", ", ".join(found)) for service, found in sorted(services.items())]


def is_folded(rows: Sequence[PermissionChange], view: View) -> bool:
    return not view.detail and len(actions_in(rows)) > FEW


def actions_in(rows: Iterable[PermissionChange]) -> list[str]:
    return sorted({action for row in rows for action in row.actions})


def folded_lines(change: ScopeChange, rows: Sequence[PermissionChange], plan: Plan, page: Page, view: View) -> Iterator[str]:
    """Actions counted by service; the sensitive ones among those that allow more by name, with what each may do and where."""
    actions, (sign, tone) = actions_in(rows), SIGNS[change]
    counts = f"{change}: {counted(len(actions), 'action')}: {service_counts(actions)} ({view.opens_detail} names them)"
    yield from page.wrap(counts, f"    {sign} ", "        ", tone=tone)
    if not change.allows_more:
        return
    for row in rows:
        if sensitive := sensitive_among(row.actions, plan.header.sensitive_actions):
            yield from page.wrap(f"sensitive, {scope_words(row)}", "      ! ", "          ", tone=Tone.CAREFUL)
            yield from page.flow(pieces_of(explained(sensitive), "action", len(sensitive)), "          ")


def service_counts(actions: Iterable[str]) -> str:
    """``ebs 3, ec2 40``."""
    return ", ".join(name for name, _ in by_service(actions))
