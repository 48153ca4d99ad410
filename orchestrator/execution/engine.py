"""Carries a plan out: StackSets side by side, the operations on one StackSet in order, wave after wave.

The journal is written before every call, so whatever happens the next run knows what AWS may know. A failing account is
a value that is reported at the end; it holds back what builds on it and nothing else.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from orchestrator.errors import AwsError, InterruptedRunError
from orchestrator.execution import events
from orchestrator.execution.attempts import WHOLE, Settled, Task, prepare
from orchestrator.execution.events import Event
from orchestrator.execution.journal import Attempt, Journal
from orchestrator.model.identifiers import AccountId, OperationKey
from orchestrator.model.operation import Operation, accounts_of, kind_of
from orchestrator.model.outcome import Failure, OperationOutcome, OperationStatus, Outcome, Progress
from orchestrator.model.plan import Plan
from orchestrator.planning.sequence import place
from orchestrator.ports import Clock, Deployer

HOPELESS = ("credentials", "access_denied", "unreachable")
"""Kinds of AwsError that every further call would meet too."""

HEARTBEAT_SECONDS = 30.0

Steps = Generator[Event, None, None]


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a run goes about it. ``is_interrupted`` is asked between calls."""

    poll_seconds: float = 5.0
    until: str | None = None
    is_interrupted: Callable[[], bool] = lambda: False


