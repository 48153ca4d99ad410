"""What holds for every plan, whatever the organization, the rules and the world it is made for."""

from collections import Counter
from dataclasses import replace
from itertools import accumulate, pairwise
from random import Random

from hypothesis import assume
from hypothesis import strategies as st

from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.names import group_set_of, group_stack_set, role_kind_of, role_stack_set
from orchestrator.model.operation import (
    Create,
    CreateInstances,
    Delete,
    DeleteInstances,
    Operation,
    StopAutoDeployment,
    Update,
    UpdateInstances,
)
from orchestrator.model.plan import ChangeKind, Plan, Purpose
from orchestrator.model.state import Condition, Definition, Instance, Place, State
from orchestrator.model.temporary import TemporaryState
from orchestrator.planning.batches import blocks
from orchestrator.planning.definitions import group_set_definition, role_definition
from orchestrator.planning.delta import compare
from orchestrator.planning.make_plan import desired_by, wanted_by
from orchestrator.planning.projection import project, step
from orchestrator.planning.waves import assign_waves
from orchestrator.selection.matching import Places
from tests.properties.reproduction import given
from tests.properties.strategies import fresh_worlds, paces, worlds
from tests.worlds.world import World

MEMBERSHIP = CreateInstances | DeleteInstances | Create | Delete
ENDED = (TemporaryState.USED, TemporaryState.EXPIRED)


def held(state: State, name: StackSetName, account: AccountId, management: AccountId) -> tuple[Definition, Instance] | None:
    """What an account has under a name, in whichever form."""
    unit = state.get(Place(name, is_stack=account == management))
    return (unit.definition, unit.instances[account]) if unit and account in unit.instances else None


def names_in(state: State) -> set[StackSetName]:
    return {place.name for place in state}


def foreign_names(state: State) -> set[StackSetName]:
    return {place.name for place, unit in state.items() if unit.is_foreign}


def desired(world: World, account: AccountId) -> dict[StackSetName, Definition]:
    """The definitions an account should hold, roles included: permanent sets by rule, temporary ones while judged alive."""
    catalog, rollout = world.catalog, world.rollout
    names = {name for name in world.selection.granted(account) if not catalog.group_sets[name].temporary}
    names |= {want.group_set for want in world.judgement.wanted if want.account == account}
    roles = {catalog.group_sets[name].role for name in names}
    groups = {group_stack_set(rollout.prefix, name): group_set_definition(rollout, world.organization.id, catalog, name) for name in names}
    return groups | {role_stack_set(rollout.prefix, kind): role_definition(rollout, world.organization.id, kind) for kind in roles}


def manageable(world: World) -> list[AccountId]:
    return [account for account, share in world.selection.assignments.items() if share.excluded is None]


def is_refused(plan: Plan) -> bool:
    """A definition that cannot change because only hands-off accounts hold it."""
    return any(violation.kind == "excluded" for violation in plan.violations)


@given(worlds())
def test_a_carried_out_plan_leaves_exactly_the_desired_grants(world: World):
    plan = world.plan()
    assume(not is_refused(plan))
    after, management = project(plan.operations, world.observed), world.organization.management_account
    for account in manageable(world):
        wanted = desired(world, account)
        for name in (names_in(after) | set(wanted)) - foreign_names(world.observed):
            found = held(after, name, account, management)
            if name not in wanted:
                assert found is None, f"{account} still holds {name}"
            else:
                assert found is not None, f"{account} lacks {name}"
                assert (found[0], found[1].condition) == (wanted[name], Condition.CURRENT)


@given(worlds(), st.sampled_from((Purpose.ROLLOUT, Purpose.CLEANUP, Purpose.DESTROY)))
def test_a_plan_carried_out_ends_in_what_is_desired(world: World, purpose: Purpose):
    plan, basis = world.plan(purpose), world.basis(purpose)
    assume(not is_refused(plan))
    end = project(plan.operations, world.observed)
    delta = compare(end, desired_by(basis, wanted_by(basis)))
    assert not [difference for difference in delta.values() if not difference.is_foreign and difference.before != difference.after]


@given(worlds())
def test_hands_off_accounts_keep_what_they_hold_and_no_operation_names_them(world: World):
    plan = world.plan()
    after, management = project(plan.operations, world.observed), world.organization.management_account
    free = set(manageable(world))
    assert {account for operation in plan.operations for account in operation.accounts} <= free
    hands_off = {excluded.account for excluded in plan.excluded}
    assert hands_off >= set(world.organization.accounts) - free
    for account in hands_off:
        for name in names_in(world.observed):
            before, then = held(world.observed, name, account, management), held(after, name, account, management)
            assert (before is None) == (then is None)
            if before and then:
                assert before[1].window == then[1].window


