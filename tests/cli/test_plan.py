"""`plan` says what would change, writes nothing in AWS, and is refused in words where it cannot be made."""

import json
from pathlib import Path

import pytest

from orchestrator.adapters.process import local_user
from orchestrator.adapters.state.folder.lock import FolderLock
from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import CHAPEL, DIVESTED, FORGE, ORCHARD, QUARRY, ROLLOUT, VINEYARD, write_rollout
from tests.worlds.repositories import commit_all


def test_a_snapshot_is_planned_without_credentials(run: Run, snapshot: str):
    answer = run("plan", "--organization", snapshot, "--format", "json")
    assert answer.code == 0, answer.err
    assert answer.json["summary"]["grants_added"] > 0


def test_another_organization_is_refused(run: Run, sandbox: Sandbox):
    write_rollout(ROLLOUT.replace("o-estate0001", "o-another001"))
    answer = run("plan", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (3, "another_organization")


def test_a_denied_call_and_missing_credentials_end_in_words(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    sandbox.faults.deny = ["organizations:*"]
    assert run("plan").code == 1
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    answer = run("plan")
    assert answer.code == 1
    assert "credentials" in answer.err


def test_a_foreign_stack_set_is_left_alone(run: Run, sandbox: Sandbox):
    sandbox.make_foreign_stack_set("estate-spoke-kms")
    assert run("plan").code == 3


def test_a_place_that_cannot_be_written_is_said_in_one_line(run: Run, snapshot: str):
    answer = run("plan", "--organization", snapshot, "--out", "no/such/folder/plan.json")
    assert answer.code in {0, 1}
    Path("file").write_text("", encoding="utf-8")
    answer = run("--log-file", "file/log.jsonl", "plan", "--organization", snapshot)
    assert answer.code == 1
    assert "file" in answer.err


def test_an_endpoint_that_is_none_ends_in_words(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "garbage")
    answer = run("plan")
    assert (answer.code, "AWS_ENDPOINT_URL" in answer.err) == (1, True), answer.err


def test_names_outside_rules_are_told_with_their_place(run: Run, snapshot: str):
    write_rollout(ROLLOUT.replace("scope: [/]", "scope: [/Estates]"))
    answer = run("plan", "--organization", snapshot, "--format", "json")
    assert answer.code == 1
    assert "rollout.yaml:4:" in answer.json["error"]["where"]
    assert "/Estate" in answer.json["error"]["remedy"]


def test_a_snapshot_of_another_organization_and_an_idle_flag_are_warnings(run: Run, snapshot: str):
    write_rollout(ROLLOUT.replace("o-estate0001", "o-another001"))
    plan = run("plan", "--organization", snapshot, "--allow-revokes", "spoke-kmss", "--format", "json").json
    assert [warning for warning in plan["warnings"] if "o-estate0001" in warning]
    assert [warning for warning in plan["warnings"] if "--allow-revokes spoke-kmss" in warning]


def test_a_plan_writes_nothing_and_is_the_contracts_json(run: Run, sandbox: Sandbox):
    answer = run("plan", "--detailed-exitcode", "--format", "json", "--out", "plan.json")
    assert answer.code == 2, answer.err
    assert sandbox.journal.writes() == ()
    plan = answer.json
    file = json.loads(Path("plan.json").read_text(encoding="utf-8"))
    assert (plan["format"], file["format"]) == (1, 2)
    assert plan["digest"] == file["digest"]
    assert plan["digest"].startswith("sha256:")
    assert plan["organization"]["id"] == "o-estate0001"
    assert plan["summary"]["operations"] == len(plan["operations"]) > 0
    assert [row["account"] for row in plan["excluded"] if "sold in spring" in row["because"]] == [DIVESTED]
    assert (CHAPEL, "spoke-kms") not in {(row["account"], row["group_set"]) for row in plan["changes"]}
    assert plan["violations"] == []


def test_a_plan_beside_a_run_at_work_says_so(run: Run, sandbox: Sandbox, folder):
    other = FolderLock(folder / "config" / ".state")
    other.acquire("somebody else")
    warned = run("plan", "--format", "json").json["warnings"]
    other.release()
    assert "somebody else" in warned[0]
    assert not any("another run" in warning for warning in run("plan", "--format", "json").json["warnings"])


def test_what_may_be_repaired_is_recorded_in_the_plan_and_not_said_again_beside_it(run: Run, snapshot: str):
    flags = ("--allow-repairs", "--replace-roles")
    plan = run("plan", "--organization", snapshot, *flags, "--out", "plan.json", "--format", "json").json
    assert plan["overrides"] == list(flags)
    assert (plan["summary"]["grants_repaired"], plan["summary"]["roles_repaired"]) == (0, 0)
    answer = run("apply", "plan.json", *flags)
    assert answer.code == 64
    assert all(flag in answer.err for flag in flags)


def test_a_plan_says_who_made_it_and_from_which_commit(run: Run, sandbox: Sandbox, snapshot: str):
    online = run("plan", "--format", "json").json
    assert (online["made_by"].endswith(":user/administrator"), online["configuration"]) == (True, None)
    commit = commit_all(Path())
    offline = run("plan", "--organization", snapshot, "--format", "json").json
    assert offline["made_by"] == local_user()
    assert offline["configuration"] == {"commit": commit, "branch": "main", "modified": False}
    write_rollout(f"{ROLLOUT}# one more line\n")
    assert "(main) and files that are not as committed" in " ".join(run("plan").out.split())


def test_a_plan_for_one_account_says_so_and_leaves_the_rest_for_the_next(run: Run, sandbox: Sandbox):
    assert run("plan", "--account", QUARRY, "--group-set", "spoke-checks", "--out", "plan.json").code == 0
    for form in ("text", "markdown", "html"):
        assert f"narrowed to group set spoke-checks in {QUARRY}" in " ".join(run("show", "plan.json", "--format", form).out.split())
    shown = run("show", "plan.json", "--format", "json").json
    assert shown["narrowing"]["part"] == {"accounts": [QUARRY], "units": [], "group_sets": ["spoke-checks"]}
    assert shown["narrowing"]["changes_left_out"] > 0
    assert {row["account"] for row in shown["changes"]} == {QUARRY}
    applied = run("apply", "plan.json", "--format", "json")
    assert (applied.code, applied.json["verification"]["converged"]) == (0, True), applied.out
    rest = run("plan", "--format", "json").json
    assert {row["account"] for row in rest["changes"] if row["group_set"] == "spoke-kms"} > {QUARRY}
    assert not [row for row in rest["changes"] if row["account"] == QUARRY and row["group_set"] == "spoke-checks"]


def test_a_unit_is_everything_below_it(run: Run, snapshot: str):
    shown = run("plan", "--organization", snapshot, "--unit", "/Estate/Works", "--format", "json").json
    assert {row["account"] for row in shown["changes"]} == {FORGE, VINEYARD, CHAPEL}


def test_a_narrowed_plan_that_was_interrupted_is_resumed_and_not_made_whole(run: Run, sandbox: Sandbox):
    assert run("plan", "--account", ORCHARD, "--account", QUARRY, "--out", "plan.json").code == 0
    assert run("apply", "plan.json", "--until", "canary").code == 0
    assert run("apply", "--yes").code == 0
    rest = {row["account"] for row in run("plan", "--format", "json").json["changes"]}
    assert {ORCHARD, QUARRY}.isdisjoint(rest)
    assert FORGE in rest


@pytest.mark.parametrize(
    ("flag", "name", "near"),
    [("--account", "900000000099", "900000000009"), ("--unit", "/Estat", "/Estate"), ("--group-set", "spoke-check", "spoke-checks")],
)
def test_a_part_that_is_not_there_is_an_error_with_near_names(run: Run, snapshot: str, flag: str, name: str, near: str):
    answer = run("plan", "--organization", snapshot, flag, name)
    assert (answer.code, near in answer.err) == (1, True), answer.err


def test_a_narrowed_plan_goes_on_although_an_account_of_it_left(run: Run, sandbox: Sandbox):
    assert run("plan", "--account", ORCHARD, "--account", QUARRY, "--account", FORGE, "--out", "plan.json").code == 0
    assert run("apply", "plan.json", "--until", "canary").code == 0
    sandbox.remove_account(QUARRY)
    applied = run("apply", "--yes")
    assert applied.code == 0, applied.out + applied.err
    rest = {row["account"] for row in run("plan", "--format", "json").json["changes"]}
    assert FORGE not in rest
    assert VINEYARD in rest
