"""Where a plan stands, read off its journal: every attempt at every operation, and what is left to do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from orchestrator.execution.records import Finished, LeftOut, Record, RunEnded, RunStarted, Submitted, Submitting, Verified
from orchestrator.model.identifiers import AccountId, OperationKey
from orchestrator.model.operation import Operation, Update
from orchestrator.model.outcome import Failure, OperationStatus


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at an operation, for some of its accounts. ``status`` is None while AWS may be working on it."""

    number: int
    operation_id: str
    accounts: tuple[AccountId, ...]
    status: OperationStatus | None = None
    failures: tuple[Failure, ...] = ()
    is_refused: bool = False

    @property
    def is_in_flight(self) -> bool:
        """AWS was asked, or was about to be, and no end is known."""
        return self.status is None

    @property
    def done(self) -> frozenset[AccountId]:
        """Accounts this attempt brought where they should be. A failure that names no account is everybody's."""
        if self.is_in_flight or self.is_refused or (self.status is OperationStatus.FAILED and not self.failures):
            return frozenset()
        return frozenset(self.accounts) - {failure.account for failure in self.failures}


@dataclass(frozen=True, slots=True)
class OperationState:
    """The attempts at one operation, in order; none means it was not started."""

    attempts: tuple[Attempt, ...] = ()

    @property
    def last(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def in_flight(self) -> Attempt | None:
        """The attempt that is to be adopted."""
        return self.last if self.last is not None and self.last.is_in_flight else None

    @property
    def is_accepted(self) -> bool:
        """AWS accepted and ended at least one attempt, if not for every account."""
        return any(not attempt.is_in_flight and not attempt.is_refused for attempt in self.attempts)

    @property
    def done(self) -> frozenset[AccountId]:
        return frozenset[AccountId]().union(*(attempt.done for attempt in self.attempts))

    def landed(self) -> "OperationState":
        """The same, with the attempt that may be in flight at its end."""
        ended = (replace(attempt, status=OperationStatus.SUCCEEDED) if attempt.is_in_flight else attempt for attempt in self.attempts)
        return OperationState(tuple(ended))


NOT_STARTED = OperationState()


@dataclass(frozen=True, slots=True)
class RunState:
    """Everything the journal records of one plan. ``runs`` counts its runs; ``is_open``: the last run has no end yet."""

    operations: Mapping[OperationKey, OperationState] = field(default_factory=dict)
    runs: int = 0
    is_verified: bool = False
    is_open: bool = False

    def of(self, operation: Operation) -> OperationState:
        return self.operations.get(operation.id, NOT_STARTED)

    def remaining(self, operation: Operation) -> tuple[AccountId, ...]:
        """Accounts the operation still owes. An update of everybody owes those that failed."""
        state = self.of(operation)
        if operation.accounts:
            done = state.done
            return tuple(account for account in operation.accounts if account not in done)
        if isinstance(operation, Update) and state.last is not None and not state.last.is_refused:
            return tuple(failure.account for failure in state.last.failures)
        return ()

    def is_complete(self, operation: Operation) -> bool:
        """Nothing of the operation is left to do."""
        last = self.of(operation).last
        if last is None or last.is_in_flight or self.remaining(operation):
            return False
        return bool(operation.accounts) or last.status is OperationStatus.SUCCEEDED

    def landed(self) -> "RunState":
        """The same, with everything AWS may still be working on counted as done."""
        return replace(self, operations={key: state.landed() for key, state in self.operations.items()})

    def left(self, operations: Iterable[Operation]) -> Iterator[Operation]:
        """Those of which something is left to do."""
        return (operation for operation in operations if not self.is_complete(operation))

    def are_complete(self, operations: Iterable[Operation]) -> bool:
        return all(map(self.is_complete, operations))

    def has_done(self, operations: Iterable[Operation]) -> bool:
        """A run began, and left nothing to do but to look."""
        return self.runs > 0 and self.are_complete(operations)

    def note(self, record: Record) -> "RunState":
        """The state after one more record."""
        match record:
            case RunStarted():
                return replace(self, runs=self.runs + 1, is_open=True)
            case Submitting():
                return self.with_attempt(record.operation, Attempt(record.attempt, record.operation_id, record.accounts))
            case Finished():
                return self.finish(record)
            case Verified():
                return replace(self, is_verified=record.is_converged)
            case RunEnded():
                return replace(self, is_open=False)
            case Submitted() | LeftOut():
                return self
            case _:
                assert_never(record)

    def with_attempt(self, key: OperationKey, attempt: Attempt) -> "RunState":
        before = self.operations.get(key, NOT_STARTED).attempts
        others = tuple(earlier for earlier in before if earlier.number != attempt.number)
        return replace(self, operations={**self.operations, key: OperationState((*others, attempt))})

    def finish(self, record: Finished) -> "RunState":
        """The end of an attempt. Raises LookupError when it never began."""
        last = self.operations.get(record.operation, NOT_STARTED).last
        if last is None or last.number != record.attempt:
            raise LookupError(f"attempt {record.attempt} at {record.operation} ends, but never began")
        ended = replace(last, status=record.status, failures=record.failures, is_refused=record.is_refused)
        return self.with_attempt(record.operation, ended)


def replay(records: Iterable[Record]) -> RunState:
    """The state that a journal records. Raises LookupError when the records contradict each other."""
    state = RunState()
    for record in records:
        state = state.note(record)
    return state