@given(worlds())
def test_a_definition_is_updated_without_targets_only_when_nothing_stays_in_it(world: World):
    plan = world.plan()
    assume(not is_refused(plan))
    states = accumulate(plan.operations, step, initial=world.observed)
    for operation, before in zip(plan.operations, states, strict=False):
        if isinstance(operation, Update) and not operation.place.is_stack:
            instances = before[operation.place].instances
            assert set(operation.accounts) <= set(instances)
            assert operation.accounts or not instances
            assert all(instances[account].condition is not Condition.INOPERABLE for account in operation.accounts)
        if isinstance(operation, Delete) and not operation.place.is_stack:
            assert not before[operation.place].instances


@given(worlds())
def test_foreign_stack_sets_are_never_touched_and_refused_when_needed(world: World):
    plan = world.plan()
    management = world.organization.management_account
    foreign = {place for place, unit in world.observed.items() if unit.is_foreign}
    assert not foreign & {operation.place for operation in plan.operations}
    for place in foreign:
        needed = {account for account in manageable(world) if place.name in desired(world, account)}
        is_blocked = bool(needed & {management} if place.is_stack else needed - {management})
        start = f'{"stack" if place.is_stack else "StackSet"} "{place.name}"'
        assert is_blocked == any(v.kind == "foreign_stack_set" and v.message.startswith(start) for v in plan.violations)


@given(worlds(foreign=False))
def test_a_converged_world_needs_no_operations(world: World):
    plan = world.plan()
    assume(not is_refused(plan))
    again = world.carry_out(plan).plan()
    assert again.operations == ()
    assert [change for change in again.changes if change.change is not ChangeKind.UPDATE] == []
    assert again.summary.grants_added == again.summary.grants_revoked == 0


@given(worlds())
def test_each_account_is_changed_once_per_stack_set_but_for_replacements(world: World):
    counts: Counter[tuple[str, str, AccountId]] = Counter()
    for operation in world.plan().operations:
        moves_window = isinstance(operation, UpdateInstances) and operation.window is not None
        kind = {CreateInstances: "create", Create: "create", DeleteInstances: "delete", Delete: "delete"}.get(type(operation), "update")
        for account in operation.accounts:
            counts["window" if moves_window else kind, operation.place.name, account] += 1
    assert all(count == 1 for count in counts.values())


@given(worlds())
def test_dependencies_name_earlier_operations_and_keep_one_stack_set_in_order(world: World):
    operations = world.plan().operations
    ids = [operation.id for operation in operations]
    assert len(set(ids)) == len(ids)
    for position, operation in enumerate(operations):
        assert set(operation.after) <= set(ids[:position])
    reach = reachable(operations)
    for place in {operation.place for operation in operations}:
        there = [o for o in operations if o.place == place]
        assert all(earlier.id in reach[later.id] for earlier, later in pairwise(there))


def reachable(operations: tuple[Operation, ...]) -> dict[str, set[str]]:
    """Everything that is certain to have finished before each operation: what it waits for, and earlier waves."""
    reach: dict[str, set[str]] = {}
    for position, operation in enumerate(operations):
        waited = {key for earlier in operation.after for key in (earlier, *reach[earlier])}
        reach[operation.id] = waited | {earlier.id for earlier in operations[:position] if earlier.wave != operation.wave}
    return reach


@given(worlds())
def test_roles_come_before_their_group_sets_and_go_after_them(world: World):
    plan = world.plan()
    operations, reach, prefix = plan.operations, reachable(plan.operations), world.rollout.prefix
    gone, made = (DeleteInstances, Delete), (CreateInstances, Create, UpdateInstances, Update)
    for role in (operation for operation in operations if role_kind_of(prefix, operation.place.name)):
        for group in (operation for operation in operations if not role_kind_of(prefix, operation.place.name)):
            if not (set(role.accounts) & set(group.accounts) and serves(role, group, world)):
                continue
            if isinstance(role, gone) and isinstance(group, gone):
                assert group.id in reach[role.id]
            if isinstance(role, made) and isinstance(group, made):
                assert role.id in reach[group.id]


def serves(role: Operation, group: Operation, world: World) -> bool:
    name = group_set_of(world.rollout.prefix, group.place.name)
    known = world.catalog.group_sets.get(name) if name else None
    return known is not None and role_kind_of(world.rollout.prefix, role.place.name) is known.role


@given(worlds())
def test_waves_follow_one_another(world: World):
    plan = world.plan()
    order = [wave.name for wave in world.rollout.pace.waves]
    positions = [order.index(operation.wave) for operation in plan.operations]
    assert positions == sorted(positions)


@given(fresh_worlds().flatmap(lambda world: st.tuples(st.just(world), paces(world.organization))))
def test_waves_partition_the_accounts_and_the_hub_goes_first(world_and_pace):
    world, pace = world_and_pace
    places = Places(world.organization, world.rollout.hub_account)
    assigned = assign_waves(world.organization.accounts, pace.waves, places)
    assert set(assigned) == set(world.organization.accounts)
    assert assigned[world.rollout.hub_account] == pace.waves[0].name
    assert assigned == assign_waves(reversed(list(world.organization.accounts)), pace.waves, places)


