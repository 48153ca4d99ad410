"""AWS has several operations of a StackSet when the run ends, dies or goes wrong: each is accounted for, and done once."""

import pytest

from orchestrator.errors import InterruptedRunError
from orchestrator.execution.events import OperationAdopted
from orchestrator.model.operation import CreateInstances
from orchestrator.sandbox.faults import Failure
from tests.faults.stage import REST, ROLE_SET
from tests.faults.test_crashes import CrashingStore
from tests.worlds.fakes import SimulatedCrash


@pytest.fixture
def stage(stage, monkeypatch):
    """Blocks of one account: the role has seven in the last wave."""
    monkeypatch.setattr("orchestrator.planning.batches.MAX_ACCOUNTS", 1)
    stage.rules, stage.grants = (), ("spoke-checks",)
    stage.sandbox.faults.seconds_per_instance = 0.05
    return stage


def queued(stage):
    """How many operations on the role AWS has not begun with."""
    rows = stage.client().list_stack_set_operations(StackSetName=ROLE_SET)["Summaries"]
    return sum(row["Status"] == "QUEUED" for row in rows)


@pytest.mark.parametrize("boundary", range(22, 68, 9))
def test_a_crash_at_any_write_is_made_good(stage, seed, boundary):
    plan = stage.plan()
    assert len([operation for operation in plan.operations if isinstance(operation, CreateInstances)]) > len(REST) * 2
    after = (boundary + seed) % 2 == 0
    with pytest.raises(SimulatedCrash):
        stage.apply(plan, stage.tools(lambda store: CrashingStore(store, boundary, after=after)))
    stage.check_converged(plan, stage.apply(plan))


def test_interrupted_with_a_queue_in_aws_it_leaves_the_queue_and_takes_it_up_again(stage):
    plan = stage.plan()
    stage.apply(plan, until="canary")
    stage.sandbox.faults.hold_accounts = [REST[1]]
    with pytest.raises(InterruptedRunError, match="operations go on in AWS"):
        stage.apply(plan, is_interrupted=lambda: queued(stage) > 1)
    stage.sandbox.faults.hold_accounts = []
    outcome = stage.apply(plan)
    assert len([event for event in stage.events if isinstance(event, OperationAdopted)]) > 1
    stage.check_converged(plan, outcome)


def test_a_block_that_fails_fails_alone_and_is_tried_again(stage):
    stage.tolerance = 100
    plan = stage.plan()
    stage.sandbox.faults.failures = [Failure(account=REST[2], stack=ROLE_SET, times=1)]
    outcome = stage.apply(plan)
    assert {failure.account for failure in outcome.failed} == {REST[2]}
    outcome = stage.apply(plan)
    assert outcome.failed == ()
    assert outcome.verification.is_converged
    assert stage.plan().operations == ()
