"""StackSet operations running in the background: one after the other per StackSet, in rounds of concurrent accounts, until the failure
tolerance is used up, someone stops them, or the world closes.

AWS may also run operations that do not conflict side by side; here each waits until the one before it has ended.
"""

from datetime import datetime
from math import floor
from threading import Thread

from orchestrator.sandbox.instance_work import work_on
from orchestrator.sandbox.refusals import Refusal, invalid
from orchestrator.sandbox.stack_set_model import Lag, Operation, Spot, StackSet
from orchestrator.sandbox.world import World

_CANCELLED = "Cancelled since failure tolerance has exceeded"
_BREATH = 0.02  # seconds between looks at the switches while something is slow or held
_WHOLE = 100
_AT_ONCE = 100  # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html


class Operations:
    """Takes operations in and runs them. One thread per StackSet that has something to do."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._threads: dict[str, Thread] = {}

    def submit(self, stack_set: StackSet, operation: Operation) -> str:
        """Accept an operation, or refuse it as AWS would; it starts at once or waits in the queue.

        Raises Refusal (OperationIdAlreadyExistsException, OperationInProgressException).
        """
        if operation.id in stack_set.operations:
            raise Refusal("OperationIdAlreadyExistsException", f"Operation with id {operation.id} already exists")
        check_preferences(operation.preferences)
        busy = bool(stack_set.unfinished)
        if busy and not stack_set.managed_execution:
            running = stack_set.unfinished[0].id
            raise Refusal("OperationInProgressException", f"Another Operation on StackSet {stack_set.arn} is in progress: {running}")
        faults = self._world.faults
        lag = None
        if faults.list_lag_reads or faults.list_lag_seconds:
            lag = Lag(stack_set.copy_view(), operation.id, faults.list_lag_reads, faults.list_lag_seconds)
        if not busy:
            _start(operation)
        stack_set.operations[operation.id] = operation
        stack_set.lag = lag or stack_set.lag
        self._ensure_worker(stack_set)
        return operation.id

    def enqueue(self, stack_set: StackSet, operation: Operation) -> None:
        """Take an operation in behind those that are there, as StackSets does with its own."""
        stack_set.operations[operation.id] = operation
        self._ensure_worker(stack_set)

    def stop(self, stack_set: StackSet, operation: Operation) -> None:
        """Cancel what has not started; what is under way comes to its end first."""
        if operation.is_finished:
            raise Refusal("InvalidOperationException", f"Operation {operation.id} is {operation.status} and cannot be stopped")
        if operation.status == "QUEUED":
            self._finish(operation, "STOPPED")
        else:
            operation.status = "STOPPING"
        del stack_set
        self._world.changed.notify_all()

    def join(self) -> None:
        """Wait for the workers of a closed world."""
        for thread in tuple(self._threads.values()):
            thread.join()

    def _ensure_worker(self, stack_set: StackSet) -> None:
        thread = self._threads.get(stack_set.id)
        if thread is None or not thread.is_alive():
            thread = Thread(target=self._work, args=(stack_set,), name=f"stack-set-{stack_set.name}", daemon=True)
            self._threads[stack_set.id] = thread
            thread.start()

    def _work(self, stack_set: StackSet) -> None:
        while operation := self._next(stack_set):
            self._run(stack_set, operation)

    def _next(self, stack_set: StackSet) -> Operation | None:
        """The oldest unfinished operation, started if it was queued. None ends the worker, under the lock that submitting takes too."""
        with self._world.lock:
            while stack_set.unfinished and not self._world.is_closing:
                operation = stack_set.unfinished[0]
                try:
                    if operation.status == "QUEUED":
                        _start(operation)
                except Refusal as refusal:
                    self._finish(operation, "FAILED", refusal.message)
                    continue
                return operation
            self._threads.pop(stack_set.id, None)
            return None

    def _run(self, stack_set: StackSet, operation: Operation) -> None:
        concurrency, tolerance = limits(operation)
        left = list(operation.results)
        while left and not self._world.is_closing:
            with self._world.lock:
                if operation.status == "STOPPING" or operation.failures > tolerance:
                    break
                batch = left[: _room(operation, concurrency, tolerance)]
                for spot in batch:
                    _mark_running(stack_set, operation, spot)
            self._perform(stack_set, operation, batch)
            del left[: len(batch)]
        with self._world.lock:
            self._conclude(stack_set, operation, left, tolerance)

    def _perform(self, stack_set: StackSet, operation: Operation, batch: list[Spot]) -> None:
        """All accounts of a round take their time together; an account that is held keeps the round waiting."""
        started = self._world.now()
        for spot in sorted(batch, key=self._patience):
            if not self._wait(started, spot[0]):
                return
            with self._world.lock:
                work_on(self._world, stack_set, operation, spot)

    def _patience(self, spot: Spot) -> tuple[bool, float]:
        """The quick first, the held last."""
        return self._world.faults.is_held(spot[0]), self._world.faults.seconds_for(spot[0])

    def _wait(self, started: datetime, account: str) -> bool:
        """Wait until the account's time is over, by the clock of this world, and nothing holds it; False when the world closes."""
        faults = self._world.faults
        if not faults.is_held(account) and faults.seconds_for(account) <= 0:
            return not self._world.is_closing
        with self._world.changed:
            while not self._world.is_closing:
                left = faults.seconds_for(account) - (self._world.now() - started).total_seconds()
                if left <= 0 and not faults.is_held(account):
                    return True
                self._world.changed.wait(min(max(left, 0.001), _BREATH) if left > 0 else _BREATH)
        return False

    def _conclude(self, stack_set: StackSet, operation: Operation, left: list[Spot], tolerance: int) -> None:
        if self._world.is_closing:
            return
        for spot in left:
            result, instance = operation.results[spot], stack_set.instances.get(spot)
            result.status, result.reason = "CANCELLED", _CANCELLED if operation.status != "STOPPING" else "Cancelled by user"
            if instance is not None:
                instance.detailed, instance.reason = "CANCELLED", result.reason
                instance.last_operation = operation.id
        failed = operation.failures > tolerance
        stopped = operation.status == "STOPPING"
        if operation.action == "DETECT_DRIFT":
            _sum_up_drift(stack_set, operation, self._world)
        self._finish(operation, "STOPPED" if stopped else "FAILED" if failed else "SUCCEEDED")

    def _finish(self, operation: Operation, status: str, reason: str | None = None) -> None:
        operation.status, operation.reason, operation.ended = status, reason, self._world.now()
        for result in operation.results.values():
            if result.status in {"PENDING", "RUNNING"}:
                result.status = "CANCELLED"
        self._world.changed.notify_all()


