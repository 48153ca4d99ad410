"""Random plans over random worlds, with every fault there is: run again until done, and it is done, once, and nothing more."""

import re
from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st

from orchestrator.execution.events import OperationFinished, RunFinished
from orchestrator.execution.expectation import expected
from orchestrator.execution.freshness import check_fresh
from orchestrator.execution.journal import Journal
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.names import group_set_of
from orchestrator.model.operation import CreateInstances, Update, UpdateInstances
from orchestrator.model.outcome import OperationStatus
from orchestrator.model.plan import Plan
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import Condition, Instance, Unit, Window
from orchestrator.planning.changes import place_change, renew_with_roles
from orchestrator.planning.delta import compare
from orchestrator.planning.desired import desired_state
from orchestrator.planning.grants import Wanted, shares
from orchestrator.planning.order import order
from orchestrator.planning.projection import project
from orchestrator.presentation.outcome_text import outcome_text
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.progress.words import sentence
from orchestrator.presentation.results_json import outcome_json
from tests.properties.reproduction import given
from tests.worlds.clocks import NOON
from tests.worlds.fakes import FakeDeployer, Faults, Fuse, MemoryStore, SimulatedCrash, Unreachable
from tests.worlds.plans import MANAGEMENT, NEW, OLD, POLICY, ROLE, WINDOW, A, B, C, D, carry_out, organization, plan_of
from tests.worlds.plans import OTHER as OTHER_POLICY
from tests.worlds.states import stack, state

MEMBERS = (A, B, C, D)
EVERYWHERE = (*MEMBERS, MANAGEMENT)
NAMES = (ROLE, POLICY, OTHER_POLICY)
RUNS = 60

accounts = st.sets(st.sampled_from(EVERYWHERE))
instances = st.dictionaries(st.sampled_from(MEMBERS), st.builds(Instance, st.sampled_from(Condition), st.sampled_from((None, WINDOW))))
definitions = st.sampled_from((OLD, NEW))
worlds = st.builds(
    state,
    st.dictionaries(st.sampled_from(NAMES), st.builds(Unit, definitions, instances, st.just(value=False), st.booleans())),
    st.dictionaries(st.sampled_from(NAMES), st.builds(stack, definitions)),
)


@st.composite
def plans(draw) -> Plan:
    """What the planner makes of a random desire and a random world."""
    world = draw(worlds)
    policies = {name: draw(accounts) for name in (POLICY, OTHER_POLICY)}
    desired = {ROLE: set().union(*policies.values()), **policies}
    opened = dict.fromkeys(draw(accounts) & policies[POLICY], WINDOW)
    asked = (wanted_set(name, members, opened if name == POLICY else {}) for name, members in desired.items() if members)
    wanted = {place: share for whole in asked for place, share in shares(whole, "cado", MANAGEMENT)}
    waves = {account: draw(st.sampled_from(("canary", "rest"))) for account in EVERYWHERE}
    delta = compare(world, desired_state(wanted, world, excluded=()))
    found = (place_change(delta[place], RoleKind.SPOKE, group_set_of("cado", place.name), wanted.get(place)) for place in delta)
    return plan_of(order(renew_with_roles(found), waves, ("canary", "rest")), world, tolerance=draw(st.sampled_from((0, 50, 100))))


def wanted_set(name: StackSetName, members: set[AccountId], opened: Mapping[AccountId, Window]) -> Wanted:
    return Wanted(NEW, RoleKind.SPOKE, dict.fromkeys(sorted(members), "rule"), group_set_of("cado", name), opened)


faults = st.builds(
    Faults,
    refusals=st.dictionaries(st.sampled_from(NAMES), st.integers(1, 2), max_size=2),
    failing=st.dictionaries(st.tuples(st.sampled_from(NAMES), st.sampled_from(EVERYWHERE)), st.integers(1, 2), max_size=4),
    lost_answers=st.sets(st.integers(1, 12), max_size=3),
    silent=st.integers(0, 2),
    busy=st.dictionaries(st.sampled_from(NAMES), st.integers(1, 2), max_size=1),
)
crashes = st.lists(st.integers(0, 40), max_size=5)


