"""A plan: what was observed, what will be done in which order, what that means, and why it may be refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from orchestrator.model.identifiers import AccountId, GroupSetName, OrganizationId, PlanDigest, Region, StackSetName
from orchestrator.model.operation import Operation
from orchestrator.model.organization import AccountState
from orchestrator.model.part import Narrowing
from orchestrator.model.permission import PermissionChange, RoleChange
from orchestrator.model.provenance import UNKNOWN, Provenance
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import CallAs, Pace
from orchestrator.model.state import State
from orchestrator.model.temporary import TemporaryGrant

PLAN_FORMAT = 2

UNDIGESTED = PlanDigest("")

FORGET_COMMAND = "orchestrator forget {account} --because TEXT"
"""What is left to do about an account in which nothing can be deleted."""


class Purpose(StrEnum):
    """What a plan was asked for; a clean-up or a destruction is a plan like any other."""

    ROLLOUT = "rollout"
    CLEANUP = "cleanup"
    DESTROY = "destroy"
    TEMPORARY_GRANT = "temporary-grant"
    FORGET = "forget"


class ChangeKind(StrEnum):
    """GRANT and REVOKE change who has what; UPDATE follows the definition; REPAIR puts an instance back; FORGET leaves a stack behind."""

    GRANT = "grant"
    REVOKE = "revoke"
    UPDATE = "update"
    REPAIR = "repair"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Change:
    """The same for every one of its accounts, for the same reason; ``group_set`` is None for a role set."""

    change: ChangeKind
    stack_set: StackSetName
    group_set: GroupSetName | None
    accounts: tuple[AccountId, ...]
    because: str


@dataclass(frozen=True, slots=True)
class WithheldSet:
    """A group set that accounts do not get though a rule mentions it; None where no rule grants them anything."""

    group_set: GroupSetName | None
    accounts: tuple[AccountId, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Violation:
    """A reason not to apply the plan."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class ExcludedAccount:
    """An account that is never changed, why, and how many grants it holds.

    ``is_lost``: it is missing or not ACTIVE, so nothing can be revoked there; what it holds can only be forgotten.
    """

    account: AccountId
    because: str
    holds: int = 0
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """An account the plan changes, as it was when planned: apply refuses when this is no longer true.

    ``tags`` are those the rules look at, None for one it does not carry; others may change as they like.
    """

    account: AccountId
    name: str
    ou: str
    state: AccountState
    tags: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of accounts, of grants as group sets, of roles. ``grants_excluded``: those among the unchanged that excluded accounts hold.

    ``evidence_unknown``: temporary grants whose use could not be looked for.
    """

    accounts_in_scope: int
    accounts_excluded: int
    grants_added: int
    grants_revoked: int
    grants_unchanged: int
    operations: int
    accounts_withheld: int = 0
    evidence_unknown: int = 0
    grants_forgotten: int = 0
    grants_excluded: int = 0
    grants_repaired: int = 0
    roles_repaired: int = 0


@dataclass(frozen=True, slots=True)
class Header:
    """Where and how the plan applies; all of it is under the digest. ``sensitive_actions`` are globs over IAM actions."""

    created_at: datetime
    purpose: Purpose
    organization: OrganizationId
    management_account: AccountId
    accounts: int
    home_region: Region
    prefix: str
    profile: str
    call_as: CallAs
    pace: Pace
    overrides: tuple[str, ...] = ()
    because: str = ""
    provenance: Provenance = UNKNOWN
    hub: AccountId | None = None
    sensitive_actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole plan. ``digest`` covers every other field; see ``adapters.files.plan.file``.

    ``rules`` are those of rollout.yaml with their places; ``group_sets`` gives the role that each deployed one attaches to.
    """

    header: Header
    observed: State
    operations: tuple[Operation, ...]
    summary: Summary
    changes: tuple[Change, ...] = ()
    permissions: tuple[PermissionChange, ...] = ()
    roles: tuple[RoleChange, ...] = ()
    withheld: tuple[WithheldSet, ...] = ()
    targets: tuple[Target, ...] = ()
    excluded: tuple[ExcludedAccount, ...] = ()
    temporary: tuple[TemporaryGrant, ...] = ()
    notices: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    violations: tuple[Violation, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    group_sets: Mapping[GroupSetName, RoleKind] = field(default_factory=dict)
    narrowing: Narrowing | None = None
    digest: PlanDigest = UNDIGESTED

    @property
    def is_empty(self) -> bool:
        """Nothing to do."""
        return not self.operations
