"""Somebody changed a role or a policy by hand in an account: found by drift detection, and mended by a plan like anything else."""

from orchestrator.model.plan import ChangeKind
from orchestrator.runs import verify
from tests.faults.stage import CANARIES, CHECKS_SET, EC2_SET, MANAGEMENT, MANAGEMENT_RULE, REST, ROLE_SET
from tests.worlds.rollouts import rule

SPOKE_ROLE = "CadoResponseCrossAccountRole"


def test_a_policy_taken_off_by_hand_is_made_anew(stage):
    stage.converge()
    stage.sandbox.delete_inline_policy(REST[0], SPOKE_ROLE, CHECKS_SET)
    assert stage.plan().operations == ()
    assert [(item.account, item.stack_set) for item in verify(stage.tools(), drift=True).tampered] == [(REST[0], CHECKS_SET)]
    assert [(item.account, item.stack_set) for item in verify(stage.tools()).tampered] == [(REST[0], CHECKS_SET)]
    plan, outcome = stage.converge()
    assert [(change.change, *change.accounts, change.stack_set) for change in plan.changes] == [(ChangeKind.REPAIR, REST[0], CHECKS_SET)]
    assert "changed in the account" in plan.changes[0].because
    assert any("iam:SimulatePrincipalPolicy" in row.gains for row in plan.permissions)
    assert outcome.is_converged
    assert verify(stage.tools(), drift=True).is_converged
    assert stage.plan().operations == ()


def test_a_role_that_was_deleted_by_hand_comes_back_with_its_policies(stage):
    stage.converge()
    stage.sandbox.delete_role(CANARIES[0], SPOKE_ROLE)
    found = verify(stage.tools(), drift=True)
    assert {(item.account, item.stack_set) for item in found.tampered} >= {(CANARIES[0], ROLE_SET)}
    plan, outcome = stage.converge()
    assert {(account, change.stack_set) for change in plan.changes for account in change.accounts} == {
        (CANARIES[0], name) for name in (ROLE_SET, CHECKS_SET, EC2_SET)
    }
    assert outcome.is_converged, outcome
    assert verify(stage.tools(), drift=True).is_converged


def test_drift_in_the_management_account_is_mended_too(stage):
    stage.rules = (MANAGEMENT_RULE,)
    stage.converge()
    stage.sandbox.delete_inline_policy(MANAGEMENT, "CadoResponseDiscoveryRole", "cado-management-discovery")
    assert [item.account for item in verify(stage.tools(), drift=True).tampered] == [MANAGEMENT]
    plan, outcome = stage.converge()
    assert {change.change for change in plan.changes} == {ChangeKind.REPAIR}
    assert outcome.is_converged
    assert verify(stage.tools(), drift=True).is_converged


def test_drift_of_an_account_that_is_left_alone_is_no_business_of_ours(stage):
    stage.converge()
    stage.sandbox.delete_inline_policy(REST[0], SPOKE_ROLE, CHECKS_SET)
    assert verify(stage.tools(), drift=True).tampered
    stage.rules += (rule("off", {"account": [REST[0]]}, exclude=True, because="sold"),)
    assert stage.plan().operations == ()
    assert verify(stage.tools()).is_converged
    assert verify(stage.tools(), drift=True).is_converged


def test_a_stack_that_was_deleted_by_hand_is_told_and_made_anew(stage):
    """AWS lists its instance as CURRENT until somebody looks."""
    stage.converge()
    stage.sandbox.delete_stack(REST[0], CHECKS_SET)
    assert stage.plan().operations == ()
    (found,) = verify(stage.tools(), drift=True).tampered
    assert (found.account, found.stack_set) == (REST[0], CHECKS_SET)
    assert "does not exist" in found.detail
    assert [(item.account, item.stack_set) for item in verify(stage.tools()).tampered] == [(REST[0], CHECKS_SET)]
    plan, outcome = stage.converge()
    assert [(change.change, *change.accounts, change.stack_set) for change in plan.changes] == [(ChangeKind.REPAIR, REST[0], CHECKS_SET)]
    assert outcome.is_converged
    assert verify(stage.tools(), drift=True).is_converged


def test_an_update_that_found_no_stack_names_the_way_that_makes_it_anew(stage):
    stage.converge()
    assert {stage.sandbox.delete_stack(REST[0], name) for name in (CHECKS_SET, EC2_SET, ROLE_SET)} == {"DELETE_COMPLETE"}
    stage.spoke, stage.tolerance = {"max_session": "2h"}, 50
    _, outcome = stage.converge()
    (failure,) = outcome.failed
    assert (failure.account, "orchestrator verify --drift" in failure.hint) == (REST[0], True)
    assert {item.account for item in verify(stage.tools(), drift=True).tampered} == {REST[0]}
    assert stage.converge()[1].is_converged
    assert verify(stage.tools(), drift=True).is_converged
