"""Runs CloudFormation's drift detection. What it finds is read back with everything else that is observed.

Only properties that the template sets are compared: an inline policy added to a role by hand is no drift
(https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/936).
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.drift_findings import DRIFTED, RUNNING, STACK_GONE, DriftFindings
from orchestrator.adapters.aws.errors import code_of, message_of, speaking
from orchestrator.adapters.aws.observation import GONE, StackSetReader
from orchestrator.adapters.aws.patience import Patience, StillBusyError
from orchestrator.adapters.aws.site import Site
from orchestrator.adapters.aws.stacks import StackReader
from orchestrator.model.activity import Activity, ActivityProgressed, Tell, followed, ignore
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.outcome import Deviation

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackSetDriftDetectionDetailsTypeDef, StackSetOperationTypeDef

POLL_SECONDS = 2.0
LOOKED_AT = frozenset({DRIFTED, "IN_SYNC"})
NO_REASON = "AWS gives no reason"


class StackSetDrift:
    """Detects drift of several StackSets at once, one detection per StackSet."""

    def __init__(self, reader: StackSetReader, site: Site, patience: Patience, tell: Tell = ignore) -> None:
        self._tell = tell
        self._reader = reader
        self._site = site
        self._patience = patience

    def detect(self, names: Iterable[StackSetName]) -> Iterator[Deviation]:
        """A StackSet that does not exist has no drift."""
        started: dict[StackSetName, str] = {}
        with speaking("detect the drift of the StackSets"):
            for name in names:
                try:
                    self._patience.wait_out(partial(self._start, name, started), name)
                except StillBusyError:
                    yield Deviation(None, name, "drift could not be detected: another operation is running")
            for name, operation_id in followed(Activity.DRIFT, started.items(), len(started), self._tell):
                described = self._wait(name, operation_id)
                yield from self._unseen(name, operation_id)
                if described.get("Status") != "SUCCEEDED":
                    yield Deviation(None, name, f"drift detection did not finish: {described.get('StatusReason') or NO_REASON}")

    def _start(self, name: StackSetName, started: dict[StackSetName, str]) -> bool:
        try:
            started[name] = self._reader.client.detect_stack_set_drift(
                StackSetName=name, OperationPreferences=self._site.looking(), CallAs=self._site.call_as
            )["OperationId"]
        except ClientError as error:
            if code_of(error) not in GONE:
                raise
            return False
        return True

    def _wait(self, name: StackSetName, operation_id: str) -> "StackSetOperationTypeDef":
        while True:
            described = self._reader.client.describe_stack_set_operation(
                StackSetName=name, OperationId=operation_id, CallAs=self._site.call_as
            )["StackSetOperation"]
            if described.get("Status") not in RUNNING:
                return described
            self._tell(ActivityProgressed(Activity.DRIFT, detail=looked_at(name, described.get("StackSetDriftDetectionDetails", {}))))
            self._patience.clock.sleep(POLL_SECONDS)

    def _unseen(self, name: StackSetName, operation_id: str) -> Iterator[Deviation]:
        """Accounts that could not be looked at. One whose stack is gone is a finding."""
        failed = DriftFindings(self._reader.client, self._site).failed(name, operation_id)
        for account, reason in failed.items():
            if STACK_GONE not in reason:
                yield Deviation(account, name, f"drift could not be detected: {reason or NO_REASON}")
        for row in self._reader.summaries(name):
            account, status = AccountId(row.get("Account", "")), row.get("DriftStatus", "NOT_CHECKED")
            if status not in LOOKED_AT and account not in failed:
                yield Deviation(account, name, f"drift could not be detected: AWS calls it {status}")


def looked_at(name: StackSetName, details: "StackSetDriftDetectionDetailsTypeDef") -> str:
    """``cado-spoke-kms 300/500``, where AWS counts instances."""
    total, left = details.get("TotalStackInstancesCount", 0), details.get("InProgressStackInstancesCount", 0)
    return f"{name} {total - left}/{total}" if total else name


class StackDrift:
    """The same for plain stacks of the management account."""

    def __init__(self, reader: StackReader, patience: Patience, management_account: AccountId) -> None:
        self._reader = reader
        self._patience = patience
        self._account = management_account

    def detect(self, names: Iterable[StackSetName]) -> Iterator[Deviation]:
        with speaking("detect the drift of the stacks in the management account"):
            for name in names:
                if self._reader.describe(name) is not None:
                    yield from self._detect(name)

    def _detect(self, name: StackSetName) -> Iterator[Deviation]:
        """A refusal, as while the stack is being changed, is a difference, not an error."""
        try:
            detection = self._reader.client.detect_stack_drift(StackName=name)["StackDriftDetectionId"]
        except ClientError as error:
            yield Deviation(self._account, name, f"drift could not be detected: {message_of(error)}")
            return
        status = self._reader.client.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        while status["DetectionStatus"] == "DETECTION_IN_PROGRESS":
            self._patience.clock.sleep(POLL_SECONDS)
            status = self._reader.client.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        if status["DetectionStatus"] == "DETECTION_FAILED":
            yield Deviation(self._account, name, f"drift could not be detected: {status.get('DetectionStatusReason') or NO_REASON}")
        elif status.get("StackDriftStatus") == "UNKNOWN":
            yield Deviation(self._account, name, "drift could not be detected for one of its resources")
