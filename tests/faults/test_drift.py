"""Somebody changed something by hand in an account: found by drift detection, and repaired by a plan like anything else."""

import json

import pytest

from orchestrator.model.operation import CreateInstances, DeleteInstances, Update, UpdateInstances
from orchestrator.model.plan import ChangeKind
from orchestrator.planning.safety import Allowances
from orchestrator.runs import Intent, verify
from tests.faults.stage import CANARIES, CHECKS_SET, EC2_SET, MANAGEMENT, MANAGEMENT_RULE, REST, ROLE_SET, Stage
from tests.worlds.rollouts import rule

SPOKE_ROLE = "CadoResponseCrossAccountRole"
STRANGER = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]})


@pytest.fixture
def deployed(stage: Stage) -> Stage:
    """A few grants, of which any may be repaired."""
    stage.safety = {"max_repaired_percent": 100}
    stage.converge()
    return stage


def found_by_drift(stage: Stage):
    return {(item.account, item.stack_set) for item in verify(stage.tools(), drift=True).tampered}


def policy_of(stage: Stage, account: str, name: str):
    return stage.iam(account).get_role_policy(RoleName=SPOKE_ROLE, PolicyName=name)["PolicyDocument"]


def put(stage: Stage, account: str, name: str, document) -> None:
    stage.sandbox.put_inline_policy(account, SPOKE_ROLE, name, json.dumps(document))


def check_repaired(stage: Stage, outcome) -> None:
    """Without another look, and with one."""
    assert outcome.is_converged, outcome
    assert verify(stage.tools()).is_converged
    assert stage.plan().operations == ()
    assert verify(stage.tools(), drift=True).is_converged
    assert stage.plan().operations == ()


def test_a_policy_changed_by_hand_is_written_again_in_place(deployed):
    before = policy_of(deployed, REST[0], CHECKS_SET)
    widened = {**before, "Statement": [*before["Statement"], {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]}
    put(deployed, REST[0], CHECKS_SET, widened)
    assert deployed.plan().operations == ()
    assert found_by_drift(deployed) == {(REST[0], CHECKS_SET)}
    assert [item.account for item in verify(deployed.tools()).tampered] == [REST[0]]
    plan, outcome = deployed.converge()
    assert [(change.change, *change.accounts, change.stack_set) for change in plan.changes] == [(ChangeKind.REPAIR, REST[0], CHECKS_SET)]
    assert "new iam:*; written again in place" in plan.changes[0].because
    assert [type(operation) for operation in plan.operations] == [UpdateInstances]
    after = policy_of(deployed, REST[0], CHECKS_SET)
    assert after["Statement"][0].pop("Sid").startswith(before["Statement"][0].pop("Sid"))
    assert after == before
    check_repaired(deployed, outcome)


def test_what_is_altered_a_second_time_is_written_again_too(deployed):
    for _ in range(2):
        put(deployed, REST[0], CHECKS_SET, {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]})
        assert found_by_drift(deployed) == {(REST[0], CHECKS_SET)}
        _, outcome = deployed.converge()
        check_repaired(deployed, outcome)


def test_a_policy_taken_off_by_hand_is_made_anew(deployed):
    """There is nothing to update, and nothing to lose."""
    deployed.sandbox.delete_inline_policy(REST[0], SPOKE_ROLE, CHECKS_SET)
    assert found_by_drift(deployed) == {(REST[0], CHECKS_SET)}
    plan, outcome = deployed.converge()
    assert [type(operation) for operation in plan.operations] == [DeleteInstances, CreateInstances]
    assert any("iam:SimulatePrincipalPolicy" in row.gains for row in plan.permissions)
    check_repaired(deployed, outcome)


def test_a_trust_policy_changed_by_hand_is_written_again_and_the_role_stays(deployed):
    role = deployed.iam(REST[0]).get_role(RoleName=SPOKE_ROLE)["Role"]
    deployed.iam(REST[0]).update_assume_role_policy(RoleName=SPOKE_ROLE, PolicyDocument=STRANGER)
    deployed.iam(REST[0]).update_role(RoleName=SPOKE_ROLE, MaxSessionDuration=3600)
    assert found_by_drift(deployed) == {(REST[0], ROLE_SET)}
    plan, outcome = deployed.converge()
    assert [(type(operation), operation.place.name) for operation in plan.operations] == [(UpdateInstances, ROLE_SET)]
    assert plan.summary.roles_repaired == 1
    check_repaired(deployed, outcome)
    after = deployed.iam(REST[0]).get_role(RoleName=SPOKE_ROLE)["Role"]
    assert (after["RoleId"], after["MaxSessionDuration"]) == (role["RoleId"], role["MaxSessionDuration"])