class Engine:
    """One run of one plan. Iterate ``run()`` to the end, then ask for ``outcome()``."""

    def __init__(self, plan: Plan, deployer: Deployer, journal: Journal, clock: Clock, conditions: Conditions) -> None:
        self._plan = plan
        self._deployer = deployer
        self._journal = journal
        self._clock = clock
        self._conditions = conditions
        self._attempts: dict[OperationKey, Attempt] = dict(journal.replay().attempts)
        self._settled: dict[OperationKey, Settled] = {}
        self._skipped: dict[OperationKey, str] = {}
        self._running: dict[OperationKey, Task] = {}
        self._quiet_since = clock.now()
        self._stopped_after: str | None = None

    def run(self) -> Steps:
        """Every event as it happens.

        Raises InterruptedRunError after Ctrl-C, and AwsError when no further call can succeed. Both leave a journal from which
        the same command goes on.
        """
        finished = self._settle_earlier_successes()
        total = len(self._plan.operations)
        yield events.RunResumed(self._plan.digest, total, finished) if self._attempts else events.RunStarted(self._plan.digest, total)
        for wave in dict.fromkeys(operation.wave for operation in self._plan.operations):
            yield from self._run_wave(wave)
            if held := self._is_held(wave):
                yield held
                break
            if wave == self._conditions.until and self._is_anything_left():
                self._stopped_after = wave
                break
        yield events.RunFinished(len(self.failures()), self._stopped_after)

    def failures(self) -> tuple[Failure, ...]:
        """Every account that failed, in the last attempt at each operation."""
        return tuple(failure for attempt in self._attempts.values() for failure in attempt.failures or ())

    def outcome(self) -> Outcome:
        """How everything ended."""
        ended = tuple(
            OperationOutcome(operation.id, kind_of(operation), operation.stack_set, self._status(operation.id))
            for operation in self._plan.operations
        )
        return Outcome(self._plan.digest, ended, self.failures(), self._stopped_after)

    def _status(self, key: OperationKey) -> OperationStatus:
        attempt = self._attempts.get(key)
        if key in self._skipped:
            return OperationStatus.SKIPPED
        if attempt is None:
            return OperationStatus.PENDING
        if not attempt.is_over:
            return OperationStatus.RUNNING
        return OperationStatus.SUCCEEDED if attempt.is_clean else OperationStatus.FAILED

    def _settle_earlier_successes(self) -> int:
        """An operation that earlier runs finished in all its accounts is done; one that left some out is not."""
        for operation in self._plan.operations:
            attempt = self._attempts.get(operation.id)
            if attempt is not None and attempt.is_clean and not self._left_out(operation):
                self._settled[operation.id] = Settled()
        return len(self._settled)

    def _left_out(self, operation: Operation) -> bool:
        return any(set(accounts_of(operation)) & self._settled[key].unusable for key in operation.after if key in self._settled)

    def _run_wave(self, wave: str) -> Steps:
        due = [operation for operation in self._plan.operations if operation.wave == wave and operation.id not in self._settled]
        if due:
            accounts = {account for operation in due for account in accounts_of(operation)}
            yield events.WaveStarted(wave, len(due), len(accounts))
        while due or self._running:
            yield from self._stop_when_interrupted()
            for operation in self._ready(due):
                due.remove(operation)
                yield from self._start(operation)
            if self._running:
                yield from self._poll()

    def _stop_when_interrupted(self) -> Steps:
        if not self._conditions.is_interrupted():
            return
        running = tuple(task.operation for task in self._running.values())
        self._journal.ended(self._clock.now(), "interrupted")
        yield events.Interrupted(running)
        remedy = "Run the same command again: it takes up what is running and goes on."
        message = f"interrupted; {len(running)} operations go on in AWS, nothing more was submitted."
        raise InterruptedRunError(message, remedy=remedy)

    def _ready(self, due: Sequence[Operation]) -> list[Operation]:
        """Operations whose groundwork is settled, at most one per StackSet."""
        busy = {place(task.operation) for task in self._running.values()}
        ready: list[Operation] = []
        for operation in due:
            if place(operation) not in busy and all(key in self._settled for key in operation.after):
                ready.append(operation)
            busy.add(place(operation))
        return ready

    def _start(self, operation: Operation) -> Steps:
        task = prepare(operation, self._plan.digest, self._attempts.get(operation.id), self._settled)
        if task.is_pointless:
            self._skipped[operation.id] = "what it builds on failed"
            self._settled[operation.id] = Settled(blocked=task.blocked | set(accounts_of(operation)))
            yield events.OperationSkipped(operation, self._skipped[operation.id])
            return
        self._quiet_since = self._clock.now()
        if operation.id in self._attempts and not self._attempts[operation.id].is_over:
            if self._deployer.progress(task.operation, task.attempt.id) is not None:
                self._running[operation.id] = task
                yield events.OperationAdopted(task.operation, task.attempt.number)
                return
        else:
            self._attempts[operation.id] = task.attempt
            self._journal.submitting(self._clock.now(), operation.id, task.attempt)
        yield from self._submit(task)

    def _submit(self, task: Task) -> Steps:
        try:
            self._deployer.submit(task.operation, task.attempt.id)
        except AwsError as error:
            if error.kind in HOPELESS:
                raise
            accounts = task.attempt.accounts or (WHOLE,)
            refused = tuple(Failure(account, task.operation.stack_set, error.message, error.remedy or "") for account in accounts)
            yield from self._finish(task, refused)
            return
        self._running[task.operation.id] = task
        yield events.OperationSubmitted(task.operation, task.attempt.number)

    def _poll(self) -> Steps:
        for task in tuple(self._running.values()):
            progress = self._deployer.progress(task.operation, task.attempt.id)
            if progress is None:
                # Accepted, but not visible yet: asking for it again under the same id is harmless.
                self._deployer.submit(task.operation, task.attempt.id)
            elif progress.is_finished:
                yield from self._finish(task, progress.failures)
            else:
                yield from self._report(task, progress)
        if self._running:
            yield from self._wait()

    def _report(self, task: Task, progress: Progress) -> Steps:
        if progress.done:
            yield events.OperationProgressed(task.operation, progress.done, progress.total)

    def _wait(self) -> Steps:
        quiet = (self._clock.now() - self._quiet_since).total_seconds()
        if quiet >= HEARTBEAT_SECONDS:
            self._quiet_since = self._clock.now()
            yield events.Waiting(tuple(task.operation for task in self._running.values()), quiet)
        self._clock.sleep(self._conditions.poll_seconds)

    def _finish(self, task: Task, failures: tuple[Failure, ...]) -> Steps:
        key = task.operation.id
        over = Attempt(task.attempt.number, task.attempt.id, task.attempt.accounts, failures)
        self._journal.finished(self._clock.now(), key, over)
        self._attempts[key] = over
        self._running.pop(key, None)
        self._settled[key] = Settled(frozenset(failure.account for failure in failures), task.blocked)
        self._quiet_since = self._clock.now()
        yield events.OperationFinished(task.operation, failures)

    def _is_held(self, wave: str) -> events.WaveHeld | None:
        """Whether so much of a wave failed that the next ones must not start."""
        operations = [operation for operation in self._plan.operations if operation.wave == wave]
        accounts = {account for operation in operations for account in accounts_of(operation)}
        failed: set[AccountId] = set()
        for operation in operations:
            failed |= self._settled[operation.id].unusable
        tolerance = self._plan.header.pace.failure_tolerance_percent
        is_last = operations[-1] is self._plan.operations[-1]
        if is_last or (WHOLE not in failed and len(failed) * 100 <= tolerance * max(len(accounts), 1)):
            return None
        return events.WaveHeld(wave, len(failed), len(accounts), tolerance)

    def _is_anything_left(self) -> bool:
        return any(operation.id not in self._settled for operation in self._plan.operations)
