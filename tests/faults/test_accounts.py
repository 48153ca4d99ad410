"""Accounts fail, in whole waves or alone; what AWS calls OUTDATED or INOPERABLE is repaired or explained."""

from orchestrator.execution import events
from orchestrator.model.outcome import OperationStatus
from orchestrator.runs import verify
from orchestrator.sandbox.faults import Failure
from tests.faults.stage import CANARIES, CHECKS_SET, EC2_SET, REST, ROLE_SET
from tests.worlds.rollouts import rule


def test_a_failing_account_is_named_holds_back_what_builds_on_it_and_is_retried_alone(stage):
    stage.tolerance = 50
    stage.sandbox.faults.failures = [Failure(account=REST[0], stack=ROLE_SET)]
    plan, outcome = stage.converge()
    assert [(failure.account, failure.stack_set) for failure in outcome.failed] == [(REST[0], ROLE_SET)]
    assert "service control policy" in outcome.failed[0].reason
    assert not outcome.is_converged
    before = stage.executed()
    holders = {account for call in (CHECKS_SET, EC2_SET) for account in holders_of(stage, call)}
    assert holders == {*CANARIES, *REST[1:]}
    stage.sandbox.faults.failures = []
    assert stage.apply(plan).is_converged
    assert verify(stage.tools()).is_converged
    assert len(stage.executed() - before) == 3
    assert set(stage.submitted(plan).values()) == {1}


def holders_of(stage, name):
    pages = stage.client().get_paginator("list_stack_instances").paginate(StackSetName=name)
    return [row["Account"] for page in pages for row in page["Summaries"]]


def test_an_account_that_fails_once_in_every_set_converges_on_the_next_run(stage):
    stage.tolerance = 100
    stage.sandbox.faults.failures = [Failure(account=REST[1], stack=name, times=1) for name in (ROLE_SET, CHECKS_SET, EC2_SET)]
    plan, outcome = stage.converge()
    runs = 1
    while outcome.failed:
        assert {failure.account for failure in outcome.failed} == {REST[1]}
        outcome, runs = stage.apply(plan), runs + 1
        assert runs < 6
    assert runs > 1
    assert verify(stage.tools()).is_converged


def test_too_many_failures_hold_the_next_wave(stage):
    stage.sandbox.faults.failures = [Failure(account=CANARIES[0], stack=ROLE_SET)]
    plan, outcome = stage.converge()
    assert any(isinstance(event, events.WaveHeld) for event in stage.events)
    late = {operation.id for operation in plan.operations if operation.wave == "everyone"}
    assert {result.status for result in outcome.operations if result.id in late} == {OperationStatus.PENDING}
    assert set(holders_of(stage, ROLE_SET)) <= set(CANARIES)
    stage.sandbox.faults.failures = []
    assert stage.apply(plan).is_converged
    assert verify(stage.tools()).is_converged


def test_until_a_wave_and_on(stage):
    plan = stage.plan()
    outcome = stage.apply(plan, until="canary")
    assert outcome.stopped_after == "canary"
    assert set(holders_of(stage, CHECKS_SET)) == set(CANARIES)
    stage.check_converged(plan, stage.apply(plan))


def test_outdated_instances_are_repaired_by_the_next_plan(stage):
    stage.converge()
    stage.spoke, stage.tolerance = {"external_id": "tenant-two"}, 50
    stage.sandbox.faults.failures = [Failure(account=REST[0], stack=ROLE_SET, action="UPDATE")]
    _, outcome = stage.converge()
    assert [failure.account for failure in outcome.failed] == [REST[0]]
    assert [item.account for item in verify(stage.tools()).outdated] == [REST[0]]
    stage.sandbox.faults.failures = []
    plan, outcome = stage.converge()
    assert outcome.is_converged
    assert {account for change in plan.changes for account in change.accounts} == {REST[0]}
    assert verify(stage.tools()).is_converged


def test_an_instance_that_cannot_be_deleted_is_explained_and_deleted_later(stage):
    stage.converge()
    stage.rules += (rule("off", {"account": [REST[0]]}, withhold=["spoke-ec2"], because="test"),)
    stage.sandbox.faults.failures = [Failure(account=REST[0], stack=EC2_SET, action="DELETE")]
    _, outcome = stage.converge()
    assert [(failure.account, failure.stack_set) for failure in outcome.failed] == [(REST[0], EC2_SET)]
    assert outcome.failed[0].hint
    found = verify(stage.tools())
    assert {item.account for item in (*found.unexpected, *found.unhealthy)} == {REST[0]}
    stage.sandbox.faults.failures = []
    _, outcome = stage.converge()
    assert outcome.is_converged
    assert verify(stage.tools()).is_converged
