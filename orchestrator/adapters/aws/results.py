"""The outcome of a finished operation account by account, from its results and from the instances it worked on.

The lists are eventually consistent: they are read again until they agree with each other and with the operation's own count, or
until waiting longer is pointless. An account that was asked for and shows up nowhere is a failure, never silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.adapters.aws.hints import hint_for
from orchestrator.adapters.aws.observation import SUSPENDED
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.outcome import SKIPPED, Failure
from orchestrator.model.state import Condition, Instance

SUCCEEDED, FAILED, CANCELLED = "SUCCEEDED", "FAILED", "CANCELLED"
FINAL = frozenset({SUCCEEDED, FAILED, CANCELLED})
NO_REASON = "AWS gives no reason"


@dataclass(frozen=True, slots=True)
class Result:
    """One account's result of one operation."""

    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a finished operation was asked and what AWS reports. ``asked`` empty means every instance it can reach.

    ``instances`` are those it was the last to work on, or with ``is_whole`` all of the StackSet. ``succeeded``: the status of the
    operation as a whole.
    """

    stack_set: StackSetName
    asked: tuple[AccountId, ...]
    is_deletion: bool
    reason: str
    failed_count: int | None
    results: Mapping[AccountId, Result]
    instances: Mapping[AccountId, Instance]
    succeeded: bool = False
    is_whole: bool = True

    def accounts(self) -> tuple[AccountId, ...]:
        reachable = (account for account, instance in self.instances.items() if instance.condition is not Condition.INOPERABLE)
        return self.asked or tuple(sorted({*self.results, *reachable}))

    def agree(self) -> bool:
        """Whether results, instances and the operation's own count agree on every account."""
        failed = sum(result.status == FAILED for result in self.results.values())
        return failed >= (self.failed_count or 0) and all(map(self._is_settled, self.accounts()))

    def reached(self) -> frozenset[AccountId]:
        """Accounts that the operation changed, whether it was asked to or not."""
        return frozenset(account for account, result in self.results.items() if result.status == SUCCEEDED or not self.is_deletion)

    def failures(self) -> tuple[Failure, ...]:
        # SUCCEEDED means that no more accounts failed than tolerated: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperation.html
        reasons = ((account, self._reason(account)) for account in self.accounts())
        return tuple(Failure(account, self.stack_set, reason, hint_for(reason)) for account, reason in reasons if reason is not None)

    def _is_settled(self, account: AccountId) -> bool:
        result, instance = self.results.get(account), self.instances.get(account)
        if instance is not None and is_passed_over(instance) and (result is None or SUSPENDED in instance.reason):
            return True
        if result is None:
            return instance is None and self.is_deletion and self.is_whole
        match result.status:
            case "SUCCEEDED":
                return instance is None if self.is_deletion else instance is not None and instance.condition is Condition.CURRENT
            case "FAILED":
                return instance is None or instance.condition is not Condition.CURRENT
            case _:
                return result.status in FINAL

    def _reason(self, account: AccountId) -> str | None:
        """Why the account failed; None when it did not."""
        result, instance = self.results.get(account), self.instances.get(account)
        if instance is not None and SUSPENDED in instance.reason:
            return f"{SKIPPED}the account is suspended"
        if result is not None and result.status == SUCCEEDED:
            return None
        if result is None and self._is_reached(instance):
            return None
        if result is None and instance is None:
            return f"{SKIPPED}StackSets did not try this account: {self.reason or NO_REASON}"
        known = (result.reason if result else "") or (instance.reason if instance else "") or self.reason
        return known or (self._contradiction(instance) if result is None and self.succeeded else NO_REASON)

    def _contradiction(self, instance: Instance | None) -> str:
        """AWS calls the operation a success, and its lists show otherwise."""
        shown = (
            "there is no instance" if instance is None else f"the instance is {'still there' if self.is_deletion else instance.condition}"
        )
        return f"AWS reports that the operation {SUCCEEDED}, but {shown}"

    def _is_reached(self, instance: Instance | None) -> bool:
        if self.is_deletion:
            return instance is None
        return instance is not None and instance.condition is Condition.CURRENT


def is_passed_over(instance: Instance) -> bool:
    """StackSets does not try suspended accounts, nor instances whose deletion failed, and lists no result for them."""
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceComprehensiveStatus.html
    return SUSPENDED in instance.reason or instance.condition is Condition.INOPERABLE
