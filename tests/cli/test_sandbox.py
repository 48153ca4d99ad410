"""`sandbox` plays snapshots alone, on ports there are."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.organization import ROLLOUT


@pytest.mark.parametrize(
    ("text", "said"),
    [(ROLLOUT, 'unknown key "rules"'), ("accounts: [", "this is not YAML"), (None, "there is no such file")],
    ids=["another file", "no yaml", "absent"],
)
def test_a_rehearsal_takes_snapshots_alone(run: Run, text: str | None, said: str):
    if text is not None:
        Path("given.yaml").write_text(text, encoding="utf-8")
    answer = run("sandbox", "--organization", "given.yaml", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (1, "configuration")
    assert said in answer.err


@pytest.mark.parametrize("port", ["99999", "-1"])
def test_a_port_that_is_none_is_usage(run: Run, port: str):
    answer = run("sandbox", "--port", port)
    assert (answer.code, "--port" in answer.err) == (64, True)


@pytest.mark.parametrize("seconds", ["inf", "nan", "-1"])
def test_a_rehearsal_of_no_length_is_usage(run: Run, seconds: str):
    assert run("sandbox", "--seconds-per-instance", seconds).code == 64


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rehearsal that ends when it has begun."""
    monkeypatch.setattr("orchestrator.cli.rehearsing.wait_for_the_end", lambda: None)


@pytest.mark.usefixtures("passing")
def test_a_rehearsal_may_have_a_caller_with_policies_instead_of_an_administrator(run: Run, snapshot: str):
    assert run("render").code == 0
    administrator = run("sandbox", "--organization", snapshot, "--format", "json").json
    caller = run("sandbox", "--organization", snapshot, "--caller-policy", "config/permissions/planner.json", "--format", "json").json
    assert administrator["AWS_SESSION_TOKEN"] == ""
    assert caller["AWS_SESSION_TOKEN"]


@pytest.mark.usefixtures("passing")
@pytest.mark.parametrize("text", ["{}", "no JSON", None])
def test_what_is_no_policy_is_usage(run: Run, snapshot: str, text: str | None):
    if text is not None:
        Path("policy.json").write_text(text, encoding="utf-8")
    answer = run("sandbox", "--organization", snapshot, "--caller-policy", "policy.json", "--format", "json")
    assert (answer.code, answer.json["error"]["remedy"]) == (64, "`orchestrator render` writes some.")
