"""What a reviewer must not miss: roles that may do more where they could do it before, and roles that more principals may assume."""

from collections.abc import Iterable, Iterator

from orchestrator.model.counts import counted, some_of
from orchestrator.model.permission import PermissionChange, RoleChange, ScopeChange
from orchestrator.model.roles import RoleKind


def widening_notices(permissions: Iterable[PermissionChange], roles: Iterable[RoleChange]) -> Iterator[str]:
    """One line per property of a role, and one for all actions of a role that widen in as many accounts.

    A new grant is none: rules ask for it, and its sensitive actions have a line of their own.
    """
    for role in roles:
        if role.widens:
            yield f"wider: {role.role_set} in {counted(role.accounts, 'account')}, {role.property}: {role.before} → {role.after}"
    alike: dict[tuple[ScopeChange, RoleKind, int], list[str]] = {}
    for row in permissions:
        if row.change in (ScopeChange.WIDER, ScopeChange.OTHER):
            alike.setdefault((row.change, row.role, row.accounts), []).extend(row.actions)
    for (change, kind, accounts), actions in alike.items():
        yield f"{change}: {some_of(sorted(actions), 'action')} of the {kind} role in {counted(accounts, 'account')}"
