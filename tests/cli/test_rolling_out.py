"""Plan, apply, verify, clean up and take back, as somebody at the command line sees it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator.errors import InterruptedRunError
from orchestrator.sandbox import Failure, Sandbox
from orchestrator.sandbox.first_use import use_for_the_first_time
from tests.cli.conftest import Run
from tests.cli.organization import CHAPEL, DIVESTED, EXTERNAL_ID, HUB, MANAGEMENT, MILL, ORCHARD, QUARRY, ROLLOUT, write_rollout


def test_a_plan_writes_nothing_and_is_the_contracts_json(run: Run, sandbox: Sandbox):
    answer = run("plan", "--detailed-exitcode", "--format", "json", "--out", "plan.json")
    assert answer.code == 2, answer.err
    assert sandbox.journal.writes() == ()
    plan = answer.json
    assert answer.out == Path("plan.json").read_text(encoding="utf-8").rstrip("\n") + "\n"
    assert plan["format"] == 1
    assert plan["digest"].startswith("sha256:")
    assert plan["organization"]["id"] == "o-estate0001"
    assert plan["summary"]["operations"] == len(plan["operations"]) > 0
    assert [row["account"] for row in plan["excluded"] if "sold in spring" in row["because"]] == [DIVESTED]
    assert (CHAPEL, "spoke-kms") not in {(row["account"], row["group_set"]) for row in plan["changes"]}
    assert plan["violations"] == []


def test_a_plan_is_applied_once_and_then_nothing_is_left(run: Run, sandbox: Sandbox):
    run("plan", "--out", "plan.json")
    applied = run("apply", "plan.json", "--format", "json")
    assert (applied.code, applied.json["converged"], applied.json["failed"]) == (0, True, []), applied.err
    assert applied.json["verification"]["converged"] is True
    before = len(sandbox.journal.writes())
    again = run("apply", "plan.json")
    assert again.code == 0
    assert "already" in again.out + again.err
    assert len(sandbox.journal.writes()) == before
    assert run("plan", "--detailed-exitcode").code == 0
    assert run("verify").code == 0


def test_apply_without_a_plan_off_a_terminal_names_the_flag(run: Run, sandbox: Sandbox):
    refused = run("apply")
    assert refused.code == 3
    assert "--yes" in refused.err
    assert sandbox.journal.writes() == ()


def test_apply_stops_after_a_wave_and_goes_on(run: Run, sandbox: Sandbox):
    stopped = run("apply", "--yes", "--until", "canary", "--format", "json")
    assert (stopped.code, stopped.json["verification"]["converged"]) == (0, None), stopped.err
    assert "verified" not in run("history", stopped.json["plan"]).out
    accounts = {row["id"]: row for row in run("status", "--format", "json").json["accounts"]}
    assert "spoke-kms" in accounts[ORCHARD]["granted"]
    assert "spoke-kms" in accounts[QUARRY]["missing"]
    assert run("apply", "--yes").code == 0
    assert run("verify").code == 0


def test_what_the_rules_no_longer_grant_is_not_granted_by_a_plan_begun_before(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes", "--until", "canary").code == 0
    write_rollout(ROLLOUT.replace("grant: [spoke-checks, spoke-kms]", "grant: [spoke-checks]"))
    answer = run("apply", "--yes", "--allow-revokes", "all")
    assert answer.code == 0, answer.err
    assert "supersedes it" in answer.err
    held = {row["id"]: row["granted"] for row in run("status", "--format", "json").json["accounts"]}
    assert held[ORCHARD] == held[QUARRY] == ["spoke-checks"]
    assert run("verify").code == 0


def test_who_says_no_to_another_plan_has_given_nothing_up(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    assert run("apply", "--yes", "--until", "canary").code == 0
    write_rollout(ROLLOUT.replace("grant: [spoke-checks, spoke-kms]", "grant: [spoke-checks, spoke-ec2]"))
    begun = Path(".state/current").read_text(encoding="utf-8")
    monkeypatch.setattr("orchestrator.cli.running.is_terminal", lambda: True)
    answer = run("apply", "--allow-revokes", "all")
    assert (answer.code, "supersedes it" in answer.err, "nothing was done" in answer.err) == (3, True, True)
    sandbox.make_foreign_stack_set("estate-spoke-ec2")
    assert "violations" in run("apply", "--yes", "--allow-revokes", "all").err
    assert begun.startswith("sha256:")
    assert Path(".state/current").read_text(encoding="utf-8") == begun


def test_a_run_that_died_before_its_last_look_is_asked_nothing_more(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    def die(*_: object) -> None:
        raise InterruptedRunError("the laptop is out of power.")

    with monkeypatch.context() as dying:
        dying.setattr("orchestrator.runs.applying.conclude", die)
        assert run("apply", "--yes").code == 130
    before = len(sandbox.journal.writes())
    answer = run("apply", "--format", "json")
    assert (answer.code, answer.json["verification"]["converged"]) == (0, True), answer.err
    assert len(sandbox.journal.writes()) == before


def test_apply_and_cleanup_tell_where_temporary_grants_stand(run: Run, sandbox: Sandbox):
    run("plan", "--out", "plan.json")
    (granted,) = run("apply", "plan.json", "--format", "json").json["temporary"]
    assert (granted["group_set"], granted["account"], granted["state"]) == ("hub-kms-first-use", HUB, "granted")
    assert granted["expires_at"]
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    (gone,) = run("cleanup", "--yes", "--format", "json").json["temporary"]
    assert (gone["state"], gone["found"], gone["expires_at"]) == ("absent", "used", None)


def test_a_failing_account_is_named_with_its_reason_and_retried(run: Run, sandbox: Sandbox):
    sandbox.faults.failures = [Failure(account=MILL, reason="Explicit deny in a service control policy")]
    failed = run("apply", "--yes", "--format", "json")
    assert failed.code == 4, failed.err
    assert {row["account"] for row in failed.json["failed"]} == {MILL}
    assert failed.json["verification"]["converged"] is None
    assert "service control policy" in failed.json["failed"][0]["reason"]
    sandbox.faults.failures = []
    assert run("apply", "--yes").code == 0
    assert run("verify").code == 0


def test_status_tells_what_failed_to_be_made_and_why(run: Run, sandbox: Sandbox):
    write_rollout(ROLLOUT.replace("failure_tolerance_percent: 0", "failure_tolerance_percent: 100"))
    deny = "Explicit deny in a service control policy"
    sandbox.faults.failures = [
        Failure(account=ORCHARD, stack="estate-spoke-checks", reason=deny),
        Failure(account=MANAGEMENT, stack="estate-management-discovery", reason=deny),
    ]
    assert run("apply", "--yes").code == 4
    standing = {row["id"]: row for row in run("status", "--format", "json").json["accounts"]}
    assert (standing[ORCHARD]["failed"], standing[ORCHARD]["outdated"]) == (["spoke-checks"], [])
    assert standing[ORCHARD]["reasons"] == {"spoke-checks": f"FAILED: {deny}"}
    assert standing[MANAGEMENT]["failed"] == ["management-discovery"]
    assert f"spoke-checks: FAILED: {deny}" in run("status").out


def test_one_of_a_thing_is_told_as_one(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    assert run("apply", "--yes").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    monkeypatch.setattr("orchestrator.cli.running.is_terminal", lambda: True)
    asked = run("cleanup", "--format", "json")
    assert (asked.code, asked.json["error"]["kind"]) == (3, "confirmation")
    assert "Carry out 2 operations?" in asked.err
    assert "  role acquisition in 1 account" in asked.err


def test_cleanup_takes_back_what_was_used_and_nothing_else(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    assert run("cleanup").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    refused = run("cleanup")
    assert refused.code == 3
    assert "--yes" in refused.err
    cleaned = run("cleanup", "--yes", "--format", "json")
    assert (cleaned.code, cleaned.json["converged"]) == (0, True), cleaned.err
    assert run("plan", "--detailed-exitcode").code == 0
    assert "hub-kms-first-use" in run("history", "--temporary").out
    assert run("history").code == 0


def test_destroy_leaves_nothing(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    assert run("destroy").code == 3
    destroyed = run("destroy", "--yes", "--allow-revokes", "all")
    assert destroyed.code == 0, destroyed.err
    left = run("status", "--format", "json").json["accounts"]
    assert [row["id"] for row in left if row["granted"] or row["unexpected"]] == []


def test_the_external_id_is_told_to_nobody(run: Run, sandbox: Sandbox):
    told = [run("--log-file", "log.jsonl", "--verbose", "plan", "--out", "plan.json"), run("--log-file", "log.jsonl", "apply", "plan.json")]
    assert [answer.code for answer in told] == [0, 0]
    written = [
        file.read_text(encoding="utf-8", errors="replace") for file in Path().rglob("*") if file.is_file() and "config" not in file.parts
    ]
    assert not [text for text in (*written, *(answer.out + answer.err for answer in told)) if EXTERNAL_ID in text]


def test_watching_ends_once_nothing_temporary_is_left(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    assert run("cleanup", "--watch").code == 64
    waited = run("cleanup", "--watch", "--yes", "--every", "1s", "--for", "1s")
    assert (waited.code, "1 temporary grant left" in waited.err) == (3, True), waited.err
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    ended = run("cleanup", "--watch", "--yes", "--format", "json")
    assert (ended.code, [row["state"] for row in ended.json["temporary"]]) == (0, ["absent"]), ended.err


def test_watching_goes_on_while_nobody_can_look_into_the_account(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    sandbox.faults.deny = [f"iam:ListRolePolicies@{HUB}"]
    unseen = run("cleanup", "--watch", "--yes", "--every", "1s", "--for", "1s", "--format", "json")
    assert unseen.code == 5, unseen.err
    assert [row["account"] for row in unseen.json["verification"]["unreachable"]] == [HUB]
    sandbox.faults.deny = []
    assert run("cleanup", "--watch", "--yes").code == 0


def test_a_plan_that_is_written_out_is_carried_out_too_when_somebody_says_yes(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    done = run("cleanup", "--out", "plan.json", "--yes", "--format", "json")
    assert (done.code, [row["state"] for row in done.json["temporary"]]) == (0, ["absent"]), done.err
    assert json.loads(Path("plan.json").read_text(encoding="utf-8"))["digest"] == done.json["plan"]
    again = run("apply", "plan.json")
    assert (again.code, "already" in again.out) == (0, True), again.out


def test_nobody_to_hear_the_progress_is_no_reason_to_stop(run: Run, sandbox: Sandbox):
    command = [sys.executable, "-m", "orchestrator", "apply", "--yes"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        assert subprocess.run(command, stdout=subprocess.DEVNULL, stderr=full, check=False).returncode == 0
    assert run("verify").code == 0


def test_one_damaged_journal_hides_no_other_run(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    assert run("cleanup", "--yes").code == 0
    first, second = run("history", "--format", "json").json["runs"]
    journal = Path(".state") / "journal" / f"{first['plan'].removeprefix('sha256:')}.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([lines[0], b"rubbish\n", *lines[2:]]))
    found = run("history", "--format", "json")
    assert (found.code, [row["run"] for row in found.json["runs"]]) == (1, [second["run"]]), found.err
    assert first["plan"].removeprefix("sha256:") in found.err


def test_a_use_nobody_can_look_for_fails_cleanup_and_verify_and_is_counted(run: Run, sandbox: Sandbox):
    run("apply", "--yes")
    sandbox.faults.deny = [f"iam:GetRole@{HUB}"]
    for command in (("cleanup",), ("cleanup", "--yes"), ("verify",)):
        answer = run(*command)
        assert answer.code == 5, answer.err
        assert "unknown" in answer.out
    assert run("cleanup", "--format", "json").json["verification"]["unreachable"][0]["account"] == HUB
    planned = run("plan", "--format", "json").json
    assert planned["summary"]["evidence_unknown"] == 1
    assert any("GetRole" in warning for warning in planned["warnings"])
    assert "The use of 1 temporary grant is unknown." in " ".join(run("status").out.split())
