"""What stands on the page: plain data, embedded in it as JSON for other tools. docs/report.md describes it.

Reasons, conditions and sentences are words already. Accounts are counted and placed; which they are stands in the matrix.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from orchestrator.model.identifiers import AccountId, GroupName, GroupSetName, OrganizationId, PlanDigest, StackSetName
from orchestrator.model.permission import RoleChangeKind, ScopeChange
from orchestrator.model.plan import ChangeKind, Purpose, Violation
from orchestrator.model.privilege import Weight
from orchestrator.model.roles import RoleKind
from orchestrator.presentation.plan_difference import Section


class Verdict(StrEnum):
    """Whether the plan may be applied; REVIEW: there is no plan, only the roles."""

    REFUSED = "refused"
    CHANGES = "changes"
    NOTHING = "nothing"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What this is. ``digest`` and all that only a plan has are None or empty in a review."""

    verdict: Verdict
    sentence: str
    prefix: str
    profile: str
    organization: OrganizationId
    accounts: int
    made_at: datetime
    digest: PlanDigest | None = None
    purpose: Purpose | None = None
    made_by: str = ""
    commit: str = ""
    because: str = ""
    overrides: tuple[str, ...] = ()
    expected: str = ""


class DangerKind(StrEnum):
    """What a reviewer looks for first."""

    VIOLATIONS = "violations"
    WIDER = "wider"
    WAYS = "ways"
    REVOKED = "revoked"
    TEMPORARY = "temporary"
    REPAIRS = "repairs"


@dataclass(frozen=True, slots=True)
class Danger:
    """``count`` is None where it is not known from what the page is made of."""

    kind: DangerKind
    count: int | None
    words: str


class Cell(StrEnum):
    """How an account stands to a group set once the plan is applied, one letter each."""

    NOTHING = "."
    HELD = "="
    GRANT = "+"
    REVOKE = "-"
    UPDATE = "~"
    REPAIR = "*"
    FORGET = "x"
    WITHHELD = "w"
    UNHEALTHY = "!"


@dataclass(frozen=True, slots=True)
class Column:
    """One group set of the matrix."""

    group_set: GroupSetName
    role: RoleKind | None
    temporary: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """Accounts by group sets, column by column: the same position in ``ids``, ``names``, ``unit``, ``pattern`` is one account.

    ``unit`` and ``pattern`` are positions in ``units`` and ``patterns``; a pattern has one letter, see ``Cell``, per column.
    ``excluded`` are positions of accounts that are never changed.
    """

    columns: tuple[Column, ...]
    units: tuple[str, ...]
    patterns: tuple[str, ...]
    ids: tuple[AccountId, ...]
    names: tuple[str, ...]
    unit: tuple[int, ...]
    pattern: tuple[int, ...]
    excluded: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """An organizational unit, everything below it included. ``holding``: accounts with a grant once the plan is applied."""

    path: str
    accounts: int
    holding: int
    granted: int
    revoked: int
    excluded: int
    units: tuple["Unit", ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Accounts of an organizational unit, by name where they are few."""

    where: str
    accounts: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    change: ChangeKind
    subjects: tuple[str, ...]
    accounts: int
    because: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where actions are allowed: on these resources, under all of these conditions, which are in words."""

    resources: tuple[str, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PermissionRow:
    change: ScopeChange
    role: RoleKind
    accounts: int
    actions: tuple[str, ...]
    before: tuple[Scope, ...]
    after: tuple[Scope, ...]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A property of a role that changes."""

    role_set: StackSetName
    accounts: int
    change: RoleChangeKind
    property: str
    before: str
    after: str
    widens: bool


@dataclass(frozen=True, slots=True)
class Role:
    """A role as the rollout makes it: who may assume it, for how long, within which bounds."""

    kind: RoleKind
    name: str
    properties: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Allowance:
    """Actions that are allowed in the same places."""

    actions: tuple[str, ...]
    where: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What one role may do in the accounts that have these group sets."""

    role: RoleKind
    group_sets: tuple[GroupSetName, ...]
    temporary: tuple[GroupSetName, ...]
    accounts: int
    places: tuple[Place, ...]
    allowed: tuple[Allowance, ...]
    not_in_force: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WayRow:
    """A way to privilege that a role touches; ``weight`` is None where the catalog does not judge it."""

    id: str
    technique: str
    role: RoleKind
    accounts: int
    actions: tuple[str, ...]
    weight: Weight | None
    bounded_by: str
    guardrail: str


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """A finding of the linter and why it is accepted."""

    rule: str
    group: GroupName
    role: RoleKind
    actions: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class TemporaryRow:
    """``begins`` and ``ends`` are of the window that ``opens`` with this plan, else of the one there is; None where there is neither."""

    group_set: GroupSetName
    account: AccountId
    name: str
    state: str
    overdue: bool
    opens: bool
    begins: datetime | None
    ends: datetime | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Accounts that are excluded, or that a group set is withheld from, for one reason."""

    because: str
    group_sets: tuple[GroupSetName, ...]
    accounts: int
    places: tuple[Place, ...]
    holds: int = 0


@dataclass(frozen=True, slots=True)
class OperationRow:
    id: str
    kind: str
    stack_set: StackSetName
    words: str


@dataclass(frozen=True, slots=True)
class WaveRow:
    name: str
    accounts: int
    operations: tuple[OperationRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How the plan differs from an earlier one of the same rollout: in which sections, in ``words``."""

    digest: PlanDigest
    made_at: datetime
    made_by: str
    words: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole page. ``lacks`` says what could not be shown, and how to get it."""

    format: Literal[1] = 1
    heading: Heading
    dangers: tuple[Danger, ...]
    units: tuple[Unit, ...]
    matrix: Matrix
    notices: tuple[str, ...] = ()
    violations: tuple[Violation, ...] = ()
    changes: tuple[ChangeRow, ...] = ()
    permissions: Mapping[ScopeChange, tuple[PermissionRow, ...]] = field(default_factory=dict)
    role_changes: tuple[RoleRow, ...] = ()
    roles: tuple[Role, ...] = ()
    policies: tuple[Policy, ...] = ()
    ways: tuple[WayRow, ...] = ()
    accepted: tuple[AcceptedRow, ...] = ()
    temporary: tuple[TemporaryRow, ...] = ()
    withheld: tuple[LeftOut, ...] = ()
    excluded: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()
    waves: tuple[WaveRow, ...] = ()
    against: Comparison | None = None
    lacks: str = ""
