"""A command line or a setting that makes no sense is said so, whatever the command."""

from pathlib import Path

import pytest

from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run


@pytest.mark.parametrize("words", [("no-such-command",), ("plan", "--no-such-option"), ("explain",), ("plan", "--format", "yaml")])
def test_a_command_line_without_sense_is_usage(run: Run, words: tuple[str, ...]):
    assert run(*words).code == 64


@pytest.mark.parametrize("variable", ["ORCHESTRATOR_POLL_SECONDS", "ORCHESTRATOR_VERBOSE"])
def test_a_variable_that_says_nothing_sensible_is_named(run: Run, monkeypatch: pytest.MonkeyPatch, variable: str):
    monkeypatch.setenv(variable, "maybe so")
    answer = run("groups", "--format=json")
    assert answer.code == 64
    assert variable in answer.json["error"]["message"]


def test_a_command_line_without_sense_is_json_however_that_was_asked_for(run: Run):
    assert run("plan", "--format=json", "--bogus").json["error"]["kind"] == "usage"


@pytest.mark.parametrize("seconds", ["inf", "nan", "-1", "0", "1e300", "soon"])
def test_a_pause_that_is_none_is_usage(run: Run, monkeypatch: pytest.MonkeyPatch, seconds: str):
    monkeypatch.setenv("ORCHESTRATOR_POLL_SECONDS", seconds)
    answer = run("groups", "--format", "json")
    assert answer.code == 64
    assert "ORCHESTRATOR_POLL_SECONDS" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("words", "idle"),
    [
        (("cleanup", "--out", "plan.json", "--watch", "--yes"), "--watch"),
        (("cleanup", "--every", "1m"), "--every"),
        (("cleanup", "--for", "1h"), "--for"),
        (("apply", "plan.json", "--allow-revokes", "all"), "--allow-revokes"),
        (("history", "20261124", "--temporary"), "RUN"),
        (("groups", "spoke-kms", "--diff", "classic", "scoped"), "NAME"),
    ],
)
def test_an_option_that_would_be_passed_over_is_usage(run: Run, sandbox: Sandbox, words: tuple[str, ...], idle: str):
    answer = run(*words, "--format", "json")
    assert (answer.code, answer.json["error"]["remedy"]) == (64, f"Leave out {idle}."), answer.err
    assert [path.name for path in Path().iterdir()] == ["config"]
    assert sandbox.journal.writes() == ()
