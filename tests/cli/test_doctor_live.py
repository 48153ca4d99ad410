"""doctor --live: on two accounts, with everything listed and agreed to before, and nothing left behind."""

import json
import re
from pathlib import Path

import pytest
from boto3 import client

from orchestrator.adapters.aws.live.experiments import Experiments
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.files.rollout.file import load
from orchestrator.composition import open_state
from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import HUB, MANAGEMENT, MILL, PLACES, QUARRY, ROLLOUT, write_rollout
from tests.worlds.leftovers import left_of_the_list

LIVE = ("doctor", "--live", "--account", QUARRY, "--account", MILL)
ORGANIZATION = re.compile(r"o-estate0001|r-es01|ou-es01")

pytestmark = pytest.mark.usefixtures("fast_forward")


def test_the_whole_list_is_done_and_nothing_is_left(run: Run, sandbox: Sandbox):
    sandbox.make_multi_region_role(QUARRY)
    answer = run(*LIVE, "--yes", "--out", "answers.json", "--format", "json")
    assert answer.code == 0
    assert left_of_the_list(sandbox, MANAGEMENT, QUARRY, MILL) == []
    written = json.loads(Path("answers.json").read_text(encoding="utf-8"))
    assert written == answer.json
    steps = {step["step"]: step["answers"] for step in written["steps"]}
    assert [name for name, answers in steps.items() if "error" in answers] == []
    assert {name for name, answers in steps.items() if "not_done" in answers} == {"conditional_writes", "suspended_and_departed_accounts"}
    assert steps["stack_instances"]["instances"]["A"]["status"] == "CURRENT"
    assert "EarlyValidation" in steps["role_name_taken"]["results"]["B"]["reason"]
    assert steps["update_of_one_account"]["instances"]["B"]["status"] == "OUTDATED"
    assert steps["window"]["overrides"] == {"A": {"NotBefore": "2026-01-01T00:00:00Z", "NotAfter": "2026-01-02T00:00:00Z"}, "B": {}}
    assert steps["drift_of_an_added_policy"]["instance"] == "IN_SYNC"
    assert steps["drift_of_a_changed_policy"]["resources"] == {"AWS::IAM::RolePolicy": "MODIFIED"}
    assert steps["prober_policy"] == {
        "probe": "ok",
        "inline_policies": {"EstateDiscoveryRole": "ok", "EstateSpokeRole": "ok"},
        "evidence": {"hub-kms-first-use": "ok"},
    }
    assert steps["multi_region_key_without_the_grant"]["create_key"] == "ok"


def test_no_id_but_those_of_the_two_accounts_is_written(run: Run, sandbox: Sandbox):
    assert run(*LIVE, "--yes", "--out", "answers.json").code == 0
    text = Path("answers.json").read_text(encoding="utf-8")
    assert {number for number, *_ in PLACES if number in text} == {QUARRY, MILL}
    assert ORGANIZATION.findall(text) == []
    assert "@example.com" not in text
    assert sandbox.endpoint not in text


