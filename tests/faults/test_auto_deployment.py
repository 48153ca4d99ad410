"""Somebody switched automatic deployment on: accounts get grants without a rule, until a plan switches it off and takes them back."""

import pytest

from orchestrator.errors import RefusedError
from orchestrator.execution.obstruction import Groundwork
from orchestrator.execution.run_state import Attempt, OperationState, RunState
from orchestrator.model.operation import StopAutoDeployment
from orchestrator.model.outcome import OperationStatus
from orchestrator.model.plan import ChangeKind
from orchestrator.model.state import Condition
from orchestrator.runs import verify
from orchestrator.sandbox.faults import Failure
from tests.faults.stage import CHECKS_SET, REST, WORKLOADS

NEWCOMER = "300000000009"


def switch_on(stage, name=CHECKS_SET):
    keys = [item["ParameterKey"] for item in stage.client().describe_stack_set(StackSetName=name)["StackSet"]["Parameters"]]
    stage.client().update_stack_set(
        StackSetName=name,
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": key, "UsePreviousValue": True} for key in keys],
        Capabilities=["CAPABILITY_NAMED_IAM"],
        AutoDeployment={"Enabled": True, "RetainStacksOnAccountRemoval": False},
    )
    wait(stage, name)


def wait(stage, name=CHECKS_SET):
    """Until AWS works on nothing in the StackSet any more."""
    while any(row["Status"] in ("QUEUED", "RUNNING") for row in stage.client().list_stack_set_operations(StackSetName=name)["Summaries"]):
        stage.tools().clock.sleep(0.01)


def holders(stage, name=CHECKS_SET):
    rows = stage.client().list_stack_instances(StackSetName=name)["Summaries"]
    return {row["Account"]: Condition(row["Status"]) for row in rows}


def test_it_is_told_switched_off_first_and_what_it_granted_is_revoked(stage):
    stage.converge()
    switch_on(stage)
    stage.sandbox.add_account(NEWCOMER, name="newcomer", ou_path="/Other")
    wait(stage)
    assert NEWCOMER in holders(stage)
    assert [(item.account, item.stack_set) for item in verify(stage.tools()).outdated] == [(None, CHECKS_SET)]
    plan = stage.plan()
    assert isinstance(plan.operations[0], StopAutoDeployment)
    assert any("automatic deployment" in notice and CHECKS_SET in notice for notice in plan.notices)
    assert [(change.change, *change.accounts) for change in plan.changes] == [(ChangeKind.REVOKE, NEWCOMER)]
    outcome = stage.apply(plan)
    assert outcome.is_converged, outcome
    stage.sandbox.add_account("300000000010", name="the next", ou_path="/Other")
    wait(stage)
    assert holders(stage) == dict.fromkeys(WORKLOADS, Condition.CURRENT)
    assert stage.plan().operations == ()


def test_alone_it_is_reason_enough_for_a_plan(stage):
    stage.converge()
    switch_on(stage)
    plan, outcome = stage.converge()
    assert [type(operation) for operation in plan.operations] == [StopAutoDeployment]
    assert plan.changes == ()
    assert outcome.is_converged
    assert verify(stage.tools()).is_converged


def test_switched_on_behind_a_plan_makes_it_stale(stage):
    stage.converge()
    stage.grants = ("spoke-checks", "spoke-ec2", "spoke-kms")
    plan = stage.plan()
    switch_on(stage)
    with pytest.raises(RefusedError, match=f"automatic deployment of StackSet {CHECKS_SET} was switched on"):
        stage.apply(plan)


def test_an_account_that_fails_meanwhile_is_mended_by_the_next_plan(stage):
    stage.converge()
    switch_on(stage)
    stage.sandbox.faults.failures.append(Failure(account=REST[0], times=1))
    _, outcome = stage.converge()
    assert [(item.account, item.stack_set) for item in outcome.verification.outdated] == [(REST[0], CHECKS_SET)]
    _, outcome = stage.converge()
    assert outcome.is_converged
    assert holders(stage) == dict.fromkeys(WORKLOADS, Condition.CURRENT)


def test_what_it_did_to_instances_that_were_behind_makes_no_plan_stale(stage):
    """AWS passes over every instance with the setting: one that was OUTDATED may be CURRENT after, or still fail."""
    stage.converge()
    stage.sandbox.faults.failures = [Failure(account=REST[0], stack=CHECKS_SET, times=2)]
    switch_on(stage)
    assert holders(stage)[REST[0]] is Condition.OUTDATED
    plan = stage.plan()
    assert [operation.wave for operation in plan.operations] == ["canary", "everyone"]
    assert stage.apply(plan, until="canary").stopped_after == "canary"
    assert holders(stage)[REST[0]] is Condition.OUTDATED
    assert stage.apply(plan).is_converged


def test_where_it_cannot_be_switched_off_nothing_else_is_done(stage):
    stage.converge()
    switch_on(stage)
    stage.sandbox.add_account(NEWCOMER, name="newcomer", ou_path="/Other")
    wait(stage)
    plan = stage.plan()
    groundwork = Groundwork(plan.operations)
    refused = Attempt(1, "id", (), OperationStatus.FAILED, (), is_refused=True)
    state = RunState({plan.operations[0].id: OperationState((refused,))})
    later = [operation for operation in plan.operations[1:] if operation.place.name == CHECKS_SET]
    assert later
    assert all(groundwork.obstruction(operation, state).whole for operation in later)
