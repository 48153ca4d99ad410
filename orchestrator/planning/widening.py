"""What a reviewer must not miss: roles that may do more where they could do it before, and roles that more principals may assume."""

from collections.abc import Iterable, Iterator

from orchestrator.model.counts import actions_in_words, counted
from orchestrator.model.permission import PermissionChange, RoleChange, ScopeChange


def widening_notices(permissions: Iterable[PermissionChange], roles: Iterable[RoleChange]) -> Iterator[str]:
    """One line per row that widens. A new grant is none: rules ask for it, and its sensitive actions have a line of their own."""
    for role in roles:
        if role.widens:
            yield f"wider: {role.role_set} in {counted(role.accounts, 'account')}, {role.property}: {role.before} → {role.after}"
    for row in permissions:
        if row.change in (ScopeChange.WIDER, ScopeChange.OTHER):
            yield f"{row.change}: {actions_in_words(row.actions)} of the {row.role} role in {counted(row.accounts, 'account')}"
