"""What a StackSet is: its definition, its stack instances and its operations with their results."""

import uuid
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Spot = tuple[str, str]  # account, region
Action = Literal["CREATE", "UPDATE", "DELETE", "DETECT_DRIFT"]
FINISHED = frozenset({"SUCCEEDED", "FAILED", "STOPPED"})


@dataclass(slots=True)
class Instance:
    """``unit`` is the OU or root that was targeted, which need not be the account's parent."""

    account: str
    region: str
    unit: str | None
    status: str = "OUTDATED"
    detailed: str = "PENDING"
    reason: str | None = None
    stack_id: str | None = None
    overrides: dict[str, str] = field(default_factory=dict)
    last_operation: str | None = None
    drift: str = "NOT_CHECKED"
    drift_at: datetime | None = None
    drifts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass(slots=True)
class Result:
    unit: str | None
    status: str = "PENDING"
    reason: str | None = None


@dataclass(slots=True)
class Operation:
    """``begin`` does what happens to the StackSet when the operation starts and says which spots it works on."""

    id: str
    action: Action
    created: datetime
    preferences: dict[str, Any]
    begin: Callable[["Operation"], None]
    status: str = "QUEUED"
    targets: dict[str, Any] | None = None
    retain: bool | None = None
    overrides: dict[str, str] | None = None
    ended: datetime | None = None
    reason: str | None = None
    results: dict[Spot, Result] = field(default_factory=dict)

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED

    @property
    def failures(self) -> int:
        return sum(result.status == "FAILED" for result in self.results.values())


@dataclass(slots=True)
class View:
    """What lists show: the state itself, or an older one while they lag."""

    instances: list[Instance]
    operations: list[Operation]


@dataclass(slots=True)
class Lag:
    """An older view and how long it is still shown; the countdown starts when the operation has ended."""

    view: View
    operation: str
    reads: int
    seconds: float


@dataclass(slots=True)
class StackSet:
    name: str
    owner: str
    region: str
    body: str
    description: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    capabilities: list[str] = field(default_factory=list)
    permission_model: str = "SELF_MANAGED"
    auto_deployment: dict[str, Any] | None = None
    managed_execution: bool = False
    administration_role: str | None = None
    execution_role: str | None = None
    status: str = "ACTIVE"
    instances: dict[Spot, Instance] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    drift: dict[str, Any] = field(default_factory=lambda: {"DriftStatus": "NOT_CHECKED", "TotalStackInstancesCount": 0})
    lag: Lag | None = None
    id: str = ""

    def __post_init__(self) -> None:
        self.id = self.id or f"{self.name}:{uuid.uuid4()}"

    @property
    def arn(self) -> str:
        return f"arn:aws:cloudformation:{self.region}:{self.owner}:stackset/{self.id}"

    @property
    def is_service_managed(self) -> bool:
        return self.permission_model == "SERVICE_MANAGED"

    @property
    def role_in_accounts(self) -> str:
        """The role its stacks are made with: of service-managed ones AWS makes one for each StackSet."""
        if self.is_service_managed:
            return f"stacksets-exec-{uuid.uuid5(uuid.NAMESPACE_URL, self.id).hex}"
        return self.execution_role or "AWSCloudFormationStackSetExecutionRole"

    @property
    def unfinished(self) -> list[Operation]:
        return [operation for operation in self.operations.values() if not operation.is_finished]

    def units(self) -> dict[str, list[str]]:
        """The targeted OUs with their regions."""
        found: dict[str, list[str]] = {}
        for instance in self.instances.values():
            if instance.unit and instance.region not in found.setdefault(instance.unit, []):
                found[instance.unit].append(instance.region)
        return found

    def copy_view(self) -> View:
        operations = [_copied(operation) for operation in self.operations.values()]
        return View(deepcopy(list(self.instances.values())), operations)

    def view(self, now: datetime) -> View:
        """What a list shows now; each look at a lagging list uses up one of its reads."""
        live = View(list(self.instances.values()), list(self.operations.values()))
        if self.lag is None:
            return live
        operation = self.operations.get(self.lag.operation)
        if operation is None or operation.ended is None:
            return self.lag.view
        old = self.lag.view
        if (now - operation.ended).total_seconds() < self.lag.seconds:
            return old
        if self.lag.reads > 0:
            self.lag.reads -= 1
            return old
        self.lag = None
        return live


def _copied(operation: Operation) -> Operation:
    """A copy that shares the closure, which cannot be copied and is not shown."""
    results = {spot: Result(result.unit, result.status, result.reason) for spot, result in operation.results.items()}
    return Operation(
        operation.id, operation.action, operation.created, operation.preferences, operation.begin, operation.status,
        operation.targets, operation.retain, operation.overrides, operation.ended, operation.reason, results,
    )  # fmt: skip
