"""How two profiles differ, role by role: which actions, groups and group sets only one of them has."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeVar

from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import GroupName, GroupSetName
from orchestrator.model.roles import RoleKind

Name = TypeVar("Name", bound=str)


@dataclass(frozen=True, slots=True)
class ProfileDifference:
    """What one role has in the left profile only, and in the right one only."""

    role: RoleKind
    left_actions: tuple[str, ...]
    right_actions: tuple[str, ...]
    left_groups: tuple[GroupName, ...]
    right_groups: tuple[GroupName, ...]
    left_sets: tuple[GroupSetName, ...]
    right_sets: tuple[GroupSetName, ...]


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
    )


def only(these: AbstractSet[Name], those: AbstractSet[Name]) -> tuple[Name, ...]:
    return tuple(sorted(these - those))


def actions(catalog: Catalog, role: RoleKind) -> frozenset[str]:
    return frozenset(action for group_set in catalog.sets_of(role) for action in catalog.actions(group_set.name))


def groups(catalog: Catalog, role: RoleKind) -> frozenset[GroupName]:
    return frozenset(name for group_set in catalog.sets_of(role) for name in group_set.groups)


def sets(catalog: Catalog, role: RoleKind) -> frozenset[GroupSetName]:
    return frozenset(group_set.name for group_set in catalog.sets_of(role))
