"""What commands show of themselves while they work."""

import pytest

from orchestrator.cli.following import Display
from orchestrator.model.activity import Activity, ActivityEnded, ActivityProgressed
from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import PLACES

pytestmark = pytest.mark.usefixtures("fast_forward")

READING = {Activity.ORGANIZATION, Activity.STACK_SETS, Activity.EVIDENCE}
COMMANDS = {
    "discover": {Activity.ORGANIZATION},
    "verify --drift": {*READING, Activity.DRIFT},
    "verify --probe": {*READING, Activity.PROBE},
    "doctor": {*READING, Activity.PROBE, Activity.CHECKS},
}


def test_everything_that_takes_long_is_reported_to_its_end(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    assert run("apply", "--yes", "--until", "canary").code == 0
    events: list[object] = []
    monkeypatch.setattr(Display, "show", lambda _, event: events.append(event))
    for command, activities in COMMANDS.items():
        events.clear()
        run(*command.split())
        last = {event.activity: event for event in events if isinstance(event, ActivityProgressed)}
        ended = {event.activity for event in events if isinstance(event, ActivityEnded)}
        assert activities <= last.keys() <= ended, command
        assert all(event.done == event.total for event in last.values() if event.total and not event.detail), command
        assert last[Activity.ORGANIZATION].done == len(PLACES), command


def test_a_pipe_gets_no_control_characters_whatever_the_terminal(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    answer = run("apply", "--yes", "--until", "canary")
    assert answer.code == 0
    assert "\x1b" not in answer.out + answer.err
    assert "\r" not in answer.out + answer.err
