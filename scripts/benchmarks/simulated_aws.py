"""StackSets in simulated time: operations queue per StackSet and share its places for instances, as managed execution does.

AWS says that non-conflicting operations run side by side and that a queue is started in the order of the requests
(https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ManagedExecution.html), and that a StackSet works on a hundred
instances at once (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html). ``side_by_side=False`` is the
worse reading: each operation waits until the one before it has ended.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.operation import Create, Delete, Operation
from orchestrator.model.organization import TrustedAccess
from orchestrator.model.outcome import Deviation, OperationStatus, Progress
from orchestrator.model.state import Place, State

AT_ONCE = 100
START = datetime(2026, 1, 1, tzinfo=UTC)

Duration = Callable[[Place, AccountId], float]
"""Seconds that an instance takes."""


class SimulatedClock:
    """Time passes only by waiting."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@dataclass
class Work:
    """An operation AWS has: accounts that wait, how many are worked on, and when the last one ended."""

    waiting: deque[AccountId]
    running: int = 0
    ended: float | None = None


@dataclass
class StackSetQueue:
    """The operations of one StackSet in the order of the requests, and the instances worked on now, by their end."""

    place: Place
    duration: Duration
    side_by_side: bool
    now: float = 0.0
    works: list[Work] = field(default_factory=list)
    busy: list[tuple[float, int, Work]] = field(default_factory=list)

    def add(self, accounts: Sequence[AccountId], now: float) -> Work:
        self.advance(now)
        work = Work(deque(accounts), ended=None if accounts else now)
        if accounts:
            self.works.append(work)
            self._fill()
        return work

    def advance(self, until: float) -> None:
        """Let time pass: whatever ends makes room for what waits."""
        while self.busy and self.busy[0][0] <= until:
            self.now, _, work = heapq.heappop(self.busy)
            work.running -= 1
            if not work.waiting and not work.running:
                work.ended = self.now
                self.works.remove(work)
            self._fill()
        self.now = until

    def _fill(self) -> None:
        for number, work in enumerate(self.works):
            if number and not self.side_by_side:
                return
            while work.waiting and len(self.busy) < AT_ONCE:
                end = self.now + self.duration(self.place, work.waiting.popleft())
                heapq.heappush(self.busy, (end, id(work), work))
                work.running += 1


class SimulatedAws:
    """ports.Deployer in which nothing fails. ``calls`` counts what was asked."""

    def __init__(self, clock: SimulatedClock, duration: Duration, *, side_by_side: bool = True) -> None:
        self.calls = 0
        self._clock = clock
        self._duration = duration
        self._side_by_side = side_by_side
        self._queues: dict[Place, StackSetQueue] = {}
        self._works: dict[str, Work] = {}

    def observe(self, windowed: Iterable[StackSetName] = ()) -> State:  # noqa: ARG002 - a rollout from nothing
        return {}

    def trusted_access(self) -> TrustedAccess:
        return TrustedAccess.ENABLED

    def submit(self, operation: Operation, operation_id: str) -> bool:
        self.calls += 1
        if operation_id not in self._works:
            queue = self._queues.setdefault(operation.place, StackSetQueue(operation.place, self._duration, self._side_by_side))
            self._works[operation_id] = queue.add(operation.accounts, self._clock.seconds)
        return True

    def progress(self, operation: Operation, operation_id: str) -> Progress | None:
        self.calls += 1
        work = self._works.get(operation_id)
        if work is None:
            return None
        self._queues[operation.place].advance(self._clock.seconds)
        total = len(operation.accounts)
        if work.ended is not None or isinstance(operation, Create | Delete):
            return Progress(OperationStatus.SUCCEEDED, total, total, reached=frozenset(operation.accounts))
        status = OperationStatus.RUNNING if work.running else OperationStatus.QUEUED
        return Progress(status, total - len(work.waiting) - work.running, total)

    def last_revision(self, place: Place, account: AccountId) -> None:
        """Nothing was repaired here."""

    def detect_drift(self, stack_sets: Iterable[StackSetName]) -> tuple[Deviation, ...]:  # noqa: ARG002 - nothing drifts here
        return ()
