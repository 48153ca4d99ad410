"""What the checks need from outside beyond the ports of every run. Nothing here changes anything."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from orchestrator.model.evidence import Unknown
from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import Organization


@dataclass(frozen=True, slots=True)
class Caller:
    """Who the credentials belong to."""

    account: AccountId
    arn: str


@dataclass(frozen=True, slots=True)
class Question:
    """Whether the caller may do all of this on these resources, with these values of condition keys; ``lists`` are keys of many values."""

    id: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    context: Mapping[str, tuple[str, ...]]
    lists: frozenset[str] = frozenset()


Decisions = Mapping[tuple[str, str], str]
"""EvalDecision by question and action: the worst over its resources."""


@dataclass(frozen=True, slots=True)
class Quota:
    """A service quota and what AWS documents as its default."""

    service: str
    code: str
    default: int


@dataclass(frozen=True, slots=True)
class FoundRole:
    """A role in an account; ``is_ours`` when it carries the tags of the rollout."""

    arn: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Names:
    """Roles and instance profiles that matter in an account."""

    roles: frozenset[str] = frozenset()
    instance_profiles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AccountView:
    """What an account shows: which of the names asked for are taken, and the SummaryMap of GetAccountSummary, IAM's use and quotas."""

    roles: Mapping[str, FoundRole] = field(default_factory=dict)
    instance_profiles: Collection[str] = ()
    summary: Mapping[str, int] = field(default_factory=dict)


Views = Mapping[AccountId, AccountView | Unknown]
"""Unknown where no access role lets us in, or may not read IAM."""


@dataclass(frozen=True, slots=True)
class BucketView:
    """How the bucket of the state is set up; ``writes`` says what a conditional write that has to be refused was answered."""

    is_versioned: bool | Unknown
    encryption: str | Unknown
    writes: bool | Unknown


class Surroundings(Protocol):
    """Every method raises OrchestratorError where AWS cannot be asked."""

    def caller(self) -> Caller:
        """Who we are to AWS."""

    def time_there(self) -> datetime:
        """The time in an answer of AWS; one that refuses the credentials has it too."""

    def check_administrator(self, organization: Organization) -> None:
        """Ask StackSets for something harmless as the rollout is configured to call them. Raises AwsError with AWS's words explained."""

    def region_status(self) -> str:
        """RegionOptStatus of the home region in the caller's account."""

    def stack_sets(self) -> int:
        """How many StackSets count against the quota, all of the organization's."""

    def quota(self, organization: Organization, quota: Quota) -> int | Unknown:
        """Its value for the management account, where StackSets count."""

    def decisions(self, questions: Sequence[Question]) -> Decisions | Unknown:
        """What IAM's simulator says; Unknown where it may not be asked."""

    def look_into(self, organization: Organization, accounts: Mapping[AccountId, Names]) -> Views:
        """Accounts as the access roles show them."""

    def bucket(self) -> BucketView | None:
        """The bucket of the state; None where it is a folder."""
