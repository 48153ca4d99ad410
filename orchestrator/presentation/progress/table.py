"""The table of a run that lives on a terminal: the whole plan, what runs now, and what is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

from orchestrator.model.counts import counted, some_of
from orchestrator.presentation.page import Tone
from orchestrator.presentation.progress.board import Board, Row
from orchestrator.presentation.words import short_span, span_of

MOST_ROWS = 8
"""Operations with a row of their own; the rest are counted."""
BARS = (24, 8)
"""Columns of a bar, where there is room for it; else there is none."""
GAP = 2

STYLES = {Tone.TITLE: "bold", Tone.QUIET: "dim", Tone.BAD: "red", Tone.GOOD: "green", Tone.CAREFUL: "yellow"}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table; without a ``total`` there is nothing to measure."""

    name: str
    done: int = 0
    total: int = 0
    failed: int = 0
    remark: str = ""

    @property
    def amount(self) -> str:
        return f"{self.done:,}/{self.total:,}" if self.total else f"{self.done:,}" if self.done else ""

    @property
    def failures(self) -> str:
        return f"{self.failed:,} failed" if self.failed else ""

    @property
    def cells(self) -> tuple[str, ...]:
        return self.name, self.amount, self.failures, self.remark


def board_table(board: Board, now: datetime, width: int) -> RenderableType:
    """All that is known, in so many columns."""
    lines = [*plan_lines(board), *running_lines(board, now), *reading_lines(board, now)]
    return Group(*headline(board, now, width), table_of(lines, width))


def headline(board: Board, now: datetime, width: int) -> Iterator[Text]:
    """``Wave "early"   2:10 so far, about 6 minutes left   12 requests throttled``, and what is waited for when nothing moves."""
    parts: list[tuple[str, Tone | None]] = [(f'Wave "{board.wave}"', Tone.TITLE)] if board.wave else []
    if board.started_at is not None:
        parts.append((spans(board, now), None))
    if board.throttled:
        parts.append((f"{counted(board.throttled, 'request')} throttled", Tone.CAREFUL))
    texts = [text(words, tone) for words, tone in parts]
    whole = Text("   ").join(texts)
    yield from [whole] if texts and whole.cell_len <= width else texts
    if board.quiet is not None and board.quiet.accounts:
        yield text(f"Waiting for {some_of(sorted(board.quiet.accounts), 'account')}", Tone.CAREFUL)


def spans(board: Board, now: datetime) -> str:
    """How long it has taken, and what the rest is expected to take."""
    so_far = f"{short_span(board.elapsed(now))} so far"
    if board.standing is None:
        return so_far
    left = board.left(now)
    return f"{so_far}, about {span_of(left.total_seconds())} left" if left else f"{so_far}, longer than expected"


def plan_lines(board: Board) -> Iterator[Line]:
    if (standing := board.standing) is not None:
        yield Line("operations", standing.done, standing.operations)
        yield Line("accounts", standing.accounts_done, standing.accounts, len(board.failures))


def running_lines(board: Board, now: datetime) -> Iterator[Line]:
    """Those that fail first, then in the order in which they began."""
    running = sorted(board.running.values(), key=lambda row: (not row.failed, row.since))
    yield from (Line(row.name, row.done, row.total, len(row.failed), remark(row, now)) for row in running[:MOST_ROWS])
    if len(running) > MOST_ROWS:
        yield Line(f"and {counted(len(running) - MOST_ROWS, 'more operation')}")


def remark(row: Row, now: datetime) -> str:
    return "waits for another operation" if row.is_waiting else short_span(now - row.since)


def reading_lines(board: Board, now: datetime) -> Iterator[Line]:
    for activity, reading in board.readings.items():
        remark = " ".join(filter(None, (reading.detail, short_span(now - reading.since))))
        yield Line(str(activity), reading.done, reading.total, remark=remark)


def table_of(lines: list[Line], width: int) -> Table:
    has_failures = any(line.failed for line in lines)
    used = sum(max(map(cell_len, cells), default=0) + GAP for cells in zip(*(line.cells for line in lines), strict=True))
    bar = next((bar for bar in BARS if bar + GAP + used <= width + GAP), 0)
    columns = [Column(overflow="fold"), *([Column(width=bar)] if bar else []), Column(justify="right", no_wrap=True)]
    table = Table.grid(*columns, *([Column(no_wrap=True)] if has_failures else []), Column(overflow="fold"), padding=(0, GAP, 0, 0))
    for line in lines:
        drawn = [ProgressBar(line.total, line.done, width=bar) if line.total else ""] if bar else []
        failed = [text(line.failures, Tone.BAD)] if has_failures else []
        table.add_row(text(line.name), *drawn, text(line.amount), *failed, text(line.remark, Tone.QUIET))
    return table


def text(words: str, tone: Tone | None = None) -> Text:
    return Text(words, STYLES[tone] if tone is not None else "")
