"""The operations AWS is working on: how each is sent, looked at, and brought to its end in the journal."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from orchestrator.errors import AwsError, LostOperationError
from orchestrator.execution import events
from orchestrator.execution.events import Event
from orchestrator.execution.journal import Journal
from orchestrator.execution.queueing import DEPTH, may_follow
from orchestrator.execution.records import Finished, Record, Submitted
from orchestrator.execution.run_state import Attempt, RunState
from orchestrator.execution.strays import Bounds
from orchestrator.model.identifiers import AccountId, OperationKey
from orchestrator.model.operation import Operation
from orchestrator.model.outcome import Failure, OperationStatus, Progress
from orchestrator.model.plan import Plan
from orchestrator.model.state import Place
from orchestrator.ports import Clock, Deployer

HOPELESS = frozenset({"credentials", "access_denied", "no_organization", "precondition"})
"""Kinds of AwsError that every further call would meet too."""

UNCERTAIN = frozenset({"unreachable", "throttled"})
"""Kinds of AwsError after which it is unknown whether AWS accepted the operation."""

PATIENCE = timedelta(minutes=10)
"""How long AWS may be out of reach before the run gives up; what runs there goes on."""

FORGETFUL = timedelta(minutes=2)
"""How long AWS may not know an operation that it accepted, or whose answer was lost."""

REFUSED = timedelta(seconds=30)
"""How long AWS may refuse to say how an operation is doing: another answer than "try again later" does not pass."""

HEARTBEAT = timedelta(seconds=30)

EAGERNESS = 0.9
"""How much of the time between two looks has to be over: clocks round."""

RARER = 4
"""So many times as long passes between two looks at a queued operation as at a running one."""

ALWAYS = datetime.min.replace(tzinfo=UTC)

Steps = Generator[Event, None, None]


@dataclass(slots=True)
class Flight:
    """One attempt under way: ``operation`` as planned, ``form`` as sent.

    ``silent_since``: AWS has not said since then how it is doing, last because of ``trouble``. ``is_taken``: AWS has the operation, or may
    have it; ``is_accepted``: AWS said that it has. ``due`` is when to look at it next, ``since`` when AWS began
    with it, where this run sent it.
    """

    operation: Operation
    form: Operation
    attempt: Attempt
    last: Progress | None = None
    silent_since: datetime | None = None
    trouble: str = ""
    is_taken: bool = False
    is_accepted: bool = False
    due: datetime = ALWAYS
    since: datetime | None = None

    @property
    def is_queued(self) -> bool:
        """AWS has it and works on others first."""
        return self.last is not None and self.last.status is OperationStatus.QUEUED

    @property
    def pending(self) -> tuple[AccountId, ...]:
        """Where it has not ended: all its accounts, until AWS says more."""
        return (self.last.pending if self.last else ()) or self.form.accounts

    def seconds(self, now: datetime) -> float | None:
        """How long AWS has worked on it; None where that is not known."""
        return (now - self.since).total_seconds() if self.since and not self.is_queued else None


def patience_with(error: AwsError) -> timedelta:
    """How long an error may go on."""
    if error.kind in UNCERTAIN:
        return PATIENCE
    return FORGETFUL if isinstance(error, LostOperationError) else REFUSED


class Flights:
    """Everything in flight, and the run state that the journal holds of it."""

    def __init__(self, plan: Plan, deployer: Deployer, journal: Journal, clock: Clock, poll_seconds: float) -> None:
        self._deployer = deployer
        self._pause = timedelta(seconds=poll_seconds * EAGERNESS)
        self._journal = journal
        self._clock = clock
        self._management_account = plan.header.management_account
        self._bounds = Bounds(plan)
        self._flying: dict[OperationKey, Flight] = {}
        self._news_at = clock.now()
        self._proven: set[Place] = set()
        self.state: RunState = journal.replay()
        self.strays: tuple[Failure, ...] = ()

    def __contains__(self, key: OperationKey) -> bool:
        return key in self._flying

    @property
    def running(self) -> tuple[Operation, ...]:
        return tuple(flight.form for flight in self._flying.values())

    @property
    def taken(self) -> tuple[Operation, ...]:
        """Those AWS accepted, as opposed to those that wait for another operation to end."""
        return tuple(flight.form for flight in self._flying.values() if flight.is_taken)

    @property
    def queued(self) -> tuple[Operation, ...]:
        """Those of them that AWS begins with when others have ended."""
        return tuple(flight.form for flight in self._flying.values() if flight.is_queued)

    @property
    def ages(self) -> Mapping[OperationKey, float]:
        """For how many seconds AWS has worked on each, where that is known."""
        now = self._clock.now()
        return {key: age for key, flight in self._flying.items() if (age := flight.seconds(now)) is not None}

    def has_room_for(self, operation: Operation) -> bool:
        """Nothing is under way in its place, or what is there lets it be queued.

        Queued is only behind an operation that ended without a failure in this run: what fails everywhere fails in one block.
        """
        there = self._flights_in(operation.place)
        if not there:
            return True
        is_open = operation.place in self._proven and len(there) < DEPTH
        return is_open and all(flight.is_accepted and may_follow(operation, flight.form) for flight in there)

    def _flights_in(self, place: Place) -> list[Flight]:
        return [flight for flight in self._flying.values() if flight.operation.place == place]

    def write(self, record: Record) -> None:
        """Have it in the journal first, then believe it."""
        self._journal.write(record)
        self.state = self.state.note(record)

    def adopt(self, flight: Flight, *, may_send: bool = True) -> Steps:
        """Take up an attempt of an earlier run: AWS knows it, or never heard of it and gets it, if it may, under the same id."""
        if self._deployer.progress(flight.form, flight.attempt.operation_id) is None:
            if may_send:
                yield from self.send(flight)
            return
        self._flying[flight.operation.id] = flight
        flight.is_taken = flight.is_accepted = True
        yield events.OperationAdopted(flight.form, flight.attempt.number)

    def send(self, flight: Flight) -> Steps:
        """Submit. A refusal is the failure of every account of the attempt, unless AWS took it and the answer was lost."""
        is_new = flight.operation.id not in self._flying
        try:
            is_free = flight.is_accepted = self._deployer.submit(flight.form, flight.attempt.operation_id)
        except AwsError as error:
            if error.kind in HOPELESS:
                raise
            if not self._is_taken(flight, error):
                yield from self._finish(flight, self._refusals(flight, error), is_refused=True)
                return
            is_free = True
        self._flying[flight.operation.id] = flight
        if flight.form.accounts:
            flight.due = self._clock.now() + self._pause
        if is_free and not flight.is_taken:
            flight.is_taken = True
            if flight.silent_since is None:
                self.write(Submitted(at=self._clock.now(), operation=flight.operation.id, attempt=flight.attempt.number))
            self._news_at = flight.since = self._clock.now()
            yield events.OperationSubmitted(flight.form, flight.attempt.number)
        elif not is_free and is_new:
            yield events.OperationWaits(flight.form, flight.attempt.number)

    def poll(self) -> Steps:
        """Look at every flight that is due; say that all is well when there was no news for a while."""
        for flight in tuple(self._flying.values()):
            if flight.due <= self._clock.now():
                yield from self._look_at(flight)
                flight.due = self._clock.now() + self._pause * (RARER if flight.is_queued else 1)
        quiet = self._clock.now() - self._news_at
        if self._flying and quiet >= HEARTBEAT:
            self._news_at = self._clock.now()
            accounts = dict.fromkeys(account for flight in self._flying.values() if not flight.is_queued for account in flight.pending)
            yield events.Waiting(self.running, quiet.total_seconds(), next(filter(None, self._troubles()), ""), tuple(accounts))

    def _is_taken(self, flight: Flight, error: AwsError) -> bool:
        """Whether AWS has, or may have, the operation although submitting it raised."""
        if error.kind in UNCERTAIN:
            self._endure(flight, error)
            return True
        try:
            return self._deployer.progress(flight.form, flight.attempt.operation_id) is not None
        except AwsError as second:
            self._endure(flight, second)
            return True

    def _endure(self, flight: Flight, error: AwsError) -> None:
        """Try again at the next poll; raises the error once patience with it is at its end."""
        now = self._clock.now()
        flight.silent_since, flight.trouble = flight.silent_since or now, error.message
        if error.kind in HOPELESS or now - flight.silent_since > patience_with(error):
            raise error

    def _troubles(self) -> Iterator[str]:
        return (flight.trouble for flight in self._flying.values())

    def _look_at(self, flight: Flight) -> Steps:
        try:
            progress = self._deployer.progress(flight.form, flight.attempt.operation_id)
        except AwsError as error:
            self._endure(flight, error)
            return
        if progress is None:
            yield from self._look_for(flight)
            return
        flight.silent_since, flight.trouble, flight.is_accepted = None, "", True
        if progress.is_finished:
            yield from self._finish(flight, progress)
            for waiting in self._flights_in(flight.operation.place):
                waiting.due = ALWAYS
        elif progress != flight.last:
            was_queued, flight.last = flight.is_queued, progress
            if not flight.is_queued:
                self._news_at = self._clock.now()
                flight.since = self._news_at if was_queued and flight.since else flight.since
                yield events.OperationProgressed(flight.form, progress.done, progress.total, progress.failures)

    def _look_for(self, flight: Flight) -> Steps:
        """AWS does not know the operation. Accepted, it is not sent again; else it may not have arrived, and its id makes sending safe."""
        if flight.is_taken:
            name = f"{flight.operation.place} ({flight.attempt.operation_id})"
            remedy = "Look at the operations of the StackSet in the CloudFormation console, then run again: it is sent once more."
            self._endure(flight, LostOperationError(f"AWS does not know the operation on {name} that it was sent.", remedy=remedy))
        if not flight.is_accepted:
            yield from self.send(flight)

    def _finish(self, flight: Flight, progress: Progress, *, is_refused: bool = False) -> Steps:
        failures = self._named(flight, progress)
        record = Finished(
            at=self._clock.now(),
            operation=flight.operation.id,
            attempt=flight.attempt.number,
            status=progress.status,
            failures=failures,
            # With no account to name, a failure changed nothing: the next attempt is the whole operation again.
            is_refused=is_refused or (bool(failures) and not flight.attempt.accounts and not progress.failures),
        )
        self.write(record)
        self._flying.pop(flight.operation.id, None)
        if failures:
            self._proven.discard(flight.operation.place)
        elif flight.form.accounts:
            self._proven.add(flight.operation.place)
        self._news_at = self._clock.now()
        sent = frozenset(flight.attempt.accounts)
        left_out = tuple(account for account in self.state.remaining(flight.operation) if sent and account not in sent)
        yield events.OperationFinished(flight.form, failures, flight.seconds(record.at), left_out)
        if strays := tuple(self._bounds.strays(flight.operation, progress.reached)):
            self.strays = (*self.strays, *strays)
            yield events.OperationStrayed(flight.form, strays)

    def _named(self, flight: Flight, progress: Progress) -> tuple[Failure, ...]:
        """The failures. When the operation failed and none of its accounts is named, all of them failed."""
        named = {failure.account for failure in progress.failures}
        is_answered = named & set(flight.attempt.accounts) if flight.attempt.accounts else named
        if progress.status is not OperationStatus.FAILED or is_answered:
            return progress.failures
        known = next(iter(progress.failures), None)
        reason = known.reason if known else "the operation failed, and AWS names no account."
        return self._blame(flight, reason, known.hint if known else "Look at the operation in the CloudFormation console.")

    def _refusals(self, flight: Flight, error: AwsError) -> Progress:
        return Progress(OperationStatus.FAILED, failures=self._blame(flight, error.message, error.remedy or ""))

    def _blame(self, flight: Flight, reason: str, hint: str) -> tuple[Failure, ...]:
        """A failure of every account; of the management account, where StackSets live, when the operation concerns no other."""
        accounts = flight.attempt.accounts or (self._management_account,)
        return tuple(Failure(account, flight.operation.place.name, reason, hint) for account in accounts)
