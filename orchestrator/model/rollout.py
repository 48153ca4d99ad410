"""rollout.yaml as values: who gets what, what is temporary, and in which waves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from orchestrator.model.evidence import EvidenceQuery
from orchestrator.model.identifiers import EACH_ACCOUNT, AccountId, GroupSetName, OrganizationId, Region, role_arn
from orchestrator.model.roles import Role, RoleKind
from orchestrator.model.selectors import Selector

S3 = "s3://"
"""How a state in a bucket begins."""

DEFAULT_REGION = Region("us-east-1")


class CallAs(StrEnum):
    """Who we are to StackSets: the management account itself, or a delegated administrator."""

    SELF = "self"
    DELEGATED_ADMIN = "delegated-admin"


@dataclass(frozen=True, slots=True)
class AllPermanent:
    """``all``: every permanent group set the account can take; temporary ones must be named."""


GroupSets = AllPermanent | tuple[GroupSetName, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``where`` selects; ``location`` is ``file:line:column`` of the rule, for messages."""

    name: str
    where: Selector
    grant: GroupSets = ()
    withhold: GroupSets = ()
    exclude: bool = False
    because: str | None = None
    location: str = ""


@dataclass(frozen=True, slots=True)
class TemporaryTerms:
    """When a temporary group set must be gone: after first use, or ``expires_after`` at the latest."""

    remove_when: EvidenceQuery
    expires_after: timedelta
    minimum_age: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Wave:
    """A part of the accounts: chosen by selector, or a percentage of those left, or, with neither, the rest."""

    name: str
    where: Selector | None = None
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """Waves and speed of a rollout; the percentages go to StackSets as operation preferences."""

    waves: tuple[Wave, ...] = (Wave("everyone"),)
    max_concurrent_percent: int = 100
    failure_tolerance_percent: int = 5


@dataclass(frozen=True, slots=True)
class Safety:
    """Bounds a plan must keep to; ``sensitive_actions`` are globs over IAM actions."""

    max_revoked_percent: int = 20
    max_accounts_missing_percent: int = 10
    max_repaired_percent: int = 5
    protected_accounts: tuple[AccountId, ...] = ()
    sensitive_actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """How evidence and verification read other accounts: roles to try in this order, and the way into the management account.

    Each role is ``[path/]name``, or an ARN with ``${account}`` in place of the account's id.
    """

    role_names: tuple[str, ...] = ("OrganizationAccountAccessRole", "AWSControlTowerExecution")
    management_role_arn: str | None = None

    def role_arns(self, partition: str, account: str) -> tuple[str, ...]:
        """The roles to try in this account; ``*`` stands for whichever."""
        return tuple(
            name.replace(EACH_ACCOUNT, account) if name.startswith("arn:") else role_arn(partition, account, f"/{name.removeprefix('/')}")
            for name in self.role_names
        )


def bucket_in(state: str) -> tuple[str, str] | None:
    """Bucket and prefix of ``s3://bucket/prefix``, the prefix without slashes around it; None for a folder."""
    if not state.startswith(S3):
        return None
    bucket, _, prefix = state.removeprefix(S3).partition("/")
    return bucket, prefix.strip("/")


@dataclass(frozen=True, slots=True)
class Rollout:
    """The whole of rollout.yaml. ``state`` is a folder or ``s3://bucket/prefix``.

    ``places`` tell ``file:line:column`` of what messages point at, such as ``organization.scope``.
    """

    roles: Mapping[RoleKind, Role]
    rules: tuple[Rule, ...]
    profile: str = "classic"
    prefix: str = "cado"
    organization_id: OrganizationId | None = None
    home_region: Region = DEFAULT_REGION
    call_as: CallAs = CallAs.SELF
    scope: tuple[str, ...] = ("/",)
    parameters: Mapping[str, str] = field(default_factory=dict)
    access: Access = field(default_factory=Access)
    temporary: Mapping[GroupSetName, TemporaryTerms] = field(default_factory=dict)
    safety: Safety = field(default_factory=Safety)
    pace: Pace = field(default_factory=Pace)
    state: str = ".orchestrator"
    places: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def hub_account(self) -> AccountId | None:
        """The account of the platform and acquisition roles, which the configuration makes sure are one."""
        return next((role.account for role in self.roles.values() if role.account is not None), None)
