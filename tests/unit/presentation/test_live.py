"""A run as it happens, on a terminal: a table that lives, and lines above it."""

import os
import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from rich.console import Console

from orchestrator.execution.events import OperationFinished, OperationProgressed, PlanStarted, RunFinished, Waiting, WaveStarted
from orchestrator.model.activity import Activity, ActivityEnded, ActivityProgressed, Throttled
from orchestrator.model.outcome import AccountCounts
from orchestrator.presentation.page import Page
from orchestrator.presentation.progress.board import EMPTY, follow
from orchestrator.presentation.progress.live import LiveProgress
from orchestrator.presentation.progress.table import board_table
from tests.unit.presentation.plans import DEV, NOW, PLAN
from tests.unit.presentation.test_progress import FAILED, FIRST, progressed
from tests.worlds.clocks import FakeClock

ERASED = "\r\x1b[2K"
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
BEGIN = (
    PlanStarted(PLAN.digest, 4),
    WaveStarted("canary", 2, 4),
    OperationProgressed(FIRST, 3, 4, FAILED),
    progressed(3),
    Throttled(12),
)


def drawn(events, *, columns=80, seconds=1):
    """The table some time after the last event."""
    board = EMPTY
    for event in events:
        board = follow(board, event, NOW)
    console = Console(width=columns, color_system=None, legacy_windows=False)
    with console.capture() as captured:
        console.print(board_table(board, NOW + timedelta(seconds=seconds), columns))
    return [line.rstrip() for line in captured.get().splitlines()]


@contextmanager
def terminal(page=Page(80)):  # noqa: B008 - a frozen value
    """A progress on a pseudo-terminal, and what has been written there."""
    master, slave = os.openpty()
    os.set_blocking(master, False)
    written: list[str] = []

    def read() -> str:
        try:
            while data := os.read(master, 65536):
                written.append(data.decode())
        except BlockingIOError:
            pass
        return "".join(written)

    with os.fdopen(slave, "w", encoding="utf-8") as stream:
        yield LiveProgress(stream, page), read
    os.close(master)


def test_the_table_shows_the_plan_and_what_runs():
    assert drawn(BEGIN) == [
        'Wave "canary"   1 s so far, about 1 minute left   12 requests throttled',
        "operations      ━━━━━━                     1/4",
        "accounts        ━━━━━━                    3/12  2 failed",
        "cado-spoke-kms  ━━━━━━━━━━━━━━━━━━         3/4  2 failed  1 s",
    ]


@pytest.mark.parametrize("columns", [30, 50, 160])
def test_the_table_fits_any_terminal(columns):
    lines = drawn(BEGIN, columns=columns)
    assert max(map(len, lines)) <= columns
    assert "3/12" in "\n".join(lines)


def test_the_table_names_the_accounts_that_are_waited_for_until_something_moves():
    waiting = Waiting((FIRST,), 45.0, accounts=DEV[3:])
    assert drawn((*BEGIN, waiting))[1] == f"Waiting for {DEV[3]}"
    assert "Waiting" not in "\n".join(drawn((*BEGIN, waiting, OperationProgressed(FIRST, 4, 4))))


def test_what_takes_longer_than_expected_says_so():
    assert "longer than expected" in drawn(BEGIN, seconds=500)[0]


def test_what_is_read_has_a_row_while_it_is_read():
    reading = ActivityProgressed(Activity.DRIFT, 2, 6, "cado-spoke-kms 30/50")
    assert drawn([reading]) == ["Detecting drift  ━━━━━━━━                  2/6  cado-spoke-kms 30/50 1 s"]
    assert follow(follow(EMPTY, reading, NOW), ActivityEnded(Activity.DRIFT), NOW).is_empty


def test_a_terminal_is_drawn_at_most_twice_a_second():
    clock = FakeClock(NOW)
    with terminal() as (progress, read):
        for number in range(200):
            for event in (*BEGIN, OperationFinished(FIRST, FAILED, 1.0 + number)):
                progress.show(event, clock.now())
                read()  # a pseudo-terminal holds a few kilobytes
            clock.sleep(0.05)
        redraws = read().count(ERASED)
        lines = len(re.findall(r"accounts failed after", read()))
    assert 10 <= redraws <= 20
    assert lines == 190  # those of the last half second are still to come


def test_what_is_brief_leaves_no_trace():
    with terminal() as (progress, read):
        progress.show(ActivityProgressed(Activity.STACK_SETS, 1, 2), NOW)
        progress.show(ActivityEnded(Activity.STACK_SETS), NOW + timedelta(seconds=0.4))
        progress.close()
        assert read() == ""


@pytest.mark.parametrize("close", ["close", "pause"])
def test_other_output_finds_a_terminal_without_a_table_and_with_a_cursor(close):
    with terminal() as (progress, read):
        for number, event in enumerate((*BEGIN, OperationFinished(FIRST, FAILED, 5.0))):
            progress.show(event, NOW + timedelta(seconds=number))
        assert read().count(HIDE) == 1
        before = len(read())
        getattr(progress, close)()
        left = read()[before:]
    assert left.count(SHOW) == 1
    assert "cado-spoke-kms  ━" not in left


def test_after_a_pause_the_table_comes_back_and_after_the_end_it_does_not():
    with terminal() as (progress, read):
        for second, event in enumerate(BEGIN):
            progress.show(event, NOW + timedelta(seconds=second))
        progress.pause()
        paused = len(read())
        progress.tick(NOW + timedelta(seconds=9))
        assert "1/4" in read()[paused:]
        progress.close()
        closed = len(read())
        progress.tick(NOW + timedelta(seconds=19))
        assert read()[closed:] == ""


def test_the_cursor_is_there_when_nothing_runs_any_more():
    with terminal() as (progress, read):
        for second, event in enumerate((*BEGIN, RunFinished(AccountCounts(), None))):
            progress.show(event, NOW + timedelta(seconds=second))
        assert read().count(HIDE) == read().count(SHOW) == 1
        assert read().endswith("Finished.\r\n")


def test_a_remark_of_a_signal_stands_above_the_table():
    with terminal() as (progress, read):
        for second, event in enumerate(BEGIN):
            progress.show(event, NOW + timedelta(seconds=second))
        progress.note("\nInterrupted: submitting nothing more.")
        progress.tick(NOW + timedelta(seconds=9))
        assert re.search(r"Interrupted: submitting nothing more\.[\s\S]*cado-spoke-kms", read())


def test_without_colour_there_is_none():
    for is_colored in (True, False):
        with terminal(Page(80, color=is_colored)) as (progress, read):
            for second, event in enumerate((*BEGIN, OperationFinished(FIRST, FAILED, 5.0))):
                progress.show(event, NOW + timedelta(seconds=second))
            progress.close()
            assert bool(re.search(r"\x1b\[[0-9;]*m", read())) is is_colored
