"""What a run looks like at one moment: a value that each event changes, for a table that lives and for lines in a log alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from orchestrator.execution.events import (
    Event,
    Interrupted,
    OperationAdopted,
    OperationFinished,
    OperationProgressed,
    OperationSkipped,
    OperationSubmitted,
    OperationWaits,
    PlanStarted,
    RunFinished,
    RunProgressed,
    RunResumed,
    Waiting,
    WaveStarted,
)
from orchestrator.model.activity import Activity, ActivityEnded, ActivityProgressed, Throttled
from orchestrator.model.identifiers import AccountId, OperationKey
from orchestrator.model.operation import Operation
from orchestrator.model.outcome import accounts_of


@dataclass(frozen=True, slots=True)
class Row:
    """One operation that runs: ``done`` of ``total`` accounts have ended, ``failed`` among them."""

    name: str
    since: datetime
    done: int = 0
    total: int = 0
    failed: frozenset[AccountId] = frozenset()
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One activity: ``done`` of ``total``, which is 0 while it is not known."""

    since: datetime
    done: int = 0
    total: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """``standing`` is how far the run is, at ``seen_at``; ``quiet`` the heartbeat since which nothing moved.

    ``failed`` are the accounts in which an operation of this run failed.
    """

    started_at: datetime | None = None
    wave: str = ""
    operations: int = 0
    standing: RunProgressed | None = None
    seen_at: datetime | None = None
    running: Mapping[OperationKey, Row] = field(default_factory=lambda: MappingProxyType({}))
    failed: frozenset[AccountId] = frozenset()
    readings: Mapping[Activity, Reading] = field(default_factory=lambda: MappingProxyType({}))
    throttled: int = 0
    quiet: Waiting | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing runs and nothing is read."""
        return self.started_at is None and not self.running and not self.readings

    @property
    def failures(self) -> frozenset[AccountId]:
        """Accounts in which something failed so far, in operations that go on too."""
        return self.failed.union(*(row.failed for row in self.running.values()))

    def elapsed(self, now: datetime) -> timedelta:
        return now - self.started_at if self.started_at else timedelta()

    def left(self, now: datetime) -> timedelta | None:
        """What the rest is expected to take; None where that is not known, or it is longer than expected already."""
        if self.standing is None or self.seen_at is None:
            return None
        seconds = self.standing.seconds_left - (now - self.seen_at).total_seconds()
        return timedelta(seconds=seconds) if seconds > 0 else None


EMPTY = Board()


def follow(board: Board, event: Event, now: datetime) -> Board:
    """The board after one more event."""
    match event:
        case PlanStarted() | RunResumed():
            return replace(board, started_at=now, operations=event.operations, standing=None, seen_at=None, failed=frozenset())
        case WaveStarted():
            return replace(board, wave=event.wave)
        case RunProgressed():
            return replace(board, standing=event, seen_at=now)
        case RunFinished() | Interrupted():
            return replace(board, started_at=None, wave="", standing=None, seen_at=None, running=MappingProxyType({}), quiet=None)
        case Waiting():
            return replace(board, quiet=event)
        case ActivityProgressed() | ActivityEnded():
            return replace(board, readings=MappingProxyType(follow_reading(board.readings, event, now)))
        case Throttled():
            return replace(board, throttled=event.requests)
        case _:
            return follow_operation(board, event, now)


def follow_operation(board: Board, event: Event, now: datetime) -> Board:
    match event:
        case OperationSubmitted(operation) | OperationAdopted(operation):
            return with_row(board, operation, Row(operation.place.name, now, 0, len(operation.accounts)))
        case OperationWaits(operation):
            return with_row(board, operation, Row(operation.place.name, now, 0, len(operation.accounts), is_waiting=True))
        case OperationProgressed(operation, done, total):
            before = board.running.get(operation.id) or Row(operation.place.name, now)
            failed = accounts_of(event.failures)
            return with_row(board, operation, replace(before, done=done, total=total, failed=failed, is_waiting=False))
        case OperationFinished(operation):
            ended = without_row(board, operation)
            return replace(ended, failed=ended.failed | accounts_of(event.failures))
        case OperationSkipped(operation):
            return without_row(board, operation)
        case _:
            return board


def with_row(board: Board, operation: Operation, row: Row) -> Board:
    return replace(board, running=MappingProxyType({**board.running, operation.id: row}), quiet=None)


def without_row(board: Board, operation: Operation) -> Board:
    left = {key: row for key, row in board.running.items() if key != operation.id}
    return replace(board, running=MappingProxyType(left), quiet=None)


def follow_reading(
    readings: Mapping[Activity, Reading], event: ActivityProgressed | ActivityEnded, now: datetime
) -> dict[Activity, Reading]:
    """Reports of several threads may overtake each other: the furthest counts."""
    others = {activity: reading for activity, reading in readings.items() if activity != event.activity}
    match event:
        case ActivityProgressed(activity, done, total, detail):
            before = readings.get(activity) or Reading(now)
            return {**others, activity: Reading(before.since, max(done, before.done), total or before.total, detail)}
        case ActivityEnded():
            return others
