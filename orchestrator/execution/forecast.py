"""How far a plan is, and how long the rest is expected to take: the plan's estimate, corrected by how long its operations took so far."""

from collections import Counter
from collections.abc import Iterable, Mapping

from orchestrator.execution.events import Event, OperationFinished, RunProgressed
from orchestrator.execution.run_state import RunState
from orchestrator.execution.waves import accounts_in
from orchestrator.model.identifiers import OperationKey
from orchestrator.model.operation import Operation
from orchestrator.model.plan import Plan
from orchestrator.planning.estimate import ends_of, seconds_for


class Forecast:
    """Follows the events of one run. ``state`` is what earlier runs left."""

    def __init__(self, plan: Plan, state: RunState) -> None:
        self._plan = plan
        self._percent = plan.header.pace.max_concurrent_percent
        self._accounts = accounts_in(plan.operations)
        remaining = {operation.id: state.remaining(operation) for operation in plan.operations}
        self._left = {key: len(accounts) for key, accounts in remaining.items()}
        self._owed = Counter(account for accounts in remaining.values() for account in accounts)
        self._taken = 0.0
        self._estimated = 0.0

    def follow(self, event: Event) -> None:
        """Learn from an operation that ended. One that failed everywhere says nothing of how long the others take."""
        if not isinstance(event, OperationFinished):
            return
        failed = {failure.account for failure in event.failures}
        succeeded = [account for account in event.operation.accounts if account not in failed]
        self._owed.subtract(succeeded)
        self._left[event.operation.id] -= len(succeeded)
        if succeeded and event.seconds is not None:
            self._taken += event.seconds
            self._estimated += seconds_for(len(event.operation.accounts), self._percent)

    @property
    def correction(self) -> float:
        """How many times as long as estimated operations take."""
        return self._taken / self._estimated if self._estimated else 1.0

    def seconds_left(self, left: Iterable[Operation], ages: Mapping[OperationKey, float]) -> float:
        """Of these operations, in the order of the plan; ``ages`` is how long those that run have done so."""

        def seconds_of(operation: Operation) -> float:
            expected = seconds_for(self._left[operation.id], self._percent) * self.correction
            return max(0.0, expected - ages.get(operation.id, 0.0))

        return max(ends_of(left, seconds_of), default=0.0)

    def progress(self, wave: str, done: int, seconds_left: float) -> RunProgressed:
        """``done`` operations are complete."""
        return RunProgressed(wave, done, len(self._plan.operations), self._accounts_done(), len(self._accounts), seconds_left)

    def _accounts_done(self) -> int:
        return len(self._accounts) - sum(left > 0 for left in self._owed.values())
