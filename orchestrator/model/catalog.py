"""The permission catalog: groups (what may be done), group sets (what is granted together), parameters and accepted findings.

Texts of statements carry placeholders, ``${platform_bucket}``; templates turn them into CloudFormation parameters.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from orchestrator.model.identifiers import GroupName, GroupSetName
from orchestrator.model.roles import RoleKind

Conditions = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Operator to condition key to values. A value that is one placeholder stands for a list; empty, the condition is left out."""

WINDOW: Conditions = {
    "DateGreaterThan": {"aws:CurrentTime": ("${not_before}",)},
    "DateLessThan": {"aws:CurrentTime": ("${not_after}",)},
}
"""What a temporary group set adds to every statement."""


class GroupStatus(StrEnum):
    """What the vendor did with a group: renamed and deprecated ones have successors, removed ones have none."""

    CURRENT = "current"
    DEPRECATED = "deprecated"
    RENAMED = "renamed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Statement:
    """One Allow statement. ``sid`` is alphanumeric and starts with the name of its group."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ("*",)
    conditions: Conditions = field(default_factory=dict)

    def tests(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Operator, key and values of each condition."""
        return ((operator, key, values) for operator, keys in self.conditions.items() for key, values in keys.items())


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    """A finding of the linter that is known and meant, and why. ``actions`` are exact, as the finding shows them.

    With ``role``, it is accepted in the union of everything that role can get; without, in the group alone. ``fingerprint``
    stands for the statements it was accepted for.
    """

    rule: str
    group: GroupName
    actions: tuple[str, ...]
    because: str
    role: RoleKind | None = None
    fingerprint: str = ""
    location: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class PermissionGroup:
    """One named bundle of statements, with a variant per role it can be attached to.

    ``source`` is where the vendor publishes it, ``differs`` how and why ours is not the published statement, ``part_of`` the
    published groups whose statements it was taken out of. ``optional_for`` says who needs an optional group. ``removal`` is what
    taking it away costs or leaves, ``expected_check_failure`` what the platform's account check reports without it.
    """

    name: GroupName
    purpose: str
    variants: Mapping[RoleKind, tuple[Statement, ...]]
    source: str
    status: GroupStatus = GroupStatus.CURRENT
    successors: tuple[GroupName, ...] = ()
    part_of: tuple[GroupName, ...] = ()
    differs: str = ""
    in_mission: bool = False
    optional: bool = True
    optional_for: str = ""
    removal: str = ""
    expected_check_failure: str | None = None
    notes: str = ""
    location: str = field(default="", compare=False)

    @property
    def roles(self) -> tuple[RoleKind, ...]:
        """The roles that have a variant, in the order of RoleKind."""
        return tuple(kind for kind in RoleKind if kind in self.variants)


@dataclass(frozen=True, slots=True)
class GroupSet:
    """Groups granted and revoked together on one role, deployed as one StackSet.

    ``needs`` names group sets without which this one does not do, in the same account, what it is for.
    """

    name: GroupSetName
    role: RoleKind
    groups: tuple[GroupName, ...]
    purpose: str = ""
    temporary: bool = False
    needs: tuple[GroupSetName, ...] = ()
    location: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value users choose, by the name it has in rollout.yaml; CloudFormation shows it in PascalCase.

    ``default`` None makes it required. An optional one may be empty, which leaves its condition out.
    ``longest`` is the value sizes are counted with.
    """

    name: str
    description: str
    pattern: str
    constraint: str
    longest: str
    default: str | None = None
    is_list: bool = False
    max_length: int | None = None

    @property
    def logical_name(self) -> str:
        """``platform_bucket`` is ``PlatformBucket`` in CloudFormation."""
        return "".join(word.capitalize() for word in self.name.split("_"))

    @property
    def is_optional(self) -> bool:
        """An empty value leaves the condition out that carries it."""
        return re.search(self.pattern, "") is not None


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything of one profile. Groups include those no group set of this profile uses."""

    profile: str
    groups: Mapping[GroupName, PermissionGroup]
    group_sets: Mapping[GroupSetName, GroupSet]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    accepted: tuple[AcceptedFinding, ...] = ()

    def statements(self, name: GroupSetName) -> tuple[Statement, ...]:
        """The statements of a group set in the order of its groups; a temporary one's carry its window."""
        group_set = self.group_sets[name]
        found = (statement for group in group_set.groups for statement in self.groups[group].variants[group_set.role])
        return tuple(add_window(statement) if group_set.temporary else statement for statement in found)

    def actions(self, name: GroupSetName) -> frozenset[str]:
        """Every action a group set allows, as written, wildcards included."""
        return frozenset(action for statement in self.statements(name) for action in statement.actions)

    def temporary_sets(self) -> tuple[GroupSetName, ...]:
        """The group sets that must be gone after their first use, in the order of the profile."""
        return tuple(name for name, group_set in self.group_sets.items() if group_set.temporary)

    def sets_of(self, role: RoleKind) -> tuple[GroupSet, ...]:
        """The group sets that attach to a role, in the order of the profile."""
        return tuple(group_set for group_set in self.group_sets.values() if group_set.role is role)


def add_window(statement: Statement) -> Statement:
    """The same statement, alive only between ``${not_before}`` and ``${not_after}``."""
    return replace(statement, conditions={**statement.conditions, **WINDOW})
