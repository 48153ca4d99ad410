"""The state of a rollout in AWS, desired and observed alike: one map from places to what is deployed there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from orchestrator.model.alteration import Alteration
from orchestrator.model.identifiers import AccountId, StackSetName

NAME_IS_TAKEN = ("already exists", "EarlyValidation::ResourceExistenceCheck")
"""Of AWS's reasons, what says so: IAM's own words, and those of validation before deployment."""


class Condition(StrEnum):
    """StackInstance.Status: only CURRENT grants what the definition says."""

    CURRENT = "CURRENT"
    OUTDATED = "OUTDATED"
    INOPERABLE = "INOPERABLE"


@dataclass(frozen=True, slots=True)
class Window:
    """When a temporary grant is alive; both ends are whole seconds in UTC."""

    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class Definition:
    """What a StackSet or a plain stack deploys.

    ``parameters`` hold the values as AWS shows them, but the external id, of which only a fingerprint is kept.
    ``tags`` are the StackSet's tags, handed on to stacks and roles.
    """

    template: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instance:
    """One stack instance, or one plain stack. ``reason`` is AWS's own when it is not CURRENT, and begins with its detailed status.

    ``alteration``: what drift detection, or a look inside the account, found there that is not as it was deployed.
    """

    condition: Condition = Condition.CURRENT
    window: Window | None = None
    reason: str = field(default="", compare=False)
    alteration: Alteration | None = field(default=None, compare=False)

    @property
    def is_altered(self) -> bool:
        """Something in the account is not as it was deployed, and needs repair."""
        return self.alteration is not None and self.alteration.needs_repair

    @property
    def description(self) -> str:
        """Its condition and AWS's reason, nothing said twice."""
        return self.reason if self.reason.startswith(self.condition) else ": ".join(filter(None, (self.condition, self.reason)))

    @property
    def has_failed(self) -> bool:
        """AWS tried to bring it where its definition is, and did not manage."""
        status = self.reason.partition(":")[0]
        return self.condition is Condition.INOPERABLE or status.endswith("FAILED") or status == "ROLLBACK_COMPLETE"

    @property
    def is_name_taken(self) -> bool:
        """It was never made: something of a name in its template was in the account already."""
        return self.condition is not Condition.CURRENT and any(words in self.reason for words in NAME_IS_TAKEN)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A StackSet, or the plain stack of that name in the management account, which service-managed StackSets never reach."""

    name: StackSetName
    is_stack: bool = False

    def __str__(self) -> str:
        return f"stack {self.name} in the management account" if self.is_stack else f"StackSet {self.name}"


@dataclass(frozen=True, slots=True)
class Unit:
    """What is deployed in one place: a StackSet's instances in the home region, or a stack's only one, that of the management account.

    A foreign unit carries our name but not our tags. ``auto_deploys``: automatic deployment of the StackSet was switched on, so that
    accounts which join its organizational units get it without a rule.
    """

    definition: Definition
    instances: Mapping[AccountId, Instance] = field(default_factory=dict)
    is_foreign: bool = False
    auto_deploys: bool = False


State = Mapping[Place, Unit]
"""Everything of one rollout. Equal states mean the same grants in the same accounts."""


def ours(state: State) -> State:
    """The state without what carries our names but not our tags."""
    return {place: unit for place, unit in state.items() if not unit.is_foreign}


def instances_in(state: State) -> Iterator[tuple[Place, AccountId, Instance]]:
    """Every instance with its place and account."""
    return ((place, account, instance) for place, unit in state.items() for account, instance in unit.instances.items())
