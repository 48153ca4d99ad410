"""How a plan changes the roles themselves: who may assume them, for how long, within which bounds."""

from collections.abc import Collection, Iterator, Mapping

from orchestrator.model.identifiers import AccountId
from orchestrator.model.names import role_stack_set
from orchestrator.model.permission import RoleChange, RoleChangeKind
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import Place, State, Unit, ours
from orchestrator.permissions.roles import RoleFacts, role_changes, role_facts

ROLE_NAME = "RoleName"
"""The parameter that names the role in every group set's template."""

ATTACHED_TO = "attached to"


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


def roles_exchanged(
    before: State, after: State, accounts: Collection[AccountId], group_sets: Mapping[Place, RoleKind], prefix: str
) -> Iterator[RoleChange]:
    """Policies that go to a role of another name which is not ours to deploy: what it is, and who may assume it, is not known."""
    found: dict[tuple[RoleKind, str, str], set[AccountId]] = {}
    for place, kind in group_sets.items():
        if place in before and place in after and Place(role_stack_set(prefix, kind), place.is_stack) not in after:
            old, new = (state[place].definition.parameters.get(ROLE_NAME, "") for state in (before, after))
            stay = before[place].instances.keys() & after[place].instances.keys() & set(accounts)
            if old != new:
                found.setdefault((kind, old, new), set()).update(stay)
    for (kind, old, new), where in found.items():
        if where:
            yield RoleChange(role_stack_set(prefix, kind), len(where), RoleChangeKind.CHANGED, ATTACHED_TO, old, new, widens=True)


def facts_of(unit: Unit | None, partition: str) -> RoleFacts | None:
    return role_facts(unit.definition, partition) if unit else None
