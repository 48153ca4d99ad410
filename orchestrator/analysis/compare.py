"""How two profiles differ, role by role: which actions, groups and group sets only one has, and which actions reach elsewhere."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeVar

from orchestrator.model.catalog import Catalog, Statement
from orchestrator.model.identifiers import GroupName, GroupSetName
from orchestrator.model.roles import RoleKind

Name = TypeVar("Name", bound=str)


Scopes = tuple[str, ...]
"""Where an action is allowed: for each statement its resources and conditions, in words, sorted."""


@dataclass(frozen=True, slots=True)
class ScopeDifference:
    """An action both profiles allow the role, but not on the same resources under the same conditions."""

    action: str
    left: Scopes
    right: Scopes


@dataclass(frozen=True, slots=True)
class ProfileDifference:
    """What one role has in the left profile only, in the right one only, and in both differently."""

    role: RoleKind
    left_actions: tuple[str, ...]
    right_actions: tuple[str, ...]
    left_groups: tuple[GroupName, ...]
    right_groups: tuple[GroupName, ...]
    left_sets: tuple[GroupSetName, ...]
    right_sets: tuple[GroupSetName, ...]
    scopes: tuple[ScopeDifference, ...] = ()


def compare_profiles(left: Catalog, right: Catalog) -> tuple[ProfileDifference, ...]:
    """One difference per role, empty ones included; names are sorted."""
    return tuple(compare_role(left, right, role) for role in RoleKind)


def compare_role(left: Catalog, right: Catalog, role: RoleKind) -> ProfileDifference:
    return ProfileDifference(
        role,
        only(actions(left, role), actions(right, role)),
        only(actions(right, role), actions(left, role)),
        only(groups(left, role), groups(right, role)),
        only(groups(right, role), groups(left, role)),
        only(sets(left, role), sets(right, role)),
        only(sets(right, role), sets(left, role)),
        tuple(compare_scopes(scopes(left, role), scopes(right, role))),
    )


def compare_scopes(left: Mapping[str, Scopes], right: Mapping[str, Scopes]) -> Iterator[ScopeDifference]:
    for action in sorted(left.keys() & right.keys()):
        if left[action] != right[action]:
            yield ScopeDifference(action, left[action], right[action])


def scopes(catalog: Catalog, role: RoleKind) -> Mapping[str, Scopes]:
    found: dict[str, set[str]] = {}
    for group_set in catalog.sets_of(role):
        for statement in catalog.statements(group_set.name):
            for action in statement.actions:
                found.setdefault(action, set()).add(scope(statement))
    return {action: tuple(sorted(texts)) for action, texts in found.items()}


def scope(statement: Statement) -> str:
    """``on RESOURCES when OPERATOR KEY: VALUES and ...``, placeholders as written."""
    conditions = sorted(
        f"{operator} {key}: {', '.join(values)}" for operator, keys in statement.conditions.items() for key, values in keys.items()
    )
    return f"on {', '.join(sorted(statement.resources))}" + (f" when {' and '.join(conditions)}" if conditions else "")


def only(these: AbstractSet[Name], those: AbstractSet[Name]) -> tuple[Name, ...]:
    return tuple(sorted(these - those))


def actions(catalog: Catalog, role: RoleKind) -> frozenset[str]:
    return frozenset(action for group_set in catalog.sets_of(role) for action in catalog.actions(group_set.name))


def groups(catalog: Catalog, role: RoleKind) -> frozenset[GroupName]:
    return frozenset(name for group_set in catalog.sets_of(role) for name in group_set.groups)


def sets(catalog: Catalog, role: RoleKind) -> frozenset[GroupSetName]:
    return frozenset(group_set.name for group_set in catalog.sets_of(role))
