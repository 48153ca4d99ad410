"""Ctrl-C, wherever it comes: exit 130, what has been submitted, and which command goes on."""

import itertools
import os
import signal
import sys

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.worlds.clocks import RunningClock
from tests.worlds.terminals import HIDE_CURSOR, SHOW_CURSOR, terminal


def press(*_: object, **_options: object) -> None:
    raise KeyboardInterrupt


def test_at_once_in_the_middle_of_a_run(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    sandbox.faults.hold = True
    with monkeypatch.context() as impatient:
        impatient.setattr(SystemClock, "sleep", press)
        answer = run("apply", "--yes", "--format", "json")
    submitted = len([call for call in sandbox.journal.writes() if call.operation.startswith("Create")])
    error = answer.json["error"]
    assert (answer.code, error["kind"]) == (130, "interrupted"), answer.err
    assert error["message"].startswith(f"interrupted; submitted of the plan's operations: {submitted} of ")
    assert "orchestrator apply --yes --format json" in error["remedy"]
    sandbox.faults.hold = False
    assert run("apply", "--yes").code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_terminal_has_its_cursor_again_and_no_table(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, number: signal.Signals):
    sandbox.faults.hold = True
    naps = itertools.count()
    clock = RunningClock(least=0.5)

    def sleep(_: SystemClock, seconds: float) -> None:
        clock.sleep(seconds)
        if next(naps) == 8:
            os.kill(os.getpid(), number)

    monkeypatch.setattr(SystemClock, "now", lambda _: clock.now())
    monkeypatch.setattr(SystemClock, "sleep", sleep)
    monkeypatch.setattr("orchestrator.cli.application.end_process", sys.exit)  # which does not end this process without its threads
    monkeypatch.setenv("TERM", "xterm")
    with terminal() as screen:
        monkeypatch.setattr(sys, "stderr", screen.stream)
        answer = run("apply", "--yes", "--format", "json")
    shown, _, left = screen.text.rpartition(SHOW_CURSOR)
    assert (answer.code, answer.json["error"]["kind"]) == (128 + number, "interrupted")
    assert (shown.count(HIDE_CURSOR), shown.count(SHOW_CURSOR), "\x1b[2K" in shown) == (1, 0, True)
    assert "Interrupted" in left
    assert "\x1b" not in left.replace("\r\x1b[2K", "").replace("\x1b[31m", "").replace("\x1b[33m", "").replace("\x1b[0m", "")
    assert "\x1b" not in answer.out


def test_before_anything_was_submitted(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("orchestrator.runs.applying.check_fresh", press)
    answer = run("apply", "--yes")
    assert (answer.code, "interrupted: nothing was submitted." in answer.err) == (130, True), answer.err
    assert "orchestrator apply --yes" in answer.err


def test_at_the_question(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("orchestrator.cli.running.is_terminal", lambda: True)
    monkeypatch.setattr("orchestrator.cli.running.confirm", press)
    answer = run("apply", "--until", "canary")
    assert (answer.code, "interrupted: nothing was submitted." in answer.err) == (130, True), answer.err
    assert "orchestrator apply --until canary" in answer.err
    assert sandbox.journal.writes() == ()


def test_while_reading(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("orchestrator.cli.checking.compare", press)
    answer = run("verify", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (130, "interrupted")
    assert "orchestrator verify --format json" in answer.err
