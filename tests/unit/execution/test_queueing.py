"""Several operations on one StackSet are AWS's at a time, once one has gone well; whatever happens, each is done once."""

from dataclasses import replace

import pytest

from orchestrator.errors import InterruptedRunError
from orchestrator.execution import events
from orchestrator.execution.engine import Engine
from orchestrator.execution.journal import Journal
from orchestrator.execution.queueing import DEPTH
from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Create, DeleteInstances, Operation, Update, UpdateInstances
from orchestrator.model.state import Instance, Place, Unit
from orchestrator.planning.projection import project
from tests.worlds.clocks import FakeClock
from tests.worlds.fakes import FakeDeployer, Faults, Fuse, MemoryStore, SimulatedCrash
from tests.worlds.plans import CONTEXT, NEW, POLICY, ROLE, carry_out, grants, key, plan_of
from tests.worlds.states import state

BLOCKS = 6
MEMBERS = tuple(AccountId(f"{number:012}") for number in range(1, 2 * BLOCKS + 1))
PAIRS = tuple(MEMBERS[start : start + 2] for start in range(0, 2 * BLOCKS, 2))


def role_and_policy():
    """Both StackSets in six blocks of two accounts; a block of the policy builds on that of the role."""
    role = [grants(number, ROLE, pair, after=[1]) for number, pair in enumerate(PAIRS, 3)]
    policy = [grants(number + BLOCKS, POLICY, pair, after=[2, number]) for number, pair in enumerate(PAIRS, 3)]
    created = [Create(id=key(number), place=Place(name), wave="canary", definition=NEW) for number, name in ((1, ROLE), (2, POLICY))]
    return plan_of((*created, *role, *policy))


class Watched(FakeDeployer):
    """Writes down how many operations of each StackSet it has whenever it gets one."""

    def __init__(self, *arguments, **settings):
        super().__init__(*arguments, **settings)
        self.depths = []

    def _take(self, operation, operation_id):
        super()._take(operation, operation_id)
        there = [running for running in self._known.values() if running.operation.place == operation.place and not running.is_over]
        self.depths.append((operation.id, len(there)))


def test_the_first_block_goes_alone_and_then_aws_has_the_next_ones_before_it_is_through():
    plan, deployer = role_and_policy(), Watched({}, polls=3)
    outcome, _ = carry_out(plan, deployer, MemoryStore())
    assert outcome.is_converged
    depths = dict(deployer.depths)
    assert [depths[key(number)] for number in range(3, 3 + BLOCKS)] == [1, 1, 2, DEPTH, DEPTH, DEPTH]
    assert max(depths.values()) == DEPTH
    assert deployer.state == project(plan.operations, {})


def test_what_is_queued_is_no_news_until_aws_begins_with_it():
    _, happened = carry_out(role_and_policy(), FakeDeployer({}, polls=30), MemoryStore())
    progressed = [event.operation.id for event in happened if isinstance(event, events.OperationProgressed)]
    assert len(progressed) == len(set(progressed))
    finished = [event.operation.id for event in happened if isinstance(event, events.OperationFinished)]
    assert [key for key in finished if key in progressed] == progressed


def test_nothing_is_built_on_a_block_that_has_not_ended():
    class Strict(Watched):
        def _take(self, operation, operation_id):
            if operation.place.name == POLICY and operation.accounts:
                assert set(operation.accounts) <= self.state[Place(ROLE)].instances.keys()
            super()._take(operation, operation_id)

    assert carry_out(role_and_policy(), Strict({}, polls=2), MemoryStore())[0].is_converged


def test_after_a_failure_nothing_is_queued_until_a_block_has_ended_without_one():
    deployer = Watched({}, polls=3, faults=Faults(failing={(ROLE, PAIRS[1][0]): 1}))
    outcome, _ = carry_out(role_and_policy(), deployer, MemoryStore())
    assert [failure.account for failure in outcome.failed] == [PAIRS[1][0]]
    sent = [depth for name, depth in deployer.depths if name in {key(number) for number in range(3, 3 + BLOCKS)}]
    assert sent == [1, 1, 2, DEPTH, 2, DEPTH]


