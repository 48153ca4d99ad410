"""A plan for a part of the rollout, whatever the organization, the rules, the world and the part."""

from hypothesis import assume
from hypothesis import strategies as st

from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.names import group_set_of
from orchestrator.model.part import Part
from orchestrator.model.plan import Plan
from orchestrator.planning.parts import cover_of, steps_of
from orchestrator.planning.projection import project
from tests.properties.reproduction import given
from tests.properties.strategies import UNITS, worlds
from tests.worlds.catalogs import SETS
from tests.worlds.world import World

NUMBERS = st.lists(st.integers(0, 9), max_size=3)
CHOSEN_UNITS = st.lists(st.sampled_from([unit.path for unit in UNITS]), max_size=2, unique=True)
CHOSEN_SETS = st.lists(st.sampled_from(sorted(SETS)), max_size=2, unique=True)


def part_in(world: World, numbers: list[int], units: list[str], sets: list[str]) -> Part:
    known = sorted(world.organization.accounts)
    chosen: tuple[AccountId, ...] = tuple(dict.fromkeys(known[number % len(known)] for number in numbers))
    part = Part(chosen, tuple(units), tuple(map(GroupSetName, sets)))
    assume(part != Part())
    return part


def narrowed(world: World, part: Part) -> Plan:
    plan = world.plan(part=part)
    assume(not plan.violations)
    return plan


@given(worlds(), NUMBERS, CHOSEN_UNITS, CHOSEN_SETS)
def test_a_part_changes_only_what_it_names_and_what_the_whole_plan_changes_too(
    world: World, numbers: list[int], units: list[str], sets: list[str]
):
    part = part_in(world, numbers, units, sets)
    plan, whole, covers = narrowed(world, part), world.plan(), cover_of(part, world.organization)
    assert steps_of(plan.changes) <= steps_of(whole.changes)
    for operation in plan.operations:
        assert all(map(covers, operation.accounts))
        name = group_set_of(world.rollout.prefix, operation.place.name)
        assert not part.group_sets or name in part.group_sets or (name is None and "delete" not in operation.kind)
    left_out = steps_of(whole.changes) - steps_of(plan.changes)
    assert plan.narrowing is not None
    assert plan.narrowing.changes_left_out == len(left_out)
    assert plan.narrowing.accounts_left_out == len({account for *_, account in left_out})


@given(worlds())
def test_the_parts_of_all_accounts_are_the_whole(world: World):
    """But for StackSets that nobody is in."""
    whole = world.plan()
    accounts = {account for *_, account in steps_of(whole.changes)}
    parts = (world.plan(part=Part(accounts=(account,))) for account in sorted(accounts))
    assert {step for plan in parts for step in steps_of(plan.changes)} == steps_of(whole.changes)


@given(worlds(), NUMBERS, CHOSEN_UNITS, CHOSEN_SETS)
def test_a_part_and_then_the_whole_lead_where_the_whole_leads(world: World, numbers: list[int], units: list[str], sets: list[str]):
    first = narrowed(world, part_in(world, numbers, units, sets))
    at_once = world.plan()
    assume(not at_once.violations)
    after = world.carry_out(first)
    second = after.plan()
    assume(not second.violations)
    assert project(second.operations, after.observed) == project(at_once.operations, world.observed)
