"""Ctrl-C, wherever it comes: exit 130, what has been submitted, and which command goes on."""

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run


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