def test_a_role_deleted_by_hand_is_left_until_roles_may_be_replaced(deployed):
    deployed.sandbox.delete_role(CANARIES[0], SPOKE_ROLE)
    assert found_by_drift(deployed) >= {(CANARIES[0], ROLE_SET)}
    plan = deployed.plan()
    assert not any(operation.place.name == ROLE_SET for operation in plan.operations)
    (warning,) = (text for text in plan.warnings if ROLE_SET in text)
    assert "--replace-roles" in warning
    assert CANARIES[0] in warning
    plan = deployed.plan(Intent(allowed=Allowances(replace_roles=True)))
    assert plan.header.overrides == ("--replace-roles",)
    assert {(account, change.stack_set) for change in plan.changes for account in change.accounts} == {
        (CANARIES[0], name) for name in (ROLE_SET, CHECKS_SET, EC2_SET)
    }
    check_repaired(deployed, deployed.apply(plan))


def test_drift_in_the_management_account_is_repaired_too(deployed):
    deployed.rules = (MANAGEMENT_RULE,)
    deployed.converge()
    name, role = "cado-management-discovery", "CadoResponseDiscoveryRole"
    for _ in range(2):
        put_policy = deployed.sandbox.put_inline_policy
        put_policy(MANAGEMENT, role, name)
        assert found_by_drift(deployed) == {(MANAGEMENT, name)}
        plan, outcome = deployed.converge()
        assert [type(operation) for operation in plan.operations] == [Update]
        check_repaired(deployed, outcome)
    deployed.sandbox.delete_inline_policy(MANAGEMENT, role, name)
    assert found_by_drift(deployed) == {(MANAGEMENT, name)}
    plan, outcome = deployed.converge()
    assert {change.change for change in plan.changes} == {ChangeKind.REPAIR}
    check_repaired(deployed, outcome)


def test_drift_in_an_excluded_account_is_not_repaired(deployed):
    deployed.sandbox.delete_inline_policy(REST[0], SPOKE_ROLE, CHECKS_SET)
    assert found_by_drift(deployed)
    deployed.rules += (rule("off", {"account": [REST[0]]}, exclude=True, because="sold"),)
    assert deployed.plan().operations == ()
    assert verify(deployed.tools()).is_converged
    assert verify(deployed.tools(), drift=True).is_converged


def test_a_stack_deleted_by_hand_is_found_by_the_failed_detection_and_made_anew(deployed):
    """AWS lists its instance as CURRENT all the while, and as in sync if it was once."""
    verify(deployed.tools(), drift=True)
    deployed.sandbox.delete_stack(REST[0], CHECKS_SET)
    assert deployed.plan().operations == ()
    assert found_by_drift(deployed) == {(REST[0], CHECKS_SET)}
    assert "its stack was deleted" in verify(deployed.tools()).tampered[0].detail
    plan, outcome = deployed.converge()
    assert [(change.change, *change.accounts, change.stack_set) for change in plan.changes] == [(ChangeKind.REPAIR, REST[0], CHECKS_SET)]
    check_repaired(deployed, outcome)


def test_an_account_that_cannot_be_looked_at_is_no_difference_to_repair(deployed):
    deployed.sandbox.faults.change({"failures": [{"account": REST[0], "reason": "Access denied"}]})
    found = verify(deployed.tools(), drift=True)
    assert found.tampered == ()
    assert {item.account for item in found.unreachable} == {REST[0]}
    deployed.sandbox.faults.reset()
    assert deployed.plan().operations == ()


def test_an_update_that_found_no_stack_names_the_way_that_makes_it_anew(deployed):
    """No role is deleted for it: there is none."""
    assert {deployed.sandbox.delete_stack(REST[0], name) for name in (CHECKS_SET, EC2_SET, ROLE_SET)} == {"DELETE_COMPLETE"}
    deployed.spoke, deployed.tolerance = {"max_session": "2h"}, 50
    _, outcome = deployed.converge()
    (failure,) = outcome.failed
    assert (failure.account, "orchestrator verify --drift" in failure.hint) == (REST[0], True)
    assert found_by_drift(deployed) == {(REST[0], name) for name in (CHECKS_SET, EC2_SET, ROLE_SET)}
    check_repaired(deployed, deployed.converge()[1])
