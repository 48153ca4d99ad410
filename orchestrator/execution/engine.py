"""Applies a plan: StackSets side by side, the operations on one StackSet in order, wave after wave.

The journal is written before every call, so whatever happens the next run knows what AWS may know. A failing account is
a value that is reported at the end; it holds back what builds on it and nothing else.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, replace

from orchestrator.errors import AwsError, InterruptedRunError, PlanFileError, RefusedError
from orchestrator.execution import events, waves
from orchestrator.execution.events import Event
from orchestrator.execution.flights import Flight, Flights
from orchestrator.execution.forecast import Forecast
from orchestrator.execution.journal import Journal
from orchestrator.execution.narrowing import narrow
from orchestrator.execution.obstruction import Groundwork, Obstruction
from orchestrator.execution.operation_ids import operation_id
from orchestrator.execution.records import Ending, LeftOut, RunEnded, RunStarted, Submitting
from orchestrator.execution.results import outcome_of
from orchestrator.execution.run_state import Attempt
from orchestrator.model.identifiers import AccountId, OperationKey, RunId
from orchestrator.model.operation import Operation
from orchestrator.model.outcome import Failure, Outcome, count_accounts
from orchestrator.model.plan import Plan
from orchestrator.model.state import Place
from orchestrator.ports import Clock, Deployer

NAP_SECONDS = 1.0
"""The longest a Ctrl-C waits for an answer."""

UNNAMED = RunId("")

Steps = Generator[Event, None, None]


@dataclass(frozen=True, slots=True)
class RunContext:
    """Who runs the plan, and how. ``is_interrupted`` is polled between calls; ``resume`` is the command that resumes.

    ``changed_accounts`` reads the organization again, before each wave but the first: accounts that are not what the plan saw, and how.
    """

    poll_seconds: float = 5.0
    until: str | None = None
    is_interrupted: Callable[[], bool] = lambda: False
    run: RunId = UNNAMED
    caller: str = ""
    host: str = ""
    because: str = ""
    resume: str = "orchestrator apply with the same plan"
    changed_accounts: Callable[[], Mapping[AccountId, str]] = dict


class Engine:
    """One run of one plan. Iterate ``run()`` to the end, then ask for ``outcome()``."""

    def __init__(self, plan: Plan, deployer: Deployer, journal: Journal, clock: Clock, context: RunContext) -> None:
        self._plan = plan
        self._clock = clock
        self._journal = journal
        self._context = context
        self._flights = Flights(plan, deployer, journal, clock, context.poll_seconds)
        self._groundwork = Groundwork(plan.operations)
        self._tried: dict[OperationKey, set[AccountId]] = {}
        self._settled: set[OperationKey] = set()
        self._skipped: dict[OperationKey, str] = {}
        self._blocked: dict[OperationKey, str] = {}
        self._stopped_after: str | None = None
        self._has_started = False
        self._changed: Mapping[AccountId, str] = {}
        self._chosen: tuple[str, ...] = ()
        self._forecast = Forecast(plan, self._flights.state)
        self._wave = ""
        self._began_at = self._ended_at = clock.now()

    @property
    def is_complete(self) -> bool:
        """Every operation of the plan has succeeded in every account."""
        return self._flights.state.are_complete(self._plan.operations)

    def run(self) -> Steps:
        """Every event as it happens; writes nothing when the plan is complete.

        Raises UsageError for an unknown wave, InterruptedRunError after Ctrl-C, AwsError when no further call can succeed and
        StateError when nothing can be recorded. After each of them the same command resumes.
        """
        chosen = waves.waves_until(self._plan, self._context.until)
        if not self.is_complete:
            yield self._begin()
            try:
                yield from self._followed(self._adopt_all())
                yield from self._followed(self._run_waves(chosen))
            except (AwsError, RefusedError) as error:
                self._end(Ending.ABORTED, error.message)
                raise
        yield events.RunFinished(count_accounts(self.failures()), self._stopped_after)

    def _followed(self, steps: Steps) -> Steps:
        for event in steps:
            self._forecast.follow(event)
            yield event

    def settle(self) -> Steps:
        """Wait for what an earlier run left in flight, and start nothing: another plan is about to take this one's place.

        Raises InterruptedRunError and AwsError as ``run`` does.
        """
        yield from self._adopt_all(is_superseded=True)
        yield from self._drain()

    def supersede(self, reason: str) -> None:
        """Close the journal of an unfinished plan that another one replaces."""
        if not self.is_complete:
            self._end(Ending.SUPERSEDED, reason)
        self.close()

    def close(self) -> None:
        """Write the end of a run that was killed when nothing was left to do but that."""
        if self.is_complete and self._flights.state.is_open:
            self._end(Ending.FINISHED, "it was cut off after its last operation")

    def failures(self) -> tuple[Failure, ...]:
        """Every account that failed, in the last attempt at each operation."""
        return self.outcome().failed

    def outcome(self) -> Outcome:
        """How everything ended."""
        found = outcome_of(self._plan, self._flights.state, self._skipped, self._blocked, self._stopped_after, self._changed)
        seconds = (self._ended_at - self._began_at).total_seconds()
        return replace(found, failed=(*self._flights.strays, *found.failed), strays=self._flights.strays, seconds=seconds)

    def _begin(self) -> Event:
        state, total = self._flights.state, len(self._plan.operations)
        started = RunStarted(
            at=self._clock.now(),
            run=self._context.run,
            purpose=self._plan.header.purpose,
            caller=self._context.caller,
            host=self._context.host,
            operations=total,
            after_torn=self._journal.is_torn(),
            because=self._context.because,
            made_by=self._plan.header.provenance.made_by,
            configuration=self._plan.header.provenance.configuration,
        )
        self._flights.write(started)
        if not state.operations:
            return events.PlanStarted(self._plan.digest, total)
        return events.RunResumed(self._plan.digest, total, sum(map(state.is_complete, self._plan.operations)))

    def _end(self, ending: Ending, detail: str = "") -> None:
        self._ended_at = self._clock.now()
        self._flights.write(RunEnded(at=self._clock.now(), ending=ending, detail=detail))

    def _adopt_all(self, *, is_superseded: bool = False) -> Steps:
        """Take up what an earlier run left in flight, before anything new is started. Of a superseded plan nothing is sent again."""
        for operation in self._plan.operations:
            attempt = self._flights.state.of(operation).in_flight
            if attempt is not None:
                self._tried[operation.id] = set(attempt.accounts)
                flight = Flight(operation, self._form(operation, attempt.accounts), attempt)
                yield from self._flights.adopt(flight, may_send=not is_superseded)

    def _run_waves(self, chosen: tuple[str, ...]) -> Steps:
        self._chosen = chosen
        for wave in chosen:
            yield from self._run_wave(wave)
            if self._flights.strays:
                yield from self._drain()
                self._end(Ending.STRAYED, ", ".join(sorted(f"{stray.stack_set} in {stray.account}" for stray in self._flights.strays)))
                return
            if news := waves.held(self._plan, wave, self._flights.state):
                yield from self._drain()
                self._end(Ending.HELD, wave)
                yield news
                return
        yield from self._drain()
        if chosen and not self._flights.state.are_complete(waves.operations_after(self._plan, chosen[-1])):
            self._stopped_after = chosen[-1]
            self._end(Ending.STOPPED, chosen[-1])
        else:
            self._end(Ending.FINISHED if self.is_complete else Ending.FAILED)

    def _run_wave(self, wave: str) -> Steps:
        due = [operation for operation in waves.operations_of(self._plan, wave) if not self._is_settled(operation)]
        if due:
            self._changed = self._context.changed_accounts() if self._has_started else {}
            self._has_started = True
            self._wave = wave
            yield events.WaveStarted(wave, len(due), len(waves.accounts_in(due)), self._seconds_left())
        while due and not self._flights.strays:
            started = 0
            for operation in self._next_of_each(due):
                if self._is_ready(operation):
                    started += 1
                    yield from self._advance(operation)
            if not started:
                self._check_deadlock(due)
                yield from self._wait()
            due = [operation for operation in due if not self._is_settled(operation)]

    def _check_deadlock(self, waiting: list[Operation]) -> None:
        """Raises PlanFileError when nothing runs and nothing can start: the plan's order is impossible."""
        if not self._flights.running:
            names = ", ".join(operation.id for operation in waiting)
            raise PlanFileError(f"operations of the plan wait for later ones: {names}.", remedy="Make a new plan.")

    def _is_settled(self, operation: Operation) -> bool:
        """Nothing more will be tried in this run."""
        if operation.id not in self._settled and operation.id not in self._flights and self._flights.state.is_complete(operation):
            self._settled.add(operation.id)
        return operation.id in self._settled

    def _next_of_each(self, due: list[Operation]) -> tuple[Operation, ...]:
        """The first operation on each StackSet or stack that was not sent: there they keep their order."""
        found: dict[Place, Operation] = {}
        for operation in due:
            if operation.id not in self._flights:
                found.setdefault(operation.place, operation)
        return tuple(found.values())

    def _is_ready(self, operation: Operation) -> bool:
        """Its StackSet takes it now, and everything it builds on has ended, or is in AWS's queue before it."""
        return self._flights.has_room_for(operation) and all(
            self._is_settled(earlier) or (earlier.place == operation.place and earlier.id in self._flights)
            for earlier in self._groundwork.below(operation)
        )

    def _advance(self, operation: Operation) -> Steps:
        """Start the next attempt, or settle the operation when there is nothing that could be tried."""
        obstruction = self._obstruction(operation)
        tried = self._tried.get(operation.id)
        owed = [account for account in self._flights.state.remaining(operation) if account not in (tried or ())]
        due = tuple(account for account in owed if account not in obstruction.accounts)
        is_possible = bool(due) if owed else tried is None
        if obstruction.whole or not is_possible:
            yield from self._settle(operation, obstruction, tuple(owed))
            return
        yield from self._check_interruption()
        self._tried.setdefault(operation.id, set()).update(due)
        yield from self._start(operation, due)

    def _obstruction(self, operation: Operation) -> Obstruction:
        """What is missing below the operation, and accounts that the rules may not want changed any more."""
        found = self._groundwork.obstruction(operation, self._flights.state)
        changed = {account: f"the account {self._changed[account]}" for account in operation.accounts if account in self._changed}
        return replace(found, accounts={**found.accounts, **changed})

    def _start(self, operation: Operation, accounts: tuple[AccountId, ...]) -> Steps:
        number = len(self._flights.state.of(operation).attempts) + 1
        attempt = Attempt(number, operation_id(self._plan.digest, operation.id, number), accounts)
        flight = Flight(operation, self._form(operation, accounts), attempt)
        record = Submitting(
            at=self._clock.now(),
            operation=operation.id,
            attempt=number,
            operation_id=attempt.operation_id,
            kind=flight.form.kind,
            stack_set=operation.place.name,
            accounts=accounts,
        )
        self._flights.write(record)
        yield from self._flights.send(flight)

    def _form(self, operation: Operation, accounts: tuple[AccountId, ...]) -> Operation:
        return narrow(operation, accounts, self._flights.state.of(operation))

    def _settle(self, operation: Operation, obstruction: Obstruction, left_out: tuple[AccountId, ...]) -> Steps:
        self._settled.add(operation.id)
        if not obstruction.because:
            return
        self._flights.write(
            LeftOut(
                at=self._clock.now(),
                operation=operation.id,
                kind=operation.kind,
                stack_set=operation.place.name,
                accounts=left_out,
                because=obstruction.because,
            )
        )
        if operation.id not in self._tried:
            self._skipped[operation.id] = obstruction.because
            if obstruction.whole:
                self._blocked[operation.id] = obstruction.whole
            yield events.OperationSkipped(operation, obstruction.because)

    def _drain(self) -> Steps:
        """Wait for what is still running; nothing more is started."""
        while self._flights.running:
            yield from self._wait()

    def _wait(self) -> Steps:
        """Look at everything in flight; sleep when nothing came to its end."""
        yield from self._check_interruption()
        before = len(self._flights.running)
        yield from self._flights.poll()
        yield self._progress()
        left = self._context.poll_seconds if len(self._flights.running) == before else 0.0
        while left > 0 and not self._context.is_interrupted():
            self._clock.sleep(min(left, NAP_SECONDS))
            left -= NAP_SECONDS

    def _progress(self) -> Event:
        done = sum(self._groundwork.is_complete(operation, self._flights.state) for operation in self._plan.operations)
        return self._forecast.progress(self._wave, done, self._seconds_left())

    def _seconds_left(self) -> float:
        """What the waves of this run are still expected to take."""
        left = (operation for operation in self._plan.operations if operation.wave in self._chosen and not self._is_settled(operation))
        return self._forecast.seconds_left(left, self._flights.ages)

    def _check_interruption(self) -> Steps:
        if not self._context.is_interrupted():
            return
        running = self._flights.taken
        self._end(Ending.INTERRUPTED, ", ".join(operation.id for operation in running))
        yield events.Interrupted(running)
        going = f"; {len(running)} {'operation goes' if len(running) == 1 else 'operations go'} on in AWS" if running else ""
        if queued := len(self._flights.queued):
            going += f", {queued} of them after the others there"
        raise InterruptedRunError(f"interrupted: nothing more was submitted{going}.", remedy=f"Run again to go on: {self._context.resume}")
