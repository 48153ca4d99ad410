"""The world changed between plan and apply, or somebody else's hand is in it: refused with what changed, never guessed."""

import pytest

from orchestrator.errors import ConfigurationError, RefusedError
from orchestrator.model.plan import Purpose
from orchestrator.runs import Intent, verify
from orchestrator.runs import plan as make_plan
from tests.faults.stage import CANARIES, CHECKS_SET, HUB, MANAGEMENT_RULE, REST, ROLE_SET, SPARE
from tests.worlds.rollouts import rule


def refused(stage, plan):
    before = stage.sent()
    with pytest.raises(RefusedError) as caught:
        stage.apply(plan)
    assert stage.sent() == before
    assert caught.value.exit_code == 3
    return caught.value


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda sandbox: sandbox.move_account(REST[0], "/Other"), "moved"),
        (lambda sandbox: sandbox.set_state(REST[0], "SUSPENDED"), "SUSPENDED"),
        (lambda sandbox: sandbox.remove_account(REST[0]), "no longer"),
    ],
    ids=["moved", "suspended", "left"],
)
def test_an_account_changed(stage, change, said):
    plan = stage.plan()
    change(stage.sandbox)
    error = refused(stage, plan)
    assert error.refusal == "stale_plan"
    assert REST[0] in error.message
    assert said in error.message


TAGGED = {"all": [{"ou": "/Workloads"}, {"not": {"not": {"tag": {"team": "nobody"}}}}]}
OPTING_OUT = rule("opting out", TAGGED, withhold=["spoke-ec2"], because="owner")


def test_an_account_opted_out_by_tag_after_the_plan(stage):
    stage.rules += (OPTING_OUT,)
    plan = stage.plan()
    stage.sandbox.set_tags(REST[0], {"team": "nobody"})
    error = refused(stage, plan)
    assert error.refusal == "stale_plan"
    assert f"account {REST[0]}" in error.message
    assert "team" in error.message


def test_a_tag_no_rule_looks_at_makes_nothing_stale(stage):
    stage.rules += (OPTING_OUT,)
    plan = stage.plan()
    stage.sandbox.set_tags(REST[0], {"team": "payments", "cost-center": "4711"})
    stage.check_converged(plan, stage.apply(plan))


def test_somebody_deleted_an_instance(stage):
    plan = stage.plan()
    stage.apply(plan, until="canary")
    stage.client().delete_stack_instances(
        StackSetName=CHECKS_SET,
        DeploymentTargets={"OrganizationalUnitIds": ["r-ab12"], "Accounts": [CANARIES[0]], "AccountFilterType": "INTERSECTION"},
        Regions=["us-east-1"],
        RetainStacks=False,
    )
    error = refused(stage, plan)
    assert error.refusal == "stale_plan"
    assert CHECKS_SET in error.message


def test_a_plan_with_nothing_to_do_is_stale_once_there_is_something(stage):
    stage.converge()
    plan = stage.plan()
    assert plan.operations == ()
    assert stage.apply(plan).is_converged
    stage.client().delete_stack_instances(
        StackSetName=CHECKS_SET,
        DeploymentTargets={"OrganizationalUnitIds": ["r-ab12"], "Accounts": [REST[0]], "AccountFilterType": "INTERSECTION"},
        Regions=["us-east-1"],
        RetainStacks=False,
    )
    assert refused(stage, plan).refusal == "stale_plan"


def test_a_foreign_stack_set_in_our_way_is_a_violation(stage):
    stage.sandbox.make_foreign_stack_set(CHECKS_SET)
    plan = stage.plan()
    assert [violation.kind for violation in plan.violations] == ["foreign_stack_set"]
    assert refused(stage, plan).refusal == "violations"


def test_an_organization_that_suddenly_looks_small_is_not_believed(stage):
    stage.converge()
    for account in REST:
        stage.sandbox.remove_account(account)
    plan = stage.plan()
    assert "missing_accounts" in {violation.kind for violation in plan.violations}
    assert refused(stage, plan).refusal == "violations"


def test_an_organization_without_its_hub_is_not_planned_for(stage):
    stage.converge()
    for account in (*CANARIES, *REST, SPARE, HUB):
        stage.sandbox.remove_account(account)
    before = stage.sent()
    with pytest.raises(ConfigurationError, match=HUB):
        stage.plan()
    assert stage.sent() == before


def test_destruction_takes_group_sets_before_roles(stage):
    stage.rules += (MANAGEMENT_RULE,)
    stage.converge()
    plan = make_plan(stage.tools(), Intent(Purpose.DESTROY))
    assert stage.apply(plan).is_converged
    gone = [call.target for call in stage.sandbox.journal.writes() if call.operation == "DeleteStackSet" and call.answer == "ok"]
    assert gone.index(CHECKS_SET) < gone.index(ROLE_SET)
    assert make_plan(stage.tools(), Intent(Purpose.DESTROY)).operations == ()
    assert not verify(stage.tools()).unexpected
