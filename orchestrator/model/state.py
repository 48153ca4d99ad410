"""The state of a rollout in AWS, desired and observed alike: StackSets, their stack instances, plain stacks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from orchestrator.model.identifiers import AccountId, StackSetName


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

    ``is_drifted``: drift detection, when it was last run, found the account's resources other than the template, or could not compare them.
    """

    condition: Condition = Condition.CURRENT
    window: Window | None = None
    reason: str = field(default="", compare=False)
    is_drifted: bool = field(default=False, compare=False)

    @property
    def told(self) -> str:
        """Its condition and AWS's reason, nothing said twice."""
        return self.reason if self.reason.startswith(self.condition) else ": ".join(filter(None, (self.condition, self.reason)))

    @property
    def has_failed(self) -> bool:
        """AWS tried to bring it where its definition is, and did not manage."""
        status = self.reason.partition(":")[0]
        return self.condition is Condition.INOPERABLE or status.endswith("FAILED") or status == "ROLLBACK_COMPLETE"


@dataclass(frozen=True, slots=True)
class StackSet:
    """A StackSet with its instances in the home region. A foreign one carries our name but not our tags.

    ``auto_deploys``: somebody switched automatic deployment on, so accounts that come into its units get it without a rule.
    """

    definition: Definition
    instances: Mapping[AccountId, Instance] = field(default_factory=dict)
    is_foreign: bool = False
    auto_deploys: bool = False


@dataclass(frozen=True, slots=True)
class Stack:
    """A plain stack in the management account, which service-managed StackSets never reach."""

    definition: Definition
    instance: Instance = field(default_factory=Instance)
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """Everything of one rollout. Equal states mean the same grants in the same accounts."""

    stack_sets: Mapping[StackSetName, StackSet] = field(default_factory=dict)
    stacks: Mapping[StackSetName, Stack] = field(default_factory=dict)
