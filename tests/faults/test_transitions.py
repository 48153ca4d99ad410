"""Changes of the configuration on a local AWS that refuses what IAM refuses: one apply each, and nothing left to do."""

import json

import pytest

from orchestrator.permissions.trust import trust_of
from orchestrator.runs import verify
from orchestrator.sandbox.iam_store import IamStore
from tests.faults.stage import CANARIES, HUB, HUB_RULE, REST, ROLE_SET, SPARE, WORKLOADS
from tests.faults.test_crashes import CrashingStore
from tests.worlds.fakes import SimulatedCrash
from tests.worlds.rollouts import rule

LEAVING = rule("divested", {"account": [REST[0]]}, withhold="all")


def test_a_spoke_leaves_while_the_role_of_spokes_changes(stage):
    stage.converge()
    stage.rules, stage.spoke = (HUB_RULE, LEAVING, rule("a spare one", {"account": [SPARE]}, grant=["spoke-checks"])), {"max_session": "1h"}
    check_done_in_one_apply(stage)


def test_the_hub_moves(stage):
    stage.converge()
    stage.hub = SPARE
    plan = check_done_in_one_apply(stage)
    last = [operation for operation in plan.operations if operation.place.name != ROLE_SET][-2:]
    assert any(HUB in operation.accounts for operation in last)
    assert {trusted_in(account) for account in WORKLOADS} == {frozenset({SPARE})}


def trusted_in(account):
    """The hubs that the role of a spoke trusts, as IAM shows it there."""
    document = IamStore(account).need_role("CadoResponseCrossAccountRole").assume_role_policy_document
    return frozenset(arn.split(":")[4] for arn in trust_of(json.loads(document)).properties()["assumed by"])


def test_a_hub_that_moves_is_trusted_beside_the_old_one_as_far_as_the_waves_have_come(stage):
    stage.converge()
    stage.hub = SPARE
    plan = stage.plan()
    assert stage.apply(plan, until="canary").stopped_after == "canary"
    assert {trusted_in(account) for account in CANARIES} == {frozenset({HUB, SPARE})}
    assert {trusted_in(account) for account in REST} == {frozenset({HUB})}
    assert stage.apply(plan).is_converged
    assert {trusted_in(account) for account in WORKLOADS} == {frozenset({SPARE})}
    assert stage.plan().operations == ()


def test_a_move_that_is_given_up_half_way_goes_back_by_another_plan(stage):
    stage.converge()
    stage.hub = SPARE
    stage.apply(stage.plan(), until="canary")
    stage.hub = HUB
    check_done_in_one_apply(stage)
    assert {trusted_in(account) for account in WORKLOADS} == {frozenset({HUB})}


@pytest.mark.parametrize("boundary", [8, 13, 18, 23, 28, 33])
def test_a_crash_while_the_hub_moves_is_made_good(stage, boundary):
    stage.converge()
    stage.hub = SPARE
    plan = stage.plan()
    with pytest.raises(SimulatedCrash):
        stage.apply(plan, stage.tools(lambda store: CrashingStore(store, boundary, after=boundary % 2 == 1)))
    assert stage.apply(plan).is_converged
    assert set(stage.submitted(plan).values()) == {1}
    assert {trusted_in(account) for account in WORKLOADS} == {frozenset({SPARE})}
    assert stage.plan().operations == ()


def test_the_hub_moves_to_a_spoke_and_becomes_one(stage):
    stage.converge()
    stage.hub = REST[0]
    stage.rules = (HUB_RULE, rule("the old hub", {"account": [HUB]}, grant=["spoke-checks"]))
    check_done_in_one_apply(stage)


def check_done_in_one_apply(stage):
    plan, outcome = stage.converge()
    assert [failure.reason for failure in outcome.failed] == []
    assert plan.operations
    assert outcome.is_converged
    assert stage.plan().operations == ()
    assert verify(stage.tools()).is_converged
    return plan
