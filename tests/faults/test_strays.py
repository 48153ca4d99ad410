"""A service that passes over the filter of accounts, as two emulators do: the run stops at the first operation it does so with."""

import pytest

from orchestrator.execution.events import OperationStrayed
from orchestrator.execution.journal import Journal
from orchestrator.execution.records import Ending, RunEnded
from orchestrator.model.operation import CreateInstances
from tests.faults.stage import CANARIES, HUB, REST, ROLE_SET, SPARE, WORKLOADS
from tests.worlds.rollouts import rule


@pytest.fixture
def deaf(monkeypatch):
    """From now on every operation works on all accounts of the organization."""
    return lambda: monkeypatch.setattr("orchestrator.sandbox.targets._filtered", lambda inside, targets, listed: inside)


def test_a_role_in_accounts_that_were_not_named_stops_the_run(stage, deaf):
    stage.rules = ()
    plan = stage.plan()
    deaf()
    outcome = stage.apply(plan)
    named = {account for operation in plan.operations if isinstance(operation, CreateInstances) for account in operation.accounts}
    strays = {(stray.stack_set, stray.account) for stray in outcome.strays}
    assert strays == {(ROLE_SET, HUB), (ROLE_SET, SPARE)}
    assert {HUB, SPARE}.isdisjoint(named)
    assert outcome.failed[: len(strays)] == outcome.strays
    assert len(stage.executed()) == 1, "nothing was started after it"
    assert [event.strays for event in stage.events if isinstance(event, OperationStrayed)] == [outcome.strays]
    ends = [record for record in Journal(stage.tools().store, plan.digest).records() if isinstance(record, RunEnded)]
    assert [(end.ending, HUB in end.detail) for end in ends] == [(Ending.STRAYED, True)]


def test_instances_taken_from_accounts_that_were_not_named_stop_it_too(stage, deaf):
    stage.rules = ()
    stage.converge()
    stage.rules = (rule("spared", {"account": [REST[0]]}, withhold=["spoke-checks", "spoke-ec2"]),)
    before = stage.executed()
    deaf()
    outcome = stage.apply(stage.plan())
    assert {stray.account for stray in outcome.strays} == {*WORKLOADS} - {REST[0]}
    assert all("lost its instance" in stray.reason for stray in outcome.strays)
    assert len(stage.executed() - before) == len({stray.stack_set for stray in outcome.strays})


def test_operations_of_other_waves_and_of_earlier_runs_are_no_strays(stage):
    plan = stage.plan()
    assert stage.apply(plan, until="canary").strays == ()
    assert {*CANARIES} < {account for operation in plan.operations for account in operation.accounts}
    outcome = stage.apply(plan)
    assert outcome.strays == ()
    stage.check_converged(plan, outcome)
