"""`apply` carries a plan out once, goes on after a stop, retries what failed, and refuses what the rules or the world no longer allow."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator.errors import InterruptedRunError
from orchestrator.sandbox import Failure, Sandbox
from orchestrator.sandbox.first_use import use_for_the_first_time
from tests.cli.conftest import Run
from tests.cli.organization import HUB, MILL, ORCHARD, QUARRY, ROLLOUT, SNAPSHOT, write_rollout


def test_a_spoiled_or_stale_plan_is_refused(run: Run, sandbox: Sandbox):
    run("plan", "--out", "plan.json")
    good = Path("plan.json").read_text(encoding="utf-8")
    Path("tampered.json").write_text(good.replace("spoke-checks", "spoke-check5"), encoding="utf-8")
    Path("truncated.json").write_text(good[: len(good) // 2], encoding="utf-8")
    Path("newer.json").write_text(json.dumps(json.loads(good) | {"format": 99}), encoding="utf-8")
    sandbox.set_state(QUARRY, "SUSPENDED")
    codes = [run("apply", name).code for name in ("tampered.json", "truncated.json", "newer.json", "plan.json", "absent.json")]
    assert codes == [3, 1, 1, 3, 1]
    assert sandbox.journal.writes() == ()


def test_a_plan_of_another_rollout_is_refused(run: Run, sandbox: Sandbox):
    run("plan", "--out", "plan.json")
    write_rollout(ROLLOUT.replace("prefix: estate", "prefix: other"))
    answer = run("apply", "plan.json", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (3, "another_rollout")
    assert sandbox.journal.writes() == ()


def test_a_refused_run_lists_every_violation(run: Run, sandbox: Sandbox):
    for name in ("estate-spoke-kms", "estate-spoke-checks"):
        sandbox.make_foreign_stack_set(name)
    violations = run("plan", "--format", "json").json["violations"]
    assert {row["kind"] for row in violations} == {"foreign_stack_set"}
    assert len(violations) == 2
    answer = run("apply", "--yes", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"], answer.json["error"]["violations"]) == (3, "violations", violations)
    assert all(row["message"] in answer.err.replace("\n    ", " ") for row in violations)


def test_a_preview_as_json_is_the_plan_and_its_file_can_be_applied(run: Run, sandbox: Sandbox):
    refused = run("apply", "--format", "json")
    assert (refused.code, refused.json["error"]["kind"]) == (3, "confirmation")
    assert run("apply", "--yes").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    for command in ("cleanup", "destroy"):
        shown = run(command, "--format", "json")
        assert (shown.code, shown.json["purpose"], "--yes" in shown.err) == (3, command, True), shown.err
        Path("shown.json").write_text(shown.out, encoding="utf-8")
        no_file = run("apply", "shown.json")
        assert (no_file.code, "--out" in no_file.err) == (1, True), no_file.err
        assert run(command, "--out", "plan.json").code == 0
        assert run("apply", "plan.json").code == 0


def test_an_external_id_that_changed_since_the_plan_is_refused_before_anything_is_sent(run: Run, sandbox: Sandbox):
    run("plan", "--out", "plan.json")
    write_rollout(ROLLOUT.replace("tenant-words-nobody-may-read", "other-words-nobody-may-read"))
    assert run("apply", "plan.json").code == 3
    assert sandbox.journal.writes() == ()


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
    begun = Path("config/.state/current").read_text(encoding="utf-8")
    monkeypatch.setattr("orchestrator.cli.running.is_terminal", lambda: True)
    answer = run("apply", "--allow-revokes", "all")
    assert (answer.code, "supersedes it" in answer.err, "nothing was done" in answer.err) == (3, True, True)
    sandbox.make_foreign_stack_set("estate-spoke-ec2")
    assert "violations" in run("apply", "--yes", "--allow-revokes", "all").err
    assert begun.startswith("sha256:")
    assert Path("config/.state/current").read_text(encoding="utf-8") == begun


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


def test_nobody_to_hear_the_progress_is_no_reason_to_stop(run: Run, sandbox: Sandbox):
    command = [sys.executable, "-m", "orchestrator", "apply", "--yes"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        assert subprocess.run(command, stdout=subprocess.DEVNULL, stderr=full, check=False).returncode == 0
    assert run("verify").code == 0


def test_a_plan_that_the_rules_no_longer_want_is_refused_with_the_rule(run: Run, sandbox: Sandbox):
    assert run("plan", "--out", "plan.json").code == 0
    legal_hold = "rules:\n  - {rule: legal hold, where: {ou: /Estate}, exclude: true, because: counsel asked}\n"
    write_rollout(ROLLOUT.replace("rules:\n", legal_hold))
    answer = run("apply", "plan.json", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (3, "stale_plan")
    assert "legal hold: counsel asked (config/rollout.yaml:" in answer.json["error"]["message"]
    assert sandbox.journal.writes() == ()
    assert run("apply", "--yes").code == 0
    held = {row["id"]: row["granted"] for row in run("status", "--format", "json").json["accounts"]}
    assert ORCHARD not in held


def test_an_account_under_a_service_control_policy_fails_with_the_role_and_the_action_it_denies(run: Run, sandbox: Sandbox):
    denial = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "iam:CreateRole", "Resource": "*"}]}
    policy = {"id": "p-00000001", "name": "NoRoles", "type": "SERVICE_CONTROL_POLICY", "targets": [QUARRY], "document": denial}
    sandbox.seed({**SNAPSHOT, "policies": [policy]})
    answer = run("apply", "--yes", "--format", "json")
    hints = {row["account"]: row["hint"] for row in answer.json["failed"]}
    words = "A service control policy of the organization does not allow the role stacksets-exec-* to do iam:CreateRole."
    assert (answer.code, hints[QUARRY].startswith(words)) == (4, True), answer.err


def test_resuming_shows_what_is_left_and_not_the_whole_plan(run: Run, sandbox: Sandbox):
    assert run("plan", "--out", "plan.json").code == 0
    whole = json.loads(run("show", "plan.json", "--format", "json").out)
    assert run("apply", "plan.json", "--until", "canary").code == 0
    shown = run("apply")
    assert shown.code == 3, "nobody sits at a terminal to confirm it"
    words = " ".join(shown.out.split())
    left = [operation for operation in whole["operations"] if operation["wave"] != "canary"]
    assert f"what is left of an unfinished plan: {len(left)} of {len(whole['operations'])} operations" in words
    assert whole["digest"] in words
