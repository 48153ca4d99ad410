"""`status` says where every account stands."""

from orchestrator.sandbox import Failure, Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import MANAGEMENT, ORCHARD, ROLLOUT, write_rollout


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
