"""What a plan file holds: the plan as it is, with what repeats written once.

Accounts stand in one table and are referred to by number, templates and definitions likewise; changes, targets and observed instances
that differ in nothing but the account share a row. The rows of `plan --format json` are presentation's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from orchestrator.model.alteration import Alteration, Revision
from orchestrator.model.identifiers import AccountId, GroupSetName, OperationKey, OrganizationId, PlanDigest, Region, StackSetName
from orchestrator.model.organization import AccountState
from orchestrator.model.part import Narrowing
from orchestrator.model.permission import PermissionChange, RoleChange
from orchestrator.model.plan import ChangeKind, ExcludedAccount, Purpose, Summary, Violation
from orchestrator.model.provenance import Commit
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import CallAs
from orchestrator.model.state import Condition, Window
from orchestrator.model.temporary import TemporaryGrant

Numbers = str
"""Accounts by their numbers in the table, see ``AccountTable``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationPart:
    id: OrganizationId
    management_account: AccountId
    accounts: int
    hub: AccountId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopePart:
    """Which rollout the plan belongs to."""

    prefix: str
    profile: str
    home_region: Region
    call_as: CallAs


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRow:
    """``where`` is the selector as rollout.yaml writes it."""

    name: str
    where: object
    percent: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PacePart:
    waves: tuple[WaveRow, ...]
    max_concurrent_percent: int
    failure_tolerance_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    change: ChangeKind
    stack_set: StackSetName
    group_set: GroupSetName | None
    because: str
    accounts: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class WithheldRow:
    group_set: GroupSetName | None
    because: str
    accounts: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRow:
    """``definition`` is a number; an ``update_stack_set`` without one switches automatic deployment off. ``retains`` stacks: a deletion."""

    id: OperationKey
    kind: str
    stack_set: StackSetName
    wave: str
    after: tuple[OperationKey, ...]
    accounts: Numbers
    window: Window | None
    revision: Revision | None
    definition: int | None
    retains: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetsRow:
    """``names`` belong to ``accounts``, one each."""

    ou: str
    state: AccountState
    tags: Mapping[str, str | None]
    accounts: Numbers
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InstancesRow:
    condition: Condition
    window: Window | None
    reason: str
    alteration: Alteration | None
    accounts: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    stack_set: StackSetName
    is_stack: bool
    definition: int
    is_foreign: bool
    auto_deploys: bool
    instances: tuple[InstancesRow, ...]


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """``template`` is a number: many definitions share one."""

    template: int
    parameters: Mapping[str, str]
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A plan file, its fields in the order they are written."""

    format: Literal[2] = 2
    digest: PlanDigest
    created_at: datetime
    made_by: str | None
    configuration: Commit | None
    purpose: Purpose
    because: str
    narrowing: Narrowing | None
    organization: OrganizationPart
    scope: ScopePart
    pace: PacePart
    summary: Summary
    notices: tuple[str, ...]
    violations: tuple[Violation, ...]
    warnings: tuple[str, ...]
    sensitive_actions: tuple[str, ...]
    overrides: tuple[str, ...]
    temporary: tuple[TemporaryGrant, ...]
    permissions: tuple[PermissionChange, ...]
    roles: tuple[RoleChange, ...]
    withheld: tuple[WithheldRow, ...]
    excluded: tuple[ExcludedAccount, ...]
    rules: Mapping[str, str]
    group_sets: Mapping[GroupSetName, RoleKind]
    changes: tuple[ChangeRow, ...]
    operations: tuple[OperationRow, ...]
    targets: tuple[TargetsRow, ...]
    observed: tuple[UnitRow, ...]
    accounts: tuple[AccountId, ...]
    definitions: tuple[DefinitionRow, ...]
    templates: tuple[str, ...]
