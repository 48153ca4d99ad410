"""The progress of an operation on a StackSet, read from the operation itself, which is strongly consistent.

What it did is read from the instances that bear its id, so that a look costs a call per hundred accounts of the operation, however
many the StackSet has.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import code_of, speaking
from orchestrator.adapters.aws.hints import hint_for
from orchestrator.adapters.aws.observation import GONE, StackSetReader, detailed_status, read_instance
from orchestrator.adapters.aws.results import FINAL, NO_REASON, SUCCEEDED, Findings, Result
from orchestrator.adapters.aws.site import PAGE, Site
from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import (
    Create,
    CreateInstances,
    Delete,
    DeleteInstances,
    Operation,
    StopAutoDeployment,
    Update,
    UpdateInstances,
)
from orchestrator.model.outcome import Failure, OperationStatus, Progress
from orchestrator.ports import Clock

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackSetOperationResultSummaryTypeDef, StackSetOperationTypeDef

WithTargets = Update | CreateInstances | UpdateInstances | DeleteInstances

STATUSES = {
    "QUEUED": OperationStatus.QUEUED,
    "RUNNING": OperationStatus.RUNNING,
    "STOPPING": OperationStatus.RUNNING,
    "SUCCEEDED": OperationStatus.SUCCEEDED,
    "FAILED": OperationStatus.FAILED,
    "STOPPED": OperationStatus.FAILED,
}
LAG = timedelta(seconds=8)
"""How long the lists may lag behind an operation that ended."""

COUNT_EVERY = timedelta(seconds=15)
"""How often the completed accounts of a running operation are counted: that reads every result."""


class StackSetProgress:
    """Answers for one operation at a time, and remembers how many accounts it last counted and when it first saw the end.

    An operation that ended counts as running until its results agree, so that nothing else has to wait for them: the operation is strongly
    consistent (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackSetOperation.html),
    its results are not (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackSetOperationResults.html).
    """

    def __init__(self, reader: StackSetReader, site: Site, clock: Clock) -> None:
        self._reader = reader
        self._site = site
        self._clock = clock
        self._counted: dict[str, tuple[datetime, Progress]] = {}
        self._ended: dict[str, datetime] = {}

    def of(self, operation: Operation, operation_id: str) -> Progress | None:
        """None when AWS does not know it. Creating and deleting a StackSet have no operation: its existence decides."""
        with speaking(f"ask how StackSet {operation.place.name} is doing"):
            match operation:
                case Create():
                    exists = self._reader.definition(operation.place.name) == operation.definition
                    return Progress(OperationStatus.SUCCEEDED) if exists else None
                case Delete():
                    is_gone = self._reader.definition(operation.place.name) is None
                    return Progress(OperationStatus.SUCCEEDED) if is_gone else None
                case _:
                    return self._of_operation(operation, operation_id)

    def _of_operation(self, operation: WithTargets | StopAutoDeployment, operation_id: str) -> Progress | None:
        try:
            described = self._reader.client.describe_stack_set_operation(
                StackSetName=operation.place.name, OperationId=operation_id, CallAs=self._site.call_as
            )["StackSetOperation"]
        except ClientError as error:
            if code_of(error) in GONE:
                return None
            raise
        status = STATUSES[described.get("Status", "RUNNING")]
        if isinstance(operation, StopAutoDeployment):
            # AWS keeps the setting whatever becomes of the instances; those it could not pass over show as OUTDATED.
            return Progress(OperationStatus.SUCCEEDED if status is OperationStatus.FAILED else status)
        if status in (OperationStatus.SUCCEEDED, OperationStatus.FAILED):
            return self._finish(operation, operation_id, status, described)
        return self._count(operation, operation_id) if status is OperationStatus.RUNNING else Progress(status, 0, len(operation.accounts))

    def _count(self, operation: WithTargets, operation_id: str) -> Progress:
        now = self._clock.now()
        beginning = Progress(OperationStatus.RUNNING, 0, len(operation.accounts), pending=operation.accounts)
        due, counted = self._counted.setdefault(operation_id, (now + COUNT_EVERY, beginning))
        if now >= due:
            counted = running(operation, self._results(operation, operation_id))
            self._counted[operation_id] = (now + COUNT_EVERY, counted)
        return counted

    def _finish(
        self, operation: WithTargets, operation_id: str, status: OperationStatus, described: "StackSetOperationTypeDef"
    ) -> Progress:
        findings, now = self._find(operation, operation_id, described), self._clock.now()
        if not findings.agree():
            if now - self._ended.setdefault(operation_id, now) < LAG:
                failures = findings.failures()
                pending = tuple(failure.account for failure in failures)
                total = len(findings.accounts())
                return Progress(OperationStatus.RUNNING, total - len(failures), total, pending=pending)
            findings = replace(findings, instances=self._reader.instances(operation.place.name), is_whole=True)
        accounts, failures = findings.accounts(), findings.failures()
        if status is OperationStatus.FAILED and not failures:
            if accounts and set(accounts) <= findings.results.keys():
                # Stopped when every account had succeeded.
                status = OperationStatus.SUCCEEDED
            else:
                reason = f"the whole operation failed: {described.get('StatusReason') or NO_REASON}"
                failures = tuple(Failure(account, operation.place.name, reason, hint_for(reason)) for account in operation.accounts)
        return Progress(status, len(accounts), len(accounts), failures, findings.reached())

    def _find(self, operation: WithTargets, operation_id: str, described: "StackSetOperationTypeDef") -> Findings:
        """What the instances say that the operation was the last to work on; why some failed, and what was deleted, its results say."""
        name, is_deletion, is_whole = operation.place.name, isinstance(operation, DeleteInstances), not operation.accounts
        rows = tuple(self._reader.summaries(name, None if is_whole else operation_id))
        results = {AccountId(row.get("Account", "")): Result(detailed_status(row), row.get("StatusReason", "")) for row in rows}
        found = Findings(
            name,
            operation.accounts,
            is_deletion,
            described.get("StatusReason", ""),
            described.get("StatusDetails", {}).get("FailedStackInstancesCount"),
            results,
            {AccountId(row.get("Account", "")): read_instance(row) for row in rows},
            described.get("Status") == SUCCEEDED,
            is_whole,
        )
        if not is_whole and not is_deletion and found.agree() and not found.failures():
            return found
        return replace(found, results=self._results(operation, operation_id))

    def _results(self, operation: WithTargets, operation_id: str) -> dict[AccountId, Result]:
        """Empty until the list knows the operation."""
        pages = self._reader.client.get_paginator("list_stack_set_operation_results").paginate(
            StackSetName=operation.place.name,
            OperationId=operation_id,
            CallAs=self._site.call_as,
            PaginationConfig={"PageSize": PAGE},
        )
        try:
            return {
                AccountId(summary.get("Account", "")): Result(
                    summary.get("Status", ""), summary.get("StatusReason", "") or gate_reason(summary)
                )
                for page in pages
                for summary in page["Summaries"]
                if summary.get("Region", self._site.home_region) == self._site.home_region
            }
        except ClientError as error:
            if code_of(error) in GONE:
                return {}
            raise


def running(operation: WithTargets, results: Mapping[AccountId, Result]) -> Progress:
    """How far an operation is that goes on; AWS lists a result for each account it has started with."""
    ended = {account: result for account, result in results.items() if result.status in FINAL}
    failures = tuple(
        Failure(account, operation.place.name, reason, hint_for(reason))
        for account, result in sorted(ended.items())
        if result.status != SUCCEEDED and (reason := result.reason or NO_REASON)
    )
    pending = tuple(account for account in operation.accounts if account not in ended)
    return Progress(OperationStatus.RUNNING, len(ended), len(operation.accounts), failures, pending=pending)


def gate_reason(summary: "StackSetOperationResultSummaryTypeDef") -> str:
    """Why the account's gate function refused; one that was skipped has a reason too, and refused nothing."""
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_AccountGateResult.html
    gate = summary.get("AccountGateResult", {})
    return f"the account gate failed: {gate.get('StatusReason') or NO_REASON}" if gate.get("Status") == "FAILED" else ""
