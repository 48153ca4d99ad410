"""A run as it happens: one line per event, and on a terminal a last line that shows what is running now."""

from collections.abc import Callable
from datetime import UTC, datetime

from orchestrator.execution.events import (
    Event,
    OperationAdopted,
    OperationFinished,
    OperationProgressed,
    OperationSkipped,
    OperationSubmitted,
    OperationWaits,
    Waiting,
)
from orchestrator.model.identifiers import OperationKey
from orchestrator.model.operation import Operation
from orchestrator.presentation.event_words import running_words, sentence
from orchestrator.presentation.page import Page, Tone

ERASE = "\r\x1b[2K"


class Progress:
    """Writes to a terminal or a log; a live page redraws its last line, a plain one only ever adds lines."""

    def __init__(self, write: Callable[[str], object], page: Page, *, is_live: bool) -> None:
        self._write = write
        self._page = page
        self._is_live = is_live
        self._running: dict[OperationKey, str] = {}
        self._drawn = False

    def show(self, event: Event, now: datetime) -> None:
        """Tell the event; ``now`` is the time of the line."""
        self._follow(event)
        self._erase()
        is_drawn = self._is_live and isinstance(event, OperationProgressed | Waiting)
        if not is_drawn or (isinstance(event, Waiting) and event.trouble):
            self._write("".join(f"{line}\n" for line in event_lines(event, now, self._page)))
        self._draw(now)

    def close(self) -> None:
        """Leave no half line behind."""
        self._erase()

    def _follow(self, event: Event) -> None:
        match event:
            case OperationSubmitted(operation) | OperationAdopted(operation) | OperationWaits(operation):
                self._running[operation.id] = running_name(operation, 0, len(operation.accounts))
            case OperationProgressed(operation, done, total):
                self._running[operation.id] = running_name(operation, done, total)
            case OperationFinished(operation) | OperationSkipped(operation):
                self._running.pop(operation.id, None)
            case _:
                pass

    def _erase(self) -> None:
        if self._drawn:
            self._write(ERASE)
            self._drawn = False

    def _draw(self, now: datetime) -> None:
        words = running_words(tuple(self._running.values()), self._page.width - len(clock_time(now)) - 1)
        if self._is_live and words:
            self._write(self._page.paint(f"{clock_time(now)} {words}", Tone.QUIET))
            self._drawn = True


def event_lines(event: Event, now: datetime, page: Page) -> list[str]:
    words, tone = sentence(event)
    time = clock_time(now)
    return page.wrap(words, f"{time} ", " " * (len(time) + 1), tone=tone)


def clock_time(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%H:%M:%SZ")


def running_name(operation: Operation, done: int, total: int) -> str:
    return f"{operation.place.name} {done}/{total}" if total else operation.place.name
