"""Changes of the configuration on a local AWS that refuses what IAM refuses: one apply each, and nothing left to do."""

from orchestrator.runs import verify
from tests.faults.stage import HUB, HUB_RULE, REST, SPARE
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
    assert HUB in plan.operations[-1].accounts


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
