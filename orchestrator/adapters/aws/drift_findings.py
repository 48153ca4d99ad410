"""What the last drift detection found in a StackSet, read back: costs a call only where it found or missed something."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from orchestrator.adapters.aws.site import PAGE, Site
from orchestrator.adapters.aws.spread import spread
from orchestrator.model.alteration import Alteration, Revision
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.permissions.drift import PropertyDifference, ResourceDrift, alteration_of

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import (
        ListStackInstanceResourceDriftsInputTypeDef,
        PropertyDifferenceTypeDef,
        StackInstanceSummaryTypeDef,
        StackSetOperationSummaryTypeDef,
        StackSetTypeDef,
    )

DRIFTED = "DRIFTED"
RUNNING = frozenset({"RUNNING", "QUEUED", "STOPPING"})
STACK_GONE = "does not exist"
"""In the reason of a detection that failed because the stack was deleted in the account. The instance itself stays CURRENT: its drift
status UNKNOWN is reserved for future use (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstanceSummary.html)."""
UNREADABLE = "drift detection found a difference, and what it is cannot be read any more: run verify --drift"


@dataclass(frozen=True, slots=True)
class Detection:
    """One drift detection that ended: the accounts it found drifted, and those whose stack it did not find."""

    operation_id: str
    at: datetime
    drifted: frozenset[AccountId] = frozenset()
    gone: frozenset[AccountId] = frozenset()

    @property
    def accounts(self) -> frozenset[AccountId]:
        return self.drifted | self.gone


class DriftFindings:
    """Reads; changes nothing. Raises ClientError."""

    def __init__(self, client: "CloudFormationClient", site: Site) -> None:
        self._client = client
        self._site = site

    def detection(
        self, name: StackSetName, described: "StackSetTypeDef", rows: Iterable["StackInstanceSummaryTypeDef"]
    ) -> Detection | None:
        """The last detection; None where it found every instance in sync, and where AWS does not list it any more."""
        drifted = frozenset(AccountId(row.get("Account", "")) for row in rows if row.get("DriftStatus") == DRIFTED)
        failed = described.get("StackSetDriftDetectionDetails", {}).get("FailedStackInstancesCount", 0)
        last = self.last(name) if drifted or failed else None
        if last is None:
            return None
        gone = (account for account, reason in self.failed(name, last.operation_id).items() if STACK_GONE in reason) if failed else ()
        return replace(last, drifted=drifted, gone=frozenset(gone))

    def last(self, name: StackSetName) -> Detection | None:
        """When the last detection that ended was started, and under which id."""
        pages = self._client.get_paginator("list_stack_set_operations").paginate(StackSetName=name, CallAs=self._site.call_as)
        ended = [row for page in pages for row in page["Summaries"] if is_ended_detection(row)]
        found = [Detection(row.get("OperationId", ""), moment) for row in ended if (moment := row.get("CreationTimestamp"))]
        return max(found, key=lambda detection: detection.at, default=None)

    def failed(self, name: StackSetName, operation_id: str) -> Mapping[AccountId, str]:
        """Accounts that could not be looked at, and AWS's reason."""
        pages = self._client.get_paginator("list_stack_set_operation_results").paginate(
            StackSetName=name, OperationId=operation_id, CallAs=self._site.call_as, PaginationConfig={"PageSize": PAGE}
        )
        rows = (row for page in pages for row in page["Summaries"])
        return {
            AccountId(row.get("Account", "")): row.get("StatusReason", "") for row in rows if row.get("Status") in ("FAILED", "CANCELLED")
        }

    def alterations(
        self, name: StackSetName, detection: Detection, revisions: Mapping[AccountId, Revision | None]
    ) -> Mapping[AccountId, Alteration]:
        """What is altered, account by account. ``revisions`` are those of the instances: what a repair since has put back is left out."""
        found = spread(lambda account: (account, self._alteration(name, account, detection)), sorted(detection.accounts & revisions.keys()))
        left = {account: remaining(alteration, revisions[account]) for account, alteration in found}
        return {account: alteration for account, alteration in left.items() if alteration is not None}

    def _alteration(self, name: StackSetName, account: AccountId, detection: Detection) -> Alteration:
        if account in detection.gone:
            return Alteration(detection.at, lasting=("its stack was deleted in the account",), is_gone=True)
        drifts = tuple(self._drifts(name, account, detection.operation_id))
        return alteration_of(drifts, detection.at) if drifts else Alteration(detection.at, harmless=(UNREADABLE,))

    def _drifts(self, name: StackSetName, account: AccountId, operation_id: str) -> Iterator[ResourceDrift]:
        """Botocore has no paginator for this operation."""
        request: ListStackInstanceResourceDriftsInputTypeDef = {
            "StackSetName": name,
            "StackInstanceAccount": account,
            "StackInstanceRegion": self._site.home_region,
            "OperationId": operation_id,
            "StackInstanceResourceDriftStatuses": ["MODIFIED", "DELETED"],
            "CallAs": self._site.call_as,
        }
        while True:
            page = self._client.list_stack_instance_resource_drifts(**request)
            for row in page["Summaries"]:
                yield resource_drift(
                    row["LogicalResourceId"], row["ResourceType"], row["StackResourceDriftStatus"], row.get("PropertyDifferences", [])
                )
            if not page.get("NextToken"):
                return
            request["NextToken"] = page["NextToken"]


def is_ended_detection(row: "StackSetOperationSummaryTypeDef") -> bool:
    return row.get("Action") == "DETECT_DRIFT" and row.get("Status") not in RUNNING


def resource_drift(name: str, kind: str, status: str, differences: Iterable["PropertyDifferenceTypeDef"]) -> ResourceDrift:
    """StackResourceDrift and StackInstanceResourceDriftsSummary of CloudFormation, which share these fields."""
    found = (
        PropertyDifference(difference["PropertyPath"], difference.get("ExpectedValue", ""), difference.get("ActualValue", ""))
        for difference in differences
    )
    return ResourceDrift(name, kind, status == "DELETED", tuple(found))


def remaining(alteration: Alteration, revision: Revision | None) -> Alteration | None:
    """What a repair has left of it: an instance whose stack was gone is another one since, an update has written its documents again."""
    if revision is None or revision.found_at < alteration.found_at:
        return replace(alteration, last=revision)
    left = replace(alteration, rewritable=())
    return None if alteration.is_gone or not (left.lasting or left.harmless) else left