@pytest.mark.parametrize("boundary", range(0, 165, 3))
def test_killed_at_any_boundary_with_a_queue_in_aws_nothing_is_lost_and_nothing_done_twice(boundary):
    plan, fuse = role_and_policy(), Fuse(boundary)
    store, deployer = MemoryStore(fuse), FakeDeployer({}, polls=2, fuse=fuse)
    with pytest.raises(SimulatedCrash):
        carry_out(plan, deployer, store)
    outcome, _ = carry_out(plan, deployer, store)
    assert outcome.is_converged
    assert deployer.state == project(plan.operations, {})
    assert set(deployer.executions.values()) == {1}
    assert len(deployer.sent) == len(plan.operations)


def test_interrupted_it_says_what_aws_begins_with_later_and_the_next_run_takes_it_up():
    plan, store, deployer = role_and_policy(), MemoryStore(), FakeDeployer({}, polls=3)
    context = replace(CONTEXT, is_interrupted=lambda: len(engine._flights.queued) == DEPTH - 1)
    engine = Engine(plan, deployer, Journal(store, plan.digest), FakeClock(), context)
    with pytest.raises(InterruptedRunError, match=r"operations go on in AWS, 2 of them after the others there"):
        list(engine.run())
    outcome, happened = carry_out(plan, deployer, store)
    assert len([event for event in happened if isinstance(event, events.OperationAdopted)]) >= DEPTH
    assert outcome.is_converged
    assert set(deployer.executions.values()) == {1}


def test_a_definition_and_what_touches_the_same_accounts_wait_for_the_end():
    before = state({ROLE: Unit(NEW, dict.fromkeys(MEMBERS, Instance()))})
    place = Place(ROLE)
    operations: list[Operation] = [
        UpdateInstances(id=key(1), place=place, wave="canary", accounts=PAIRS[0]),
        DeleteInstances(id=key(2), place=place, wave="canary", accounts=PAIRS[0]),
        grants(3, ROLE, PAIRS[0]),
        Update(id=key(4), place=place, wave="canary", accounts=PAIRS[1], definition=NEW),
        UpdateInstances(id=key(5), place=place, wave="canary", accounts=PAIRS[2]),
    ]
    deployer = Watched(before, polls=2)
    assert carry_out(plan_of(operations, before), deployer, MemoryStore())[0].is_converged
    assert [depth for _, depth in deployer.depths] == [1] * len(operations)
    assert deployer.overlaps == []


def test_behind_an_operation_of_somebody_else_nothing_is_queued():
    class Busy(Watched):
        """Somebody else begins to work on the role after its first block."""

        def _take(self, operation, operation_id):
            super()._take(operation, operation_id)
            if operation.id == key(3):
                self.faults.busy[ROLE] = 5

    deployer = Busy({})
    outcome, happened = carry_out(role_and_policy(), deployer, MemoryStore())
    assert outcome.is_converged
    assert [event.operation.id for event in happened if isinstance(event, events.OperationWaits)] == [key(4)]


def test_a_run_says_at_every_look_how_far_it_is_and_how_long_the_rest_may_take():
    plan = role_and_policy()
    _, happened = carry_out(plan, FakeDeployer({}, polls=40), MemoryStore())
    (wave,) = [event for event in happened if isinstance(event, events.WaveStarted)]
    assert wave.seconds_left == 60 * (BLOCKS + 1)
    said = [event for event in happened if isinstance(event, events.RunProgressed)]
    assert len(said) > 2
    assert [event.done for event in said] == sorted(event.done for event in said)
    assert [event.accounts_done for event in said] == sorted(event.accounts_done for event in said)
    assert said[-1].seconds_left < said[0].seconds_left <= wave.seconds_left
