"""A run as it happens, on a terminal: lines as operations end, and below them one table that lives."""

from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import RLock
from typing import TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.live import Live
from rich.text import Text

from orchestrator.execution.events import Event, OperationProgressed, OperationSubmitted, RunProgressed, Waiting
from orchestrator.model.activity import ActivityEnded, ActivityProgressed, Throttled
from orchestrator.presentation.page import Page
from orchestrator.presentation.progress.board import EMPTY, Board, follow
from orchestrator.presentation.progress.lines import ended_lines, event_lines
from orchestrator.presentation.progress.table import board_table

REDRAW_AFTER = timedelta(seconds=0.5)


class LiveProgress:
    """Draws on a terminal at most twice a second, from whatever thread; what happens meanwhile is drawn together.

    The table is there from the first drawing until ``pause``, or until nothing runs.
    """

    def __init__(self, stream: TextIO, page: Page) -> None:
        self._stream = stream
        self._page = page
        self._board = EMPTY
        self._lines: deque[str] = deque()
        self._drawn_at: datetime | None = None
        self._live: Live | None = None
        self._lock = RLock()

    def show(self, event: Event, now: datetime) -> None:
        with self._lock:
            self._lines.extend(lines_above(self._board, event, now, self._page))
            self._board = follow(self._board, event, now)
            self.tick(now)

    def note(self, text: str) -> None:
        """Without the lock, which this very thread may be taking."""
        self._lines.append(text.strip())

    def tick(self, now: datetime) -> None:
        with self._lock, suppress(OSError):
            if self._drawn_at is None:
                self._drawn_at = now
            elif now - self._drawn_at >= REDRAW_AFTER:
                self._drawn_at = now
                self._draw()

    def pause(self) -> None:
        with self._lock, suppress(OSError):
            self._clear()
            self._stream.writelines(f"{line}\n" for line in self._taken())
            self._stream.flush()

    def close(self) -> None:
        """For good: nothing is drawn again, whatever thread still ticks."""
        with self._lock:
            self._board = EMPTY
            self.pause()

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterable[RenderableType]:
        """The table as it is now; nothing when it is taken away."""
        if self._live is not None and self._drawn_at is not None:
            yield board_table(self._board, self._drawn_at, options.max_width)

    def _draw(self) -> None:
        """Lines and table in one go."""
        if self._board.is_empty:
            self.pause()
            return
        if self._live is None:
            self._live = Live(self, console=self._console(), auto_refresh=False, transient=True, redirect_stdout=False)
            self._live.start()
        if lines := self._taken():
            self._live.console.print(Text.from_ansi("\n".join(lines)))
        else:
            self._live.refresh()

    def _clear(self) -> None:
        if self._live is not None:
            live, self._live = self._live, None
            live.stop()

    def _taken(self) -> list[str]:
        return [self._lines.popleft() for _ in range(len(self._lines))]

    def _console(self) -> Console:
        return Console(
            file=self._stream,
            force_terminal=True,
            color_system="standard" if self._page.color else None,
            highlight=False,
            markup=False,
            emoji=False,
        )


def lines_above(board: Board, event: Event, now: datetime, page: Page) -> list[str]:
    """What stays on the screen: beginnings and heartbeats are for the table alone, unless AWS does not answer."""
    match event:
        case OperationSubmitted() | OperationProgressed() | RunProgressed() | ActivityProgressed() | Throttled():
            return []
        case Waiting() if not event.trouble:
            return []
        case ActivityEnded():
            return list(ended_lines(event, board.readings.get(event.activity), now, page))
        case _:
            return event_lines(event, now, page)
