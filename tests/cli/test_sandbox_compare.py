"""sandbox --compare: where a sandbox answers otherwise than a file says AWS did."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.organization import MILL, QUARRY, SNAPSHOT
from tests.worlds.sandboxes import playing

FILE = "answers.json"


@pytest.fixture
def answers(run: Run, monkeypatch: pytest.MonkeyPatch, fast_forward: None) -> dict[str, Any]:
    """What doctor --live wrote, of an AWS that answers as the sandbox does."""
    with playing(SNAPSHOT, monkeypatch) as sandbox:
        sandbox.make_multi_region_role(QUARRY)
        assert run("doctor", "--live", "--account", QUARRY, "--account", MILL, "--yes", "--out", FILE).code == 0
    written: dict[str, Any] = json.loads(Path(FILE).read_text(encoding="utf-8"))
    return written


def write(answers: dict[str, Any]) -> None:
    Path(FILE).write_text(json.dumps(answers), encoding="utf-8")


def answers_of(file: dict[str, Any], name: str) -> dict[str, Any]:
    return next(step["answers"] for step in file["steps"] if step["step"] == name)


def test_an_aws_that_answers_alike_shows_no_difference_whatever_the_times_and_the_organization(run: Run, answers: dict[str, Any]):
    answers_of(answers, "stack_instances")["list_lag_seconds"] = 4.5
    answers_of(answers, "caller")["kind"] = "assumed-role"
    write(answers)
    answer = run("sandbox", "--compare", FILE, "--format", "json")
    assert (answer.code, answer.json["differences"]) == (0, [])
    assert {"drift_of_a_tag", "stack_instances", "multi_region_key_without_the_grant"} <= set(answer.json["compared"])
    assert {row["step"] for row in answer.json["not_compared"]} >= {"caller", "access_roles", "suspended_and_departed_accounts"}


def test_each_answer_that_differs_is_shown_beside_the_sandbox_s(run: Run, answers: dict[str, Any]):
    answers_of(answers, "drift_of_a_tag")["instance"] = "DRIFTED"
    answers_of(answers, "role_name_taken")["stacks"] = []
    answers_of(answers, "window")["error"] = "cannot do window: no"
    write(answers)
    answer = run("sandbox", "--compare", FILE, "--format", "json")
    assert answer.code == 5
    found = {(row["step"], row["answer"]): (row["aws"], row["sandbox"]) for row in answer.json["differences"]}
    assert found["drift_of_a_tag", "instance"] == ("DRIFTED", "IN_SYNC")
    assert found["window", "error"] == ("cannot do window: no", None)
    assert any(step == "role_name_taken" and path.startswith("stacks") for step, path in found)
    said = run("sandbox", "--compare", FILE)
    assert "drift of a tag: instance" in said.out
    assert f"{len(found)} differences in" in said.out


@pytest.mark.parametrize(
    ("text", "words"), [("{", "Invalid JSON"), ('{"format": 2, "steps": []}', "format"), ('{"format": 1, "steps": []}', "steps")]
)
def test_a_file_without_answers_is_refused(run: Run, text: str, words: str):
    Path(FILE).write_text(text, encoding="utf-8")
    answer = run("sandbox", "--compare", FILE, "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (1, "file")
    assert words in answer.json["error"]["message"]
    assert "doctor --live" in answer.json["error"]["remedy"]


def test_a_file_that_is_not_there_and_options_to_play_with_are_refused(run: Run):
    assert run("sandbox", "--compare", "nothing.json").code == 1
    assert run("sandbox", "--compare", FILE, "--lag").code == 64
