"""A random forged plan never leads to a call outside the plan made from the rules, be it checked whole or operation by operation."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from hypothesis import strategies as st

from orchestrator.adapters.files.plan.reading import Columns
from orchestrator.errors import OrchestratorError
from orchestrator.execution.engine import Engine, RunContext
from orchestrator.execution.guard import Guard
from orchestrator.execution.journal import Journal
from orchestrator.execution.ledger import Ledger
from orchestrator.model.alteration import Revision
from orchestrator.model.identifiers import AccountId, OperationKey, RunId, StackSetName
from orchestrator.model.names import role_stack_set
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
from orchestrator.model.plan import Plan, Purpose
from orchestrator.model.state import Condition, Definition, Instance, Place, Unit, Window
from orchestrator.planning.grants import Wanted, wanted_sets
from orchestrator.planning.mandate import mandate_of
from orchestrator.planning.projection import project
from orchestrator.runs import Conduct, Tools, World, apply, read_world
from orchestrator.runs import plan as make_plan
from orchestrator.runs.authority import made_again
from orchestrator.runs.planning import Intent, intent_of
from orchestrator.temporary.windows import NOT_BEFORE
from tests.properties import strategies
from tests.properties.reproduction import given
from tests.properties.strategies import GONE, MANAGEMENT, RETIRED
from tests.worlds.catalogs import LIFETIME
from tests.worlds.clocks import FakeClock
from tests.worlds.fakes import FakeDeployer
from tests.worlds.memory import MemoryAws
from tests.worlds.world import EARLIER
from tests.worlds.world import World as Situation

EXCLUDED_TOO = "--include-excluded"
ADMIN = Definition('{"Resources": {"Admin": {"Type": "AWS::IAM::Role"}}}', {}, {"team": "network"})
STRANGERS = (Place(StackSetName("network-baseline")), Place(StackSetName("cado-admin")), RETIRED, Place(StackSetName("cado-role-admin")))
REVISIONS = (None, Revision("a", EARLIER))
WINDOWS = (None, Window(EARLIER, EARLIER + LIFETIME), Window(EARLIER, EARLIER + 100 * LIFETIME))


@st.composite
def forged_operations(draw, plan: Plan, world: Situation, number: int) -> Operation:
    """Any operation on anything, or one of the plan with something changed."""
    place = draw(st.sampled_from(sorted({*STRANGERS, *world.observed, *(operation.place for operation in plan.operations)})))
    place = replace(place, is_stack=draw(st.booleans())) if draw(st.booleans()) else place
    accounts = tuple(draw(st.lists(st.sampled_from((*sorted(world.organization.accounts), GONE)), max_size=3, unique=True)))
    key, window = OperationKey(f"op-9{number:02}"), draw(st.sampled_from(WINDOWS))
    revision = draw(st.sampled_from(REVISIONS))
    if plan.operations and draw(st.booleans()):
        chosen = replace(draw(st.sampled_from(plan.operations)), id=key, after=())
        changes = (
            replace(chosen, place=place),
            replace(chosen, accounts=accounts),
            replace(chosen, window=window),
            replace(chosen, revision=revision),
        )
        return one_of(draw, *changes)
    columns = Columns(
        id=key, place=place, wave=world.rollout.pace.waves[0].name, after=(), accounts=accounts, window=window, revision=revision
    )
    defined = [operation.definition for operation in plan.operations if isinstance(operation, Create | Update)]
    definition = draw(st.sampled_from((ADMIN, *defined, *(unit.definition for unit in world.observed.values()))))
    return one_of(
        draw,
        Create(**columns, definition=definition),
        Update(**columns, definition=definition),
        StopAutoDeployment(**columns),
        CreateInstances(**columns),
        UpdateInstances(**columns),
        DeleteInstances(**columns),
        DeleteInstances(**columns, retains=True),
        Delete(**columns),
    )


def one_of(draw, *operations: Operation) -> Operation:
    chosen: Operation = draw(st.sampled_from(operations))
    return chosen


@st.composite
def forgeries(draw) -> tuple[Situation, Plan]:
    """A world, and a plan for it in which operations, observation, purpose and overrides may be another's."""
    world = draw(strategies.worlds())
    plan = world.plan(draw(st.sampled_from(Purpose)))
    more = [draw(forged_operations(plan, world, number)) for number in range(draw(st.integers(1, 3)))]
    kept = plan.operations if draw(st.booleans()) else ()
    operations = (*more, *kept) if draw(st.booleans()) else (*kept, *more)
    observed = dict(plan.observed)
    for operation in more if draw(st.booleans()) else ():
        observed[operation.place] = Unit(ADMIN, dict.fromkeys(operation.accounts, Instance()))
    header = replace(
        plan.header,
        purpose=draw(st.sampled_from(Purpose)),
        overrides=draw(st.sampled_from(((), ("--allow-revokes all", "--allow-missing-accounts"), (EXCLUDED_TOO,)))),
        created_at=world.now,
    )
    return world, replace(plan, header=header, operations=operations, observed=observed, violations=())


def equipped(world: Situation) -> tuple[FakeDeployer, Tools]:
    aws = MemoryAws(world.organization, FakeDeployer(world.observed), clock=FakeClock(world.now))
    Ledger(aws.store).add(world.ledger)
    return aws.deployer, aws.tools(world.rollout, world.catalog)


@given(forgery=forgeries())
def test_a_forged_plan_that_is_applied_calls_nothing_outside_the_rules(forgery):
    world, forged = forgery
    deployer, tools = equipped(world)
    with suppress(OrchestratorError):
        apply(tools, tools.codec.seal(forged), Conduct(RunId("run"), "forger"))
    assert [*trespasses(deployer, tools, forged, world)] == []


