"""What the whole rollout stands on is said once: trusted access, all features, credentials that may look into the organization."""

import pytest

from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import MANAGEMENT, QUARRY, ROLLOUT, write_rollout

REMEDY = "aws cloudformation activate-organizations-access"


@pytest.mark.parametrize("status", ["DISABLED", "DISABLED_PERMANENTLY"])
def test_a_plan_without_trusted_access_is_refused_with_the_remedy(run: Run, sandbox: Sandbox, status: str):
    sandbox.set_organizations_access(status)
    answer = run("plan", "--format", "json")
    assert answer.code == 3
    violations = answer.json["violations"]
    assert [violation["kind"] for violation in violations] == ["trusted_access"]
    assert status in violations[0]["message"]
    assert REMEDY in violations[0]["message"]


def test_trusted_access_that_ends_before_apply_ends_the_run_once(run: Run, sandbox: Sandbox):
    assert run("plan", "--out", "plan.json").code == 0
    sandbox.set_organizations_access("DISABLED")
    sandbox.journal.clear()
    answer = run("apply", "plan.json", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (1, "precondition")
    assert REMEDY in answer.out
    assert sandbox.journal.writes() == ()


def test_a_refusal_that_was_not_foreseen_ends_the_run_once(run: Run, sandbox: Sandbox):
    sandbox.faults.deny = ["cloudformation:DescribeOrganizationsAccess"]
    assert run("plan", "--out", "plan.json").code == 0
    sandbox.set_organizations_access("DISABLED")
    sandbox.journal.clear()
    answer = run("apply", "plan.json", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (1, "precondition")
    assert REMEDY in answer.out
    assert len(sandbox.journal.writes()) == 1


def test_an_organization_that_only_shares_its_bills_is_refused(run: Run, sandbox: Sandbox):
    sandbox.set_features("CONSOLIDATED_BILLING")
    answer = run("plan", "--format", "json")
    assert answer.code == 3
    assert [violation["kind"] for violation in answer.json["violations"]] == ["all_features"]
    assert "aws organizations enable-all-features" in answer.json["violations"][0]["message"]


def test_trusted_access_nobody_may_ask_for_is_a_warning(run: Run, sandbox: Sandbox):
    sandbox.faults.deny = ["cloudformation:DescribeOrganizationsAccess"]
    answer = run("plan", "--format", "json")
    assert answer.code == 0
    assert any("DescribeOrganizationsAccess" in warning for warning in answer.json["warnings"])


@pytest.mark.parametrize("command", ["plan", "apply", "verify"])
def test_a_way_into_the_management_account_that_leads_elsewhere_is_refused(run: Run, sandbox: Sandbox, command: str):
    way = f'access: {{management_role_arn: "arn:aws:iam::{QUARRY}:role/OrganizationAccountAccessRole"}}'
    file = write_rollout(f"{ROLLOUT}{way}\n")
    line = ROLLOUT.count("\n") + 1
    answer = run(command, "--format", "json")
    error = answer.json["error"]
    assert (answer.code, error["kind"], error["where"]) == (1, "configuration", f"{file}:{line}:31")
    assert MANAGEMENT in error["message"]
    assert sandbox.journal.writes() == ()


@pytest.mark.parametrize("command", [("plan",), ("discover",), ("status",), ("verify",)])
def test_credentials_of_an_ordinary_member_are_named_with_those_that_would_do(
    run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
):
    for name, value in sandbox.environment(QUARRY).items():
        monkeypatch.setenv(name, value)
    answer = run(*command, "--format", "json")
    error = answer.json["error"]
    assert (answer.code, error["kind"], error["where"]) == (1, "access_denied", QUARRY)
    assert f"account {QUARRY}" in error["message"]
    assert f"management account {MANAGEMENT}" in error["remedy"]
    assert "delegated administrator" in error["remedy"]
