"""`show` prints a plan file as `plan` printed it, and believes no file that was changed."""

import json
from pathlib import Path

import pytest

from orchestrator.adapters.files.plan.file import digest_of
from tests.cli.conftest import Run
from tests.cli.organization import ROLLOUT, write_rollout


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_a_plan_is_shown_as_it_was_printed(run: Run, snapshot: str, form: str):
    printed = run("plan", "--organization", snapshot, "--out", "plan.json", "--format", form)
    Path("config/rollout.yaml").unlink()
    assert run("show", "plan.json", "--format", form).out == printed.out


def test_a_changed_plan_is_refused(run: Run, snapshot: str):
    run("plan", "--organization", snapshot, "--out", "plan.json")
    text = Path("plan.json").read_text(encoding="utf-8")
    Path("plan.json").write_text(text.replace("EstateSpokeRole", "EstateAdminRole"), encoding="utf-8")
    answer = run("show", "plan.json", "--format", "json")
    assert (answer.code, "digest" in answer.json["error"]["message"]) == (3, True)


def test_a_file_that_is_no_plan_is_an_error(run: Run):
    Path("plan.json").write_text("{}", encoding="utf-8")
    assert run("show", "plan.json").code == 1
    assert run("show", "missing.json").code == 1


def test_who_made_a_plan_is_shown_as_its_file_says(run: Run, snapshot: str):
    run("plan", "--organization", snapshot, "--out", "plan.json")
    fields = json.loads(Path("plan.json").read_text(encoding="utf-8"))
    forged = {**fields, "made_by": "the auditor"}
    Path("plan.json").write_text(json.dumps(forged), encoding="utf-8")
    assert run("show", "plan.json").code == 3
    Path("plan.json").write_text(json.dumps({**forged, "digest": digest_of(forged)}), encoding="utf-8")
    assert "made       by the auditor" in run("show", "plan.json").out


def test_what_differs_from_a_signed_plan_is_shown(run: Run, snapshot: str):
    run("plan", "--organization", snapshot, "--out", "signed.json")
    write_rollout(ROLLOUT.replace("grant: [spoke-checks, ", "grant: ["))
    run("plan", "--organization", snapshot, "--out", "plan.json")
    Path("config/rollout.yaml").unlink()
    found = run("show", "plan.json", "--against", "signed.json", "--format", "json")
    assert found.code == 0, found.err
    assert {(row["group_set"], row["after"]) for row in found.json["changes"] if row["group_set"]} == {("spoke-checks", None)}
    for form in ("text", "markdown"):
        assert "spoke-checks" in run("show", "plan.json", "--against", "signed.json", "--format", form).out


def test_a_plan_of_another_organization_is_no_plan_to_compare_with(run: Run, snapshot: str):
    run("plan", "--organization", snapshot, "--out", "plan.json")
    Path("other.yaml").write_text(Path(snapshot).read_text(encoding="utf-8").replace("o-estate0001", "o-another001"), encoding="utf-8")
    run("plan", "--organization", "other.yaml", "--out", "other.json")
    answer = run("show", "plan.json", "--against", "other.json", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (3, "another_organization")
    assert run("show", "plan.json", "--against", "missing.json").code == 1


def test_what_is_counted_is_listed_by_the_flag_that_the_text_names(run: Run, snapshot: str):
    short = run("plan", "--organization", snapshot, "--out", "plan.json").out
    assert "--accounts lists them" in short
    assert "--detail names them" in short
    assert "--detail lists them" in short
    accounts, detail = run("show", "plan.json", "--accounts").out, run("show", "plan.json", "--detail").out
    plan = json.loads(run("show", "plan.json", "--format", "json").out)
    assert all(row["account"] in accounts and row["account"] in detail for row in plan["targets"])
    assert all(row["id"] in detail for row in plan["operations"])
    assert all(action in detail for row in plan["permissions"] for action in (*row["gains"], *row["loses"]))
    assert "--detail names them" in accounts
    assert "--detail" not in detail
    assert "--accounts" not in detail


def test_the_next_command_applies_the_file_that_was_shown(run: Run, snapshot: str):
    made = run("plan", "--organization", snapshot, "--out", "plan.json").out
    assert "apply plan.json\n" in made
    assert "apply plan.json\n" in run("show", "plan.json").out
    assert run("show", "plan.json", "--against", "plan.json", "--detail").code == 64