def test_every_name_is_listed_and_off_a_terminal_nothing_is_made(run: Run, sandbox: Sandbox):
    answer = run(*LIVE, "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (3, "confirmation")
    assert "--yes" in answer.json["error"]["remedy"]
    assert f"StackSet doctor-estate-role in {QUARRY} and {MILL}" in answer.err
    assert sandbox.journal.writes() == ()


def test_what_is_made_was_listed(run: Run, sandbox: Sandbox):
    sandbox.make_multi_region_role(QUARRY)
    listed = run(*LIVE).err
    sandbox.journal.clear()
    assert run(*LIVE, "--yes").code == 0
    made = {call.target for call in sandbox.journal.calls() if call.operation in ("CreateStackSet", "CreateRole", "PutRolePolicy")}
    assert {name for name in made if not re.search(rf"\b{name}\b", listed)} == set()


@pytest.mark.parametrize(
    ("accounts", "code", "words"),
    [
        ((QUARRY,), 64, "takes two accounts"),
        ((QUARRY, QUARRY), 64, "given twice"),
        ((QUARRY, HUB), 1, "is the hub"),
        ((MANAGEMENT, QUARRY), 1, "is the management account"),
        ((QUARRY, "900000000099"), 1, "is not in organization"),
    ],
)
def test_accounts_that_are_not_to_be_thrown_away_are_refused(run: Run, sandbox: Sandbox, accounts: tuple[str, ...], code: int, words: str):
    answer = run("doctor", "--live", *(word for account in accounts for word in ("--account", account)), "--yes")
    assert answer.code == code
    assert words in answer.err
    assert sandbox.journal.writes() == ()


def test_the_options_of_live_do_nothing_without_it(run: Run, sandbox: Sandbox):
    assert run("doctor", "--yes").code == 64
    assert run(*LIVE, "--sample", "5%", "--yes").code == 64
    assert sandbox.journal.writes() == ()


def test_a_step_that_aws_refuses_is_an_answer_and_the_list_goes_on(run: Run, sandbox: Sandbox):
    sandbox.faults.change({"deny": ["cloudformation:DetectStackSetDrift"]})
    answer = run(*LIVE, "--yes", "--format", "json")
    steps = {step["step"]: step["answers"] for step in answer.json["steps"]}
    assert answer.code == 0
    assert "DetectStackSetDrift" in steps["drift_of_a_tag"]["error"]
    assert steps["role_made_anew"]["first"]["is_let_in"]
    assert left_of_the_list(sandbox, MANAGEMENT, QUARRY, MILL) == []


def test_with_credentials_that_only_read_nothing_is_made_and_nothing_is_said_to_be_left(run: Run, sandbox: Sandbox):
    sandbox.faults.change({"deny": ["cloudformation:CreateStackSet", "cloudformation:DescribeStackSet", "sts:AssumeRole"]})
    answer = run(*LIVE, "--yes", "--format", "json")
    assert (answer.code, answer.json["left"]) == (0, [])
    sandbox.faults.reset()
    assert left_of_the_list(sandbox, MANAGEMENT, QUARRY, MILL) == []
    assert run(*LIVE, "--yes", "--format", "json").json["removed_first"] == []


def test_what_cannot_be_removed_is_named_and_removed_by_the_next_run(run: Run, sandbox: Sandbox):
    sandbox.faults.change({"deny": ["cloudformation:DeleteStackSet"]})
    answer = run(*LIVE, "--yes", "--format", "json")
    assert answer.code == 1
    assert [left["thing"].split()[1] for left in answer.json["left"]] == ["doctor-estate-taken", "doctor-estate-role"]
    sandbox.faults.reset()
    again = run(*LIVE, "--yes", "--format", "json")
    assert again.code == 0
    assert [thing.split()[1] for thing in again.json["removed_first"]] == ["doctor-estate-taken", "doctor-estate-role"]
    assert "An earlier run left, and this removes first:\n  StackSet doctor-estate-taken" in again.err
    assert left_of_the_list(sandbox, MANAGEMENT, QUARRY, MILL) == []


def test_while_another_run_is_at_work_nothing_is_made_or_removed(run: Run, sandbox: Sandbox):
    client("s3").create_bucket(Bucket="estate-state")
    write_rollout(ROLLOUT.replace("state: .state", "state: s3://estate-state/estate"))
    _, other = open_state(load(Path("config/rollout.yaml"))[0], AwsSession())
    other.acquire("a colleague")
    sandbox.journal.clear()
    answer = run(*LIVE, "--yes", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (3, "locked")
    assert [call for call in sandbox.journal.writes() if call.service != "s3"] == []
    assert run(*LIVE, "--yes", "--break-lock").code == 0


@pytest.mark.parametrize("step", ["window", "name_taken"])
def test_an_interruption_ends_it_and_removes_everything(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, step: str):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Experiments, step, interrupt)
    answer = run(*LIVE, "--yes")
    assert answer.code == 130
    assert f"removing StackSet doctor-estate-role in {QUARRY} and {MILL}" in answer.err
    assert left_of_the_list(sandbox, MANAGEMENT, QUARRY, MILL) == []


def test_what_aws_refuses_inside_a_step_is_an_answer_too(run: Run, sandbox: Sandbox):
    sandbox.faults.change({"deny": ["cloudformation:ListStackInstanceResourceDrifts"]})
    answer = run(*LIVE, "--yes", "--format", "json")
    steps = {step["step"]: step["answers"] for step in answer.json["steps"]}
    assert steps["drift_of_a_changed_policy"]["resources"]["refused"] == "AccessDenied"
    assert steps["drift_of_a_changed_policy"]["instance"] == "DRIFTED"
