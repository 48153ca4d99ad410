"""The management account, the hub in it, and a delegated administrator in its place."""

from orchestrator.sandbox.faults import Failure
from orchestrator.workflows import verify
from tests.faults.stage import HUB, HUB_RULE, MANAGEMENT, MANAGEMENT_RULE


def test_a_failing_management_stack_is_named_and_retried(stage):
    stage.rules = MANAGEMENT_RULE
    stage.tolerance = 100
    stage.sandbox.faults.failures = [Failure(account=MANAGEMENT, stack="cado-role-discovery")]
    plan, outcome = stage.converge()
    assert {failure.account for failure in outcome.failed} == {MANAGEMENT}
    stage.sandbox.faults.failures = []
    assert stage.apply(plan).is_converged
    assert verify(stage.tools()).is_converged


def test_the_hub_is_the_management_account(stage):
    stage.hub, stage.rules = MANAGEMENT, "  - {rule: hub, where: management, grant: [hub-checks]}"
    plan, outcome = stage.converge()
    assert {operation.kind for operation in outcome.operations if operation.stack_set == "cado-hub-checks"} == {"create_stack"}
    stage.check_converged(plan, outcome)


def test_a_delegated_administrator_leaves_the_management_account_out_and_says_so(stage, monkeypatch):
    for name, value in stage.sandbox.environment(HUB).items():
        monkeypatch.setenv(name, value)
    stage.rules, stage.call_as = f"{HUB_RULE}\n{MANAGEMENT_RULE}", "delegated-admin"
    plan, outcome = stage.converge()
    assert any(MANAGEMENT in warning and "management-discovery" in warning for warning in plan.warnings)
    stage.check_converged(plan, outcome)
