"""How long a plan is expected to take follows from its order."""

from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Create, Operation
from orchestrator.model.rollout import Pace
from orchestrator.model.state import Place
from orchestrator.planning.estimate import Estimate, estimate
from tests.worlds.plans import NEW, POLICY, ROLE, grants, key

MANY = [AccountId(f"{number:012}") for number in range(250)]


def test_stacksets_run_side_by_side_blocks_of_one_in_order_and_waves_one_after_the_other():
    operations: list[Operation] = [
        Create(id=key(1), place=Place(ROLE), wave="canary", definition=NEW),
        grants(2, ROLE, MANY[:100], after=[1]),
        grants(3, ROLE, MANY[100:200], after=[2]),
        grants(4, POLICY, MANY[:100], after=[2]),
        grants(5, ROLE, MANY[200:], "rest", after=[3]),
        grants(6, POLICY, MANY[100:], "rest", after=[4]),
    ]
    assert estimate(operations, Pace()) == Estimate(6, 500, 60, 100, seconds=240)


def test_what_has_ended_takes_no_time():
    assert estimate([grants(6, POLICY, MANY[:1], "rest", after=[4])], Pace()).seconds == 60
    assert estimate([], Pace()).seconds == 0


def test_fewer_accounts_at_once_take_longer():
    found = estimate([grants(1, ROLE, MANY[:100])], Pace(max_concurrent_percent=25))
    assert (found.instances_at_once, found.seconds) == (25, 240)
