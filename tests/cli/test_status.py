"""`status` says where every account stands."""

from orchestrator.sandbox import Failure, Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import CHAPEL, LOOSE, MANAGEMENT, ORCHARD, PLACES, ROLLOUT, write_rollout


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


def test_what_is_withheld_and_who_gets_nothing_is_said_with_the_rule(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    found = run("status", "--format", "json").json
    standing = {row["id"]: row for row in found["accounts"]}
    assert (standing[CHAPEL]["granted"], standing[CHAPEL]["withheld"]) == (["spoke-checks"], ["spoke-kms"])
    assert (standing[LOOSE]["granted"], standing[LOOSE]["withheld"]) == ([], [])
    assert {(row["account"], row["group_set"]) for row in found["withheld"]} == {(CHAPEL, "spoke-kms"), (LOOSE, None)}
    everyone = {place[0] for place in PLACES}
    assert standing.keys() | {row["account"] for row in found["excluded"]} == everyone
    said = " ".join(run("status").out.split())
    assert f'{CHAPEL}: spoke-kms not granted: rule "silence"' in said
    assert f"{LOOSE}: no rule grants it anything" in said
    assert "10 accounts as the rules want it, 1 of them with nothing; 2 accounts excluded and not judged." in said