@given(plan=plans(), faults=faults, crashes=crashes, polls=st.integers(0, 2), time_passes=st.booleans())
def test_a_plan_converges_whatever_happens_and_does_nothing_twice(plan, faults, crashes, polls, time_passes):
    fuse = Fuse()
    store, aws = MemoryStore(fuse), FakeDeployer(plan.observed, polls=polls, faults=faults, fuse=fuse)
    for number in range(RUNS):
        fuse.left = crashes[number] if number < len(crashes) else None
        if is_done_after_a_run(plan, aws, store):
            break
        fuse.left = None
        if time_passes:
            aws.settle()
    assert aws.state == project(plan.operations, plan.observed)
    assert expected(plan, Journal(store, plan.digest).replay()) == aws.state
    assert set(aws.executions.values()) <= {1}
    assert aws.overlaps == []
    assert aws.granted <= granted_by(plan)


@given(plan=plans(), failing=st.dictionaries(st.tuples(st.sampled_from(NAMES), st.sampled_from(EVERYWHERE)), st.just(9)))
def test_progress_and_result_count_the_same_accounts(plan, failing):
    outcome, happened = carry_out(plan, FakeDeployer(plan.observed, faults=Faults(failing=failing)), MemoryStore())
    failed = {failure.account for event in happened if isinstance(event, OperationFinished) for failure in event.failures}
    skipped = {failure.account for failure in outcome.failed} - failed
    (said,) = (sentence(event)[0] for event in happened if isinstance(event, RunFinished))
    result = outcome_text(outcome, NOON, Page(1000)).splitlines()[-1]
    for number, words in ((len(failed), "failed"), (len(skipped), "skipped")):
        assert {number_before(words, said), number_before(words, result)} == {number}
    assert outcome_json(outcome)["accounts"] == {"failed": len(failed), "skipped": len(skipped)}


@given(plan=plans(), failing=st.dictionaries(st.tuples(st.sampled_from(NAMES), st.sampled_from(EVERYWHERE)), st.just(9)))
def test_what_progress_calls_done_the_result_calls_succeeded(plan, failing):
    outcome, happened = carry_out(plan, FakeDeployer(plan.observed, faults=Faults(failing=failing)), MemoryStore())
    status = {operation.id: operation.status for operation in outcome.operations}
    for event in happened:
        if isinstance(event, OperationFinished):
            is_done = sentence(event)[1] is Tone.GOOD
            assert (status[event.operation.id] is OperationStatus.SUCCEEDED) == is_done, sentence(event)


def number_before(words: str, text: str) -> int:
    """Of ``4 accounts failed and 1 was skipped: 6 of 8 operations succeeded, 2 failed``, the 4 or the 1."""
    found = re.search(rf"(\d+) (?:accounts? )?(?:was |were )?{words}", text.partition(":")[0])
    return int(found[1]) if found else 0


def is_done_after_a_run(plan: Plan, aws: FakeDeployer, store: MemoryStore) -> bool:
    """One run, as apply makes it; a plan never looks stale because of its own work."""
    journal = Journal(store, plan.digest)
    check_fresh(replace(plan, targets=()), journal.replay(), aws.observe(), organization())
    try:
        outcome, _ = carry_out(plan, aws, store)
    except (SimulatedCrash, Unreachable):
        return False
    is_complete = journal.replay().are_complete(plan.operations)
    assert is_complete or outcome.failed
    return is_complete


def granted_by(plan: Plan) -> set[tuple[StackSetName, AccountId, str]]:
    """What the plan may leave in an account, now or on the way: its own definitions, in the accounts it names for them."""
    named = (CreateInstances, UpdateInstances, Update)
    return {
        (operation.place.name, account, NEW.template)
        for operation in plan.operations
        if isinstance(operation, named)
        for account in operation.accounts
    }
