"""The schema of rollout.yaml: sections, keys, types and defaults. ``checks`` and ``agreement`` check what they mean together."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from orchestrator.adapters.files.reading.durations import parse_duration
from orchestrator.adapters.files.reading.texts import (
    AccessRoleText,
    AccountIdText,
    ActionGlobText,
    BoundaryText,
    DurationText,
    Filled,
    LineText,
    OrganizationIdText,
    OuText,
    PeriodText,
    PrefixText,
    RegionText,
    RoleArnText,
    RoleNameText,
    RolePathText,
    StateText,
    TagKeyText,
    TagValueText,
    check_duration,
)
from orchestrator.adapters.files.reading.validation import Entry, refuse
from orchestrator.adapters.files.reading.yaml_document import Plain
from orchestrator.adapters.files.rollout.evidence import EvidenceEntry
from orchestrator.adapters.files.rollout.external_id import ExternalIdEntry
from orchestrator.adapters.files.rollout.group_sets import GroupSetsText, GroupSetText
from orchestrator.adapters.files.rollout.selectors import SelectorEntry
from orchestrator.model.roles import RoleKind

VERSION = 1
HOUR = 3600
Percent = Annotated[int, Field(ge=0, le=100)]
PositivePercent = Annotated[int, Field(ge=1, le=100)]


def check_version(value: Plain) -> Plain:
    if isinstance(value, int) and not isinstance(value, bool) and value > VERSION:
        raise refuse(f"this file is of version {value}, and this program reads version {VERSION}.", "Install a newer orchestrator.")
    if value != VERSION or isinstance(value, bool | float | str):
        raise refuse(f"must be the number {VERSION}.", f"Write version: {VERSION}.")
    return value


def read_session(value: Plain) -> Plain:
    """Seconds, or a duration; IAM takes one to twelve hours."""
    seconds = int(parse_duration(check_duration(value)).total_seconds()) if isinstance(value, str) else value
    if isinstance(seconds, int) and not isinstance(seconds, bool) and not HOUR <= seconds <= 12 * HOUR:
        raise refuse(f"must be between 1h and 12h, not {value}.", "Write a duration such as 4h, or seconds.")
    return seconds


SessionSeconds = Annotated[
    int,
    BeforeValidator(read_session),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": HOUR, "maximum": 12 * HOUR}, {"type": "string", "pattern": "^[0-9]+[smhdw]$"}]}
    ),
]


class OrganizationEntry(Entry):
    id: OrganizationIdText | None = Field(default=None, description="Credentials of any other organization are refused")
    home_region: RegionText = Field(default="us-east-1", description="Where StackSets live and stack instances are made")
    call_as: Literal["self", "delegated-admin"] = Field(default="self", description="Who we are to StackSets")
    scope: list[OuText] = Field(default=["/"], min_length=1, description="Organizational units; nothing outside is ever touched")


class ExistingRoleEntry(Entry):
    """Accounts that have a role of this name already, made by others."""

    where: SelectorEntry
    handling: Literal["attach", "leave"] = Field(
        description="attach: our policies are added to the role that is there; leave: these accounts get no group set of this role"
    )
    because: Filled = Field(description="The reason, shown in plans")


class RoleEntry(Entry):
    """What every role has."""

    name: RoleNameText = Field(description="The name of the IAM role")
    managed: bool = Field(default=True, description="false: the role exists already, policies only attach to it")
    path: RolePathText = "/"
    permissions_boundary: BoundaryText | None = Field(default=None, description="A managed policy's ARN; ${account}: each account's own")
    max_session: SessionSeconds = Field(default=12 * HOUR, description="Seconds or a duration, 1h to 12h")
    tags: dict[TagKeyText, TagValueText] = Field(default={}, max_length=48, description="Further tags of the role")
    existing: list[ExistingRoleEntry] = Field(
        default=[], description="Accounts that have the role already, made by others; `adopt` lists them. leave beats attach"
    )


class HubRoleEntry(RoleEntry):
    """A role in the hub account: platform trusts EC2, acquisition trusts platform."""

    account: AccountIdText = Field(description="The hub account, in quotes")


class TrustingRoleEntry(RoleEntry):
    """A role that the hub assumes."""

    trusted: list[Literal["platform", "acquisition"]] = Field(default=[], description="The hub roles that may assume it")
    external_id: ExternalIdEntry | None = Field(default=None, description="What the caller passes to assume the role, or where it is kept")


AnyRoleEntry = HubRoleEntry | TrustingRoleEntry
ROLE_ENTRIES: dict[RoleKind, type[AnyRoleEntry]] = {kind: HubRoleEntry if kind.is_hub else TrustingRoleEntry for kind in RoleKind}


class RolesEntry(Entry):
    platform: HubRoleEntry | None = Field(default=None, description="The role the platform runs with, in the hub account")
    acquisition: HubRoleEntry | None = Field(default=None, description="The role that acquires, in the hub account")
    spoke: TrustingRoleEntry | None = Field(default=None, description="The role in member accounts")
    discovery: TrustingRoleEntry | None = Field(default=None, description="The role in the management account")


class AccessEntry(Entry):
    role_name: AccessRoleText | None = Field(default=None, description="Short form of role_names with one role")
    role_names: Annotated[list[AccessRoleText], Field(min_length=1)] | None = Field(
        default=None, description="Roles to look into accounts with, tried in this order: name, path/name, or ARN with ${account}"
    )
    management_role_arn: RoleArnText | None = Field(default=None, description="A role to reach the management account from elsewhere")


class RuleEntry(Entry):
    rule: Filled = Field(description="A name of its own, shown in plans")
    where: SelectorEntry
    grant: GroupSetsText | None = Field(default=None, description="Group sets, or all permanent ones")
    withhold: GroupSetsText | None = Field(default=None, description="Group sets these accounts never hold; held ones are revoked")
    exclude: bool = Field(default=False, description="Never change these accounts: what they hold stays")
    because: Filled | None = Field(default=None, description="The reason, shown in plans")


class TermsEntry(Entry):
    remove_when: EvidenceEntry
    expires_after: PeriodText = Field(description="How long a grant lives at most, such as 30d")
    minimum_age: DurationText = Field(default="0s", description="How long a grant stays at least")


class SafetyEntry(Entry):
    max_revoked_percent: Percent = Field(default=20, description="Of the grants observed, when there are more than 10")
    max_accounts_missing_percent: Percent = Field(default=10, description="Of the accounts that hold grants")
    max_repaired_percent: Percent = Field(
        default=5, description="Grants and roles altered in their accounts, of the grants observed as above"
    )
    protected_accounts: list[AccountIdText] = Field(default=[], description="Never changed")
    sensitive_actions: list[ActionGlobText] | None = Field(
        default=None, description="A plan that newly grants one says so on top; left out, the powerful actions of docs/linter.md"
    )


class WaveEntry(Entry):
    name: LineText = Field(description="A name of its own; `apply --until NAME` stops after it")
    where: SelectorEntry | None = None
    percent: PositivePercent | None = Field(default=None, description="Of the accounts that no earlier wave has")


class PaceEntry(Entry):
    waves: list[WaveEntry] = Field(default=[WaveEntry(name="everyone")], min_length=1, description="In this order; the last takes the rest")
    max_concurrent_percent: PositivePercent = 100
    failure_tolerance_percent: Percent = 5


class RolloutFile(Entry):
    """config/rollout.yaml: who gets what, what is temporary, and in which waves."""

    version: Annotated[Literal[1], BeforeValidator(check_version)]
    profile: LineText = Field(default="classic", description="Which catalog of group sets")
    prefix: PrefixText = Field(default="cado", description="How the names of StackSets and stacks begin")
    organization: OrganizationEntry = OrganizationEntry()
    roles: RolesEntry
    parameters: dict[str, str] = Field(default={}, description="Values for the catalog's parameters")
    access: AccessEntry = AccessEntry()
    rules: list[RuleEntry] = Field(description="Who gets what; their order does not matter")
    temporary: dict[GroupSetText, TermsEntry] = Field(default={}, description="When temporary group sets must be gone")
    safety: SafetyEntry = SafetyEntry()
    rollout: PaceEntry = PaceEntry()
    state: StateText = Field(default=".orchestrator", description="A folder, relative to that of this file, or s3://bucket/prefix")
