"""A run as it happens, as lines: one per event, and every few seconds how far it is. For logs and pipes, which are read afterwards."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

from orchestrator.execution.events import Event, OperationProgressed, RunProgressed
from orchestrator.model.activity import Activity, ActivityEnded, ActivityProgressed, Throttled
from orchestrator.model.counts import counted
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.progress.board import EMPTY, Board, Reading, follow
from orchestrator.presentation.progress.words import reading_words, running_words, sentence
from orchestrator.presentation.words import short_span, span_of

EVERY = timedelta(seconds=10)
"""Between two lines that say how far something is; what takes less time is not mentioned."""

ALL_NAMES = 160
"""Columns for the names of what runs."""


class Progress(Protocol):
    """Shows events; ``now`` is when each happened, or is looked at."""

    def show(self, event: Event, now: datetime) -> None:
        """Take an event in."""

    def note(self, text: str) -> None:
        """Show a remark between the lines; safe in a signal handler."""

    def tick(self, now: datetime) -> None:
        """Time has passed."""

    def pause(self) -> None:
        """Make room for other output; the next event or tick shows what there is to show again."""

    def close(self) -> None:
        """Leave the terminal as it was, for good."""


class PlainProgress:
    """Only ever adds lines, without a control character."""

    def __init__(self, write: Callable[[str], object], page: Page) -> None:
        self._write = write
        self._page = page
        self._board = EMPTY
        self._said: tuple[datetime, Board] | None = None

    def show(self, event: Event, now: datetime) -> None:
        before, self._board = self._board, follow(self._board, event, now)
        match event:
            case RunProgressed() | OperationProgressed():
                lines = self._standing(now)
            case ActivityProgressed():
                reading = self._board.readings[event.activity]
                lines = self._reading(event.activity, reading, now)
            case ActivityEnded():
                lines = list(ended_lines(event, before.readings.get(event.activity), now, self._page))
            case Throttled():
                lines = []
            case _:
                lines = event_lines(event, now, self._page)
        self._write("".join(f"{line}\n" for line in lines))

    def note(self, text: str) -> None:
        self._write(f"{text}\n")

    def tick(self, now: datetime) -> None:
        """Lines come with events alone."""

    def pause(self) -> None:
        """There is nothing to take away."""

    def close(self) -> None:
        """Nor here."""

    def _standing(self, now: datetime) -> list[str]:
        """How far the run is, when some time has passed and something has moved since it was last said."""
        if self._said is None:
            self._said = (now, self._board)
        at, board = self._said
        if now - at < EVERY or self._board.standing is None or moved(board) == moved(self._board):
            return []
        self._said = (now, self._board)
        return dated(standing_words(self._board, now), now, self._page)

    def _reading(self, activity: Activity, reading: Reading, now: datetime) -> list[str]:
        at = self._said[0] if self._said and self._said[0] > reading.since else reading.since
        if now - at < EVERY:
            return []
        self._said = (now, self._board)
        words = reading_words(ActivityProgressed(activity, reading.done, reading.total, reading.detail))
        return dated(words, now, self._page)


def ended_lines(event: ActivityEnded, reading: Reading | None, now: datetime, page: Page) -> Iterator[str]:
    """What took long says how long."""
    if reading is not None and now - reading.since >= EVERY:
        done = f"{event.activity}: {counted(reading.done, event.activity.counts)} in {short_span(now - reading.since)}"
        yield from dated(done, now, page)


def moved(board: Board) -> object:
    """What is different when something has happened."""
    numbers = (board.standing.done, board.standing.accounts_done) if board.standing else None
    return numbers, {key: (row.done, row.failed) for key, row in board.running.items()}


def standing_words(board: Board, now: datetime) -> str:
    """How far the run is, what runs, and how long it takes."""
    standing, left = board.standing, board.left(now)
    wave = f'Wave "{board.wave}": ' if board.wave else ""
    parts = []
    if standing is not None:
        operations = f"{standing.done:,} of {counted(standing.operations, 'operation')}"
        failed = f", {len(board.failures):,} failed" if board.failures else ""
        parts.append(f"{wave}{operations} and {standing.accounts_done:,} of {counted(standing.accounts, 'account')} done{failed}")
    if names := running_words(
        [f"{row.name} {row.done}/{row.total}" if row.total else row.name for row in board.running.values()], ALL_NAMES
    ):
        parts.append(names)
    parts.append(f"{short_span(board.elapsed(now))} so far" + (f", about {span_of(left.total_seconds())} left" if left else ""))
    if board.throttled:
        parts.append(f"AWS throttled {counted(board.throttled, 'request')}")
    return "; ".join(parts)


def event_lines(event: Event, now: datetime, page: Page) -> list[str]:
    words, tone = sentence(event)
    return dated(words, now, page, tone)


def dated(words: str, now: datetime, page: Page, tone: Tone | None = Tone.QUIET) -> list[str]:
    """The words behind the time of day, in UTC."""
    time = now.astimezone(UTC).strftime("%H:%M:%SZ")
    return page.wrap(words, f"{time} ", " " * (len(time) + 1), tone=tone)
