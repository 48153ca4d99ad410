"""The progress of an operation on a plain stack: its events carry our id, and the stack's newest event is the result."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import code_of, speaking
from orchestrator.adapters.aws.hints import hint_for
from orchestrator.adapters.aws.results import NO_REASON
from orchestrator.adapters.aws.stacks import IN_FORCE, StackReader
from orchestrator.model.operation import Create, Delete, StackOperation, Update
from orchestrator.model.outcome import Failure, OperationStatus, Progress
from orchestrator.model.state import Condition, Unit

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import StackEventTypeDef, StackTypeDef

DONE = Progress(OperationStatus.SUCCEEDED, 1, 1)
EVENT_PAGES = 3
CONSEQUENCE = "Resource creation cancelled"


class StackProgress:
    """Remembers the ids this process sent, for services that do not repeat them in their events."""

    def __init__(self, reader: StackReader) -> None:
        self._reader = reader
        self._started: set[str] = set()

    def note_start(self, operation_id: str) -> None:
        self._started.add(operation_id)

    def of(self, operation: StackOperation, operation_id: str) -> Progress | None:
        with speaking(f"ask how stack {operation.place.name} is doing"):
            row = self._reader.describe(operation.place.name)
            if row is None:
                return DONE if isinstance(operation, Delete) else None
            events = [event for event in self._events(row) if event.get("ClientRequestToken") == operation_id]
            if events:
                status = next((str(event.get("ResourceStatus")) for event in events if is_about_stack(event)), "CREATE_IN_PROGRESS")
                return progress_from(operation, status, reason_in(events))
            if operation_id in self._started:
                return progress_from(operation, row["StackStatus"], row.get("StackStatusReason", ""))
            return DONE if self._is_so_already(operation, row) else None

    def _is_so_already(self, operation: StackOperation, row: "StackTypeDef") -> bool:
        if isinstance(operation, Delete):
            return False
        stack = self._reader.read(row)
        return stack is not None and not stack.is_foreign and is_fulfilled(operation, stack)

    def _events(self, row: "StackTypeDef") -> Iterator["StackEventTypeDef"]:
        """Newest first, as far back as one operation may reach."""
        pages = self._reader.client.get_paginator("describe_stack_events").paginate(StackName=row.get("StackId", row["StackName"]))
        try:
            for page, _ in zip(pages, range(EVENT_PAGES), strict=False):
                yield from page["StackEvents"]
        except ClientError as error:
            if code_of(error) != "ValidationError":
                raise


def is_fulfilled(operation: Create | Update, stack: Unit) -> bool:
    (instance,) = stack.instances.values()
    is_window_right = operation.window == instance.window or (isinstance(operation, Update) and operation.window is None)
    is_repaired = not (operation.revision and instance.alteration and instance.alteration.rewritable)
    return stack.definition == operation.definition and is_window_right and is_repaired and instance.condition is Condition.CURRENT


def is_about_stack(event: "StackEventTypeDef") -> bool:
    return event.get("PhysicalResourceId") == event["StackId"]


def reason_in(events: list["StackEventTypeDef"]) -> str:
    """The first failure; later ones are its consequences."""
    failed = (event for event in reversed(events) if str(event.get("ResourceStatus", "")).endswith("_FAILED"))
    reasons = (event.get("ResourceStatusReason", "") for event in failed)
    return next((reason for reason in reasons if reason and CONSEQUENCE not in reason), "")


def progress_from(operation: StackOperation, status: str, reason: str) -> Progress:
    """A rollback that is complete is a failed operation."""
    if status.endswith("_IN_PROGRESS"):
        return Progress(OperationStatus.RUNNING, 0, 1)
    if status == "DELETE_COMPLETE" or (status in IN_FORCE and "ROLLBACK" not in status and not isinstance(operation, Delete)):
        return DONE
    reason = reason or f"{status}: {NO_REASON}"
    failures = tuple(Failure(account, operation.place.name, reason, hint_for(reason)) for account in operation.accounts)
    return Progress(OperationStatus.FAILED, 1, 1, failures)
