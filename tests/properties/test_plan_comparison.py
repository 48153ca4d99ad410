"""What holds for the differences of any two plans of one rollout."""

from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import Plan, Purpose
from orchestrator.model.plan_difference import Intention
from orchestrator.planning.plan_comparison import compare_plans
from tests.properties.reproduction import given
from tests.properties.strategies import worlds
from tests.worlds.world import World


def intentions(plan: Plan) -> dict[tuple[str, AccountId], Intention]:
    return {(row.stack_set, account): Intention(row.change, row.because) for row in plan.changes for account in row.accounts}


@given(worlds())
def test_of_one_plan_and_the_differences_the_other_follows(world: World):
    before, after = world.plan(), world.plan(Purpose.DESTROY)
    follows = intentions(before)
    for row in compare_plans(before, after).changes:
        for account in row.accounts:
            assert follows.pop((row.stack_set, account), None) == row.before
            follows |= {(row.stack_set, account): row.after} if row.after else {}
    assert follows == intentions(after)


@given(worlds())
def test_a_plan_differs_in_nothing_from_itself_and_is_done_once_it_is_applied(world: World):
    plan = world.plan()
    assert compare_plans(plan, plan).is_empty
    applied = compare_plans(plan, world.carry_out(plan).plan())
    assert {row.is_done for row in applied.changes if row.after is None} <= {True}