@given(forgery=forgeries())
def test_the_last_gate_alone_lets_nothing_through(forgery):
    world, forged = forgery
    deployer, tools = equipped(world)
    with suppress(OrchestratorError, KeyError):  # an impossible order is refused before this gate
        request = made_again(tools, forged, read_world(tools, include_excluded=EXCLUDED_TOO in forged.header.overrides))
        guard = Guard(deployer, mandate_of(request), {})
        for _ in Engine(forged, guard, Journal(tools.store, forged.digest), tools.clock, RunContext(poll_seconds=0)).run():
            pass
    assert [*trespasses(deployer, tools, forged, world)] == []


@given(world=strategies.worlds(), purpose=st.sampled_from((Purpose.ROLLOUT, Purpose.CLEANUP, Purpose.DESTROY)))
def test_a_plan_made_from_the_rules_is_within_them(world, purpose):
    deployer, tools = equipped(world)
    plan = make_plan(tools, Intent(purpose))
    if not plan.violations:
        assert apply(tools, plan, Conduct(RunId("run"), "operator")).failed == ()
        assert deployer.state == project(plan.operations, world.observed)


# ---------------------------------------------------------------- what the rules allow, said once more and otherwise


def trespasses(deployer: FakeDeployer, tools: Tools, forged: Plan, world: Situation) -> Iterator[str]:
    """Calls that changed something outside of what rules and observation allow."""
    _, fresh = equipped(world)
    seen = read_world(fresh, include_excluded=EXCLUDED_TOO in forged.header.overrides)
    wanted = wanted_by(forged, tools, seen)
    never = {account for account, assignment in seen.selection.assignments.items() if assignment.excluded is not None}
    for operation in deployer.sent:
        unit, share = world.observed.get(operation.place), wanted.get(operation.place)
        if unit is not None and unit.is_foreign:
            yield f"{operation} touches what is not ours"
        if isinstance(operation, Update) and not operation.accounts and unit is not None and never.intersection(unit.instances):
            yield f"{operation} updates what is never changed"
        if isinstance(operation, Create | Update) and (share is None or share.definition != operation.definition):
            yield f"{operation} defines something else"
        for account in accounts_of(operation, world, forged):
            assignment = seen.selection.assignments.get(account)
            if assignment is None or assignment.excluded is not None:
                yield f"{operation} touches {account}: {assignment.excluded if assignment else 'a stranger'}"
            elif is_retaining(operation) or is_trespass(operation, account, world, share, forged.header.purpose):
                yield f"{operation} trespasses in {account}"


def accounts_of(operation: Operation, world: Situation, forged: Plan) -> Iterator[AccountId]:
    """Those it changes: where an instance is forgotten, nothing does."""
    for account in (MANAGEMENT, *operation.accounts) if operation.place.is_stack else operation.accounts:
        if not (isinstance(operation, DeleteInstances) and is_forgotten(operation, account, world, forged)):
            yield account


def is_retaining(operation: Operation) -> bool:
    return isinstance(operation, DeleteInstances) and operation.retains


def is_forgotten(operation: DeleteInstances, account: AccountId, world: Situation, forged: Plan) -> bool:
    """It leaves behind what cannot be deleted: in the account that the plan is for, which left or is suspended and not excluded besides."""
    known, share = world.organization.accounts.get(account), world.selection.assignments.get(account)
    reason = share.excluded if share is not None else "protected" if account in world.rollout.safety.protected_accounts else None
    is_lost = reason is None if known is None else not known.is_active and reason == f"state is {known.state}"
    unit = world.observed.get(operation.place)
    is_stuck = unit is not None and account in unit.instances and unit.instances[account].condition is Condition.INOPERABLE
    is_meant = operation.retains and account == intent_of(forged).forgotten
    return is_meant and (is_lost or (is_stuck and reason is None))


def wanted_by(forged: Plan, tools: Tools, seen: World) -> Mapping[Place, Wanted]:
    grant = intent_of(forged).grant
    asked = (grant,) if grant is not None and grant.group_set in tools.catalog.group_sets else ()
    return wanted_sets(tools.rollout, tools.catalog, seen.organization, seen.selection, (*seen.judgement.wanted, *asked), seen.observed)


def is_trespass(operation: Operation, account: AccountId, world: Situation, share: Wanted | None, purpose: Purpose) -> bool:
    """It grants what nothing grants, or revokes what is granted there and need not be made anew."""
    is_granted = share is not None and account in share.accounts
    if not isinstance(operation, DeleteInstances | Delete):
        return not is_granted and not isinstance(operation, StopAutoDeployment)
    unit = world.observed.get(operation.place)
    is_there = unit is not None and account in unit.instances
    if share is None or not is_granted or not is_there or purpose is Purpose.DESTROY:
        return False
    return not is_made_anew(operation.place, account, world, share)


def is_made_anew(place: Place, account: AccountId, world: Situation, share: Wanted) -> bool:
    """Broken, on a role that is broken, or to lose its overrides for good."""
    roles = Place(role_stack_set(world.rollout.prefix, share.role), is_stack=place.is_stack)
    broken = (world.observed[each].instances.get(account, Instance()).condition for each in (place, roles) if each in world.observed)
    loses_window = NOT_BEFORE in world.observed[place].definition.parameters and NOT_BEFORE not in share.definition.parameters
    return loses_window or Condition.INOPERABLE in broken