@given(st.sets(st.integers(0, 50)), st.integers(1, 7))
def test_blocks_hold_each_account_once_and_are_full_but_for_the_last(numbers: set[int], size: int):
    accounts = [AccountId(f"{number:012}") for number in numbers]
    made = list(blocks(accounts, size))
    assert sorted(account for block in made for account in block) == sorted(accounts)
    assert all(len(block) == size for block in made[:-1])
    assert all(0 < len(block) <= size for block in made)


@given(worlds(foreign=False))
def test_planning_again_never_moves_a_window(world: World):
    plan = world.plan()
    assume(not is_refused(plan))
    after, management = project(plan.operations, world.observed), world.organization.management_account
    remembered = {(record.group_set, record.account): record.window for record in world.ledger}
    for want in world.judgement.wanted:
        name = group_stack_set(world.rollout.prefix, want.group_set)
        before, then = (held(state, name, want.account, management) for state in (world.observed, after))
        assert then is not None
        window = then[1].window
        assert window is not None
        assert window.not_after > world.now
        known = before[1].window if before and before[1].window else remembered.get((want.group_set, want.account))
        assert known is None or window == known


@given(worlds(foreign=False))
def test_used_and_ended_grants_are_absent_after_the_plan(world: World):
    plan = world.plan()
    assume(not is_refused(plan))
    after, management = project(plan.operations, world.observed), world.organization.management_account
    free = set(manageable(world))
    ended_windows = {(r.group_set, r.account) for r in world.ledger if r.window is not None and r.window.not_after <= world.now}
    over = {(grant.group_set, grant.account) for grant in plan.temporary if grant.state in ENDED} | ended_windows
    for group_set, account in over:
        if account in free:
            assert held(after, group_stack_set(world.rollout.prefix, group_set), account, management) is None


@given(worlds())
def test_a_clean_up_deletes_ended_temporary_grants_and_nothing_else(world: World):
    plan = world.plan(Purpose.CLEANUP)
    over = {(group_stack_set(world.rollout.prefix, grant.group_set), grant.account) for grant in plan.temporary if grant.state in ENDED}
    assert not plan.violations
    after = project(plan.operations, world.observed)
    for operation in plan.operations:
        assert isinstance(operation, DeleteInstances | Delete | StopAutoDeployment)
        assert all((operation.place.name, account) in over for account in operation.accounts)
        if isinstance(operation, StopAutoDeployment):
            assert operation.place.name in {name for name, _ in over} or not world.observed[operation.place].instances
        if isinstance(operation, Delete):
            assert set(world.observed[operation.place].instances) <= {a for n, a in over if n == operation.place.name}
    free, foreign, management = set(manageable(world)), foreign_names(world.observed), world.organization.management_account
    assert not [pair for pair in over if pair[1] in free and pair[0] not in foreign and held(after, *pair, management)]
    assert {(change.stack_set, account) for change in plan.changes for account in change.accounts} <= over


@given(worlds())
def test_no_stack_set_of_ours_goes_on_deploying_by_itself(world: World):
    after = project(world.plan().operations, world.observed)
    prefix, roles = world.rollout.prefix, world.rollout.roles
    handed_over = {role_stack_set(prefix, kind) for kind, role in roles.items() if not role.managed}
    assert not [place for place, found in after.items() if found.auto_deploys and place.name not in handed_over]


@given(worlds(foreign=False))
def test_a_destruction_leaves_only_what_hands_off_accounts_hold(world: World):
    after = project(world.plan(Purpose.DESTROY).operations, world.observed)
    free = set(manageable(world))
    assert not {account for unit in after.values() for account in unit.instances} & free
    assert all(unit.instances for unit in after.values())


@given(worlds(), st.integers(0, 99))
def test_the_order_of_rules_changes_nothing_that_is_done(world: World, seed: int):
    shuffled = list(world.rollout.rules)
    Random(seed).shuffle(shuffled)
    other = replace(world, rollout=replace(world.rollout, rules=tuple(shuffled)))
    assert other.plan().operations == world.plan().operations


@given(worlds())
def test_the_summary_agrees_with_the_changes(world: World):
    plan = world.plan()
    kinds = Counter(change.change for change in plan.changes if change.group_set is not None for _ in change.accounts)
    assert plan.summary.grants_added == kinds[ChangeKind.GRANT]
    assert plan.summary.grants_revoked == kinds[ChangeKind.REVOKE]
    assert plan.summary.operations == len(plan.operations)
    assert plan.summary.grants_unchanged >= 0
    touched = {target.account for target in plan.targets}
    assert touched == {account for change in plan.changes for account in change.accounts}