def check_preferences(preferences: dict[str, object]) -> None:
    for first, second in (("FailureToleranceCount", "FailureTolerancePercentage"), ("MaxConcurrentCount", "MaxConcurrentPercentage")):
        if first in preferences and second in preferences:
            raise invalid(f"Only one of {first} and {second} can be specified")


def limits(operation: Operation) -> tuple[int, int]:
    """How many accounts at a time, a hundred at most, and how many may fail: percentages round down, but one account always runs."""
    total, wanted = len(operation.results), operation.preferences
    tolerance = int(wanted.get("FailureToleranceCount") or floor(total * wanted.get("FailureTolerancePercentage", 0) / _WHOLE))
    concurrency = int(wanted.get("MaxConcurrentCount") or floor(total * wanted.get("MaxConcurrentPercentage", 0) / _WHOLE))
    return max(1, min(concurrency, _AT_ONCE)), tolerance


def _room(operation: Operation, concurrency: int, tolerance: int) -> int:
    """Strict mode never starts more than could fail without exceeding the tolerance, plus one."""
    if operation.preferences.get("ConcurrencyMode") == "SOFT_FAILURE_TOLERANCE":
        return concurrency
    return max(1, min(concurrency, tolerance + 1 - operation.failures))


def _start(operation: Operation) -> None:
    operation.begin(operation)
    operation.status = "RUNNING"


def _mark_running(stack_set: StackSet, operation: Operation, spot: Spot) -> None:
    operation.results[spot].status = "RUNNING"
    instance = stack_set.instances.get(spot)
    if instance is not None and operation.action != "DETECT_DRIFT":
        instance.detailed = "RUNNING"


def _sum_up_drift(stack_set: StackSet, operation: Operation, world: World) -> None:
    looked_at = (spot for spot, result in operation.results.items() if result.status == "SUCCEEDED")
    found = [stack_set.instances[spot].drift for spot in looked_at if spot in stack_set.instances]
    drifted = found.count("DRIFTED")
    stack_set.drift = {
        "DriftStatus": "DRIFTED" if drifted else "IN_SYNC",
        "DriftDetectionStatus": "STOPPED" if operation.status == "STOPPING" else "PARTIAL_SUCCESS" if operation.failures else "COMPLETED",
        "LastDriftCheckTimestamp": world.now(),
        "TotalStackInstancesCount": len(stack_set.instances),
        "DriftedStackInstancesCount": drifted,
        "InSyncStackInstancesCount": found.count("IN_SYNC"),
        "InProgressStackInstancesCount": 0,
        "FailedStackInstancesCount": operation.failures,
    }
