"""How a plan changes the roles themselves: who may assume them, for how long, within which bounds."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from orchestrator.model.identifiers import AccountId
from orchestrator.model.names import role_stack_set
from orchestrator.model.permission import RoleChange, RoleChangeKind
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import Place, State, Unit, ours
from orchestrator.permissions.roles import RoleFacts, role_changes, role_facts

ROLE_NAME = "RoleName"
"""The parameter that names the role in every group set's template."""

ATTACHED_TO = "policies attached to"

NONE: frozenset[str] = frozenset()


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


def attachments_changed(
    before: State, after: State, accounts: Collection[AccountId], group_sets: Mapping[Place, RoleKind], prefix: str
) -> Iterator[RoleChange]:
    """Which roles hold policies, where they are not ours to deploy: what such a role is, and who may assume it, is not known."""
    known = {*before, *after}
    others = {place: kind for place, kind in group_sets.items() if Place(role_stack_set(prefix, kind), place.is_stack) not in known}
    old, new = (attached_roles(state, frozenset(accounts), others) for state in (before, after))
    alike = Counter((key[0], old.get(key, NONE), new.get(key, NONE)) for key in sorted({*old, *new}))
    for (kind, had, have), count in alike.items():
        if had != have:
            was, is_now = (", ".join(sorted(names)) or "none" for names in (had, have))
            widens = bool(had and have - had)
            yield RoleChange(role_stack_set(prefix, kind), count, RoleChangeKind.CHANGED, ATTACHED_TO, was, is_now, widens)


def attached_roles(
    state: State, accounts: frozenset[AccountId], group_sets: Mapping[Place, RoleKind]
) -> Mapping[tuple[RoleKind, AccountId], frozenset[str]]:
    """The names of the roles that hold policies of these group sets, by account."""
    found: dict[tuple[RoleKind, AccountId], frozenset[str]] = {}
    for place, kind in group_sets.items():
        if (unit := ours(state).get(place)) is not None:
            name = unit.definition.parameters.get(ROLE_NAME, "")
            for account in accounts.intersection(unit.instances):
                found[kind, account] = found.get((kind, account), NONE) | {name}
    return found


def facts_of(unit: Unit | None, partition: str) -> RoleFacts | None:
    return role_facts(unit.definition, partition) if unit else None
