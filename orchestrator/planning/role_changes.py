"""How a plan changes the roles themselves: who may assume them, for how long, within which bounds."""

from collections.abc import Collection, Iterator

from orchestrator.model.identifiers import AccountId
from orchestrator.model.permission import RoleChange, RoleChangeKind
from orchestrator.model.state import Place, State, Unit, ours
from orchestrator.permissions.roles import RoleFacts, role_changes, role_facts


def changes_of_roles(
    before: State, after: State, accounts: Collection[AccountId], role_sets: Collection[Place], partition: str
) -> tuple[RoleChange, ...]:
    """One row per property that differs; of a role that is new or goes, per property it has. What widens comes first."""
    rows = (
        row
        for place in sorted(role_sets)
        if place in ours(before) or place in ours(after)
        for row in changes_in(place, before, after, frozenset(accounts), partition)
    )
    return tuple(sorted(rows, key=lambda row: not row.widens))


def changes_in(place: Place, before: State, after: State, accounts: frozenset[AccountId], partition: str) -> Iterator[RoleChange]:
    old, new = before.get(place), after.get(place)
    had, have = (accounts.intersection(unit.instances if unit else ()) for unit in (old, new))
    kinds = {RoleChangeKind.NEW: have - had, RoleChangeKind.CHANGED: had & have, RoleChangeKind.GONE: had - have}
    for kind, where in kinds.items():
        was = facts_of(old, partition) if kind is not RoleChangeKind.NEW else None
        is_now = facts_of(new, partition) if kind is not RoleChangeKind.GONE else None
        for change in role_changes(was, is_now) if where else ():
            yield RoleChange(place.name, len(where), kind, change.property, change.before, change.after, change.widens)


def facts_of(unit: Unit | None, partition: str) -> RoleFacts | None:
    return role_facts(unit.definition, partition) if unit else None
