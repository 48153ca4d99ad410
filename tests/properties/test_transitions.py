"""From any configuration to any other in one apply: IAM refuses nothing on the way, and nothing is left to do afterwards.

Whatever stands on a role goes before the role, and comes after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import assume, settings
from hypothesis import strategies as st

from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.names import role_kind_of, role_stack_set
from orchestrator.model.operation import Create, CreateInstances, Delete, DeleteInstances, Operation, Update, UpdateInstances
from orchestrator.model.organization import Organization
from orchestrator.model.outcome import OperationStatus
from orchestrator.model.plan import Plan
from orchestrator.model.roles import Role, RoleKind
from orchestrator.model.rollout import Rollout, Rule
from orchestrator.model.selectors import Everyone, Hub, Management
from orchestrator.model.state import Place
from orchestrator.planning.excess import excesses
from orchestrator.planning.mandate import mandate_of
from orchestrator.planning.waves import assign_waves
from orchestrator.selection.matching import Places
from tests.properties.reproduction import given
from tests.properties.strategies import MANAGEMENT, one_of, organizations, rollouts, up_to
from tests.properties.test_planning import reachable
from tests.worlds.catalogs import make_catalog
from tests.worlds.fakes import PREFIX, MemoryStore, StrictAws, role_served
from tests.worlds.plans import DIGEST, Deployed, carry_out, deployed_at_each_moment, trusted_by
from tests.worlds.world import EARLIER, World

HUB_ROLES = (RoleKind.PLATFORM, RoleKind.ACQUISITION)


@st.composite
def configurations(draw, organization: Organization) -> Rollout:
    """Rules, hub, attributes of the roles and waves."""
    rollout: Rollout = draw(rollouts(organization, draw(one_of(*sorted(organization.accounts)))))
    return replace(rollout, roles={kind: draw(variants(role)) for kind, role in rollout.roles.items()})


BOUNDARIES = (None, None, "arn:aws:iam::aws:policy/PowerUserAccess", "arn:aws:iam::${account}:policy/limits/Boundary")
TRUSTED = ((), (), HUB_ROLES[:1], HUB_ROLES[1:], HUB_ROLES)


@st.composite
def variants(draw, role: Role) -> Role:
    """The role with other attributes, now and then."""
    return replace(
        role,
        max_session=draw(one_of(43_200, 43_200, 3_600)),
        external_id=draw(one_of(None, None, "secret")),
        path=draw(one_of("/", "/", "/", "/forensics/")),
        permissions_boundary=draw(one_of(*BOUNDARIES)),
        trusted=() if role.kind.is_hub else draw(one_of(*TRUSTED)),
        managed=draw(one_of(True, True, True, True, False)),
    )


CATALOGS = tuple(make_catalog(flavour, passing=passing) for flavour in ("Read", "Write") for passing in (True, False))


@dataclass(frozen=True)
class Transition:
    """Two configurations of one organization, each with the number of its catalog, and the days between them."""

    organization: Organization
    old: Rollout
    new: Rollout
    catalogs: tuple[int, int]
    days: int


@st.composite
def transitions(draw) -> Transition:
    organization = draw(organizations())
    number = up_to(len(CATALOGS) - 1)
    old, new = draw(configurations(organization)), draw(configurations(organization))
    return Transition(organization, old, new, (draw(number), draw(number)), draw(one_of(0, 0, 31)))


def deploy(transition: Transition) -> World:
    """The old configuration in place, every role of it ours, and the new one asked for."""
    roles = {kind: replace(role, managed=True) for kind, role in transition.old.roles.items()}
    fresh = World(replace(transition.old, roles=roles), transition.organization, CATALOGS[transition.catalogs[0]])
    plan = fresh.plan()
    assume(not plan.violations)
    later, catalog = EARLIER + timedelta(days=transition.days), CATALOGS[transition.catalogs[1]]
    return replace(fresh.carry_out(plan), rollout=transition.new, catalog=catalog, now=later)


def plan_of(world: World) -> Plan:
    plan = replace(world.plan(), digest=DIGEST)
    assume(not plan.violations)
    return plan


def given_by_others(rollout: Rollout) -> frozenset[RoleKind]:
    return frozenset(kind for kind, role in rollout.roles.items() if not role.managed)


@settings(max_examples=max(150, settings().max_examples))
@given(transitions(), up_to(2))
def test_every_operation_of_a_transition_succeeds_and_nothing_is_left_to_do(transition: Transition, polls: int):
    world = deploy(transition)
    plan, aws = plan_of(world), StrictAws(world.observed, polls=polls, given=given_by_others(transition.new))
    outcome, _ = carry_out(plan, aws, MemoryStore())
    assert outcome.failed == ()
    assert {operation.status for operation in outcome.operations} <= {OperationStatus.SUCCEEDED}
    after = replace(world.carry_out(plan), observed=aws.state)
    assert after.plan().operations == ()


@given(transitions())
def test_the_rules_permit_everything_a_plan_does(transition: Transition):
    world = deploy(transition)
    plan, mandate = plan_of(world), mandate_of(world.basis())
    assert [str(excess) for operation in plan.operations for excess in excesses(operation, mandate)] == []


@given(transitions())
def test_nothing_is_taken_from_an_account_ahead_of_its_wave(transition: Transition):
    world = deploy(transition)
    plan, waves = plan_of(world), world.rollout.pace.waves
    turns = assign_waves(
        {account for operation in plan.operations for account in operation.accounts},
        waves,
        Places(world.organization, world.rollout.hub_account),
    )
    names = [wave.name for wave in waves]
    for operation in plan.operations:
        if isinstance(operation, DeleteInstances | Delete):
            assert all(names.index(operation.wave) >= names.index(turns[account]) for account in operation.accounts)


@given(transitions())
def test_a_new_hub_comes_first_and_the_old_one_goes_last(transition: Transition):
    old, new = transition.old.hub_account, transition.new.hub_account
    assume(old != new)
    plan = plan_of(deploy(transition))
    reach = reachable(plan.operations)
    coming = [o for o in plan.operations if is_of_hub(o) and new in o.accounts and isinstance(o, Create | CreateInstances)]
    trusting = [o for o in plan.operations if is_trusting(o) and o.accounts and not isinstance(o, Delete | DeleteInstances)]
    going = [o for o in plan.operations if is_role_of_hub(o) and old in o.accounts and isinstance(o, Delete | DeleteInstances)]
    moved = {o.place.name for o in coming} & {o.place.name for o in going}
    if not {role_stack_set(PREFIX, kind) for kind in HUB_ROLES} & moved:
        return
    narrowing = {o.id for o in trusting if reach[o.id] & {operation.id for operation in going}}
    before = {operation.id for operation in (*coming, *trusting)} - narrowing
    assert all(before <= reach[operation.id] for operation in going)
    assert all({earlier.id for earlier in coming} <= reach[operation.id] for operation in trusting)


IN_PLACE = (
    Rule("the hub", Hub(), grant=(GroupSetName("platform-lasting"), GroupSetName("acquisition-lasting"))),
    Rule("discovery", Management(), grant=(GroupSetName("discovery-lasting"),)),
    Rule("everyone", Everyone(), grant=(GroupSetName("spoke-lasting"),)),
)


@st.composite
def hub_moves(draw) -> Transition:
    """Hub, spokes and discovery are there before and after, the hub in another account; some rules and attributes change as well."""
    transition = draw(transitions())
    hubs = sorted(account for account, known in transition.organization.accounts.items() if known.is_active and account != MANAGEMENT)
    assume(len(hubs) > 1)
    number = draw(up_to(len(hubs) - 1))
    pair = (hubs[number], draw(one_of(*hubs[:number], *hubs[number + 1 :])))
    old, new = (settled_in(hub, rollout) for hub, rollout in zip(pair, (transition.old, transition.new), strict=True))
    moved: Transition = replace(transition, old=old, new=new)
    return moved


def settled_in(hub: AccountId, rollout: Rollout) -> Rollout:
    roles = {
        kind: replace(role, account=hub if kind.is_hub else None, path="/", managed=role.managed or kind.is_hub)
        for kind, role in rollout.roles.items()
    }
    return replace(rollout, roles=roles, rules=(*IN_PLACE, *(rule for rule in rollout.rules if rule.exclude)))


@settings(max_examples=max(100, settings().max_examples))
@given(hub_moves())
def test_a_role_that_trusts_an_old_hub_trusts_both_until_that_is_gone(transition: Transition):
    old, new = hub_of(transition.old), hub_of(transition.new)
    world = deploy(transition)
    plan = plan_of(world)
    moments = list(deployed_at_each_moment(world.observed, plan.operations))
    moved = {kind for kind in HUB_ROLES if has_role(moments[0], kind, old) and has_role(moments[-1], kind, new)}
    if not moved or any(has_role(moments[-1], kind, old) for kind in moved):
        return
    updated = {(o.place, account) for o in plan.operations if isinstance(o, Update | UpdateInstances) for account in o.accounts}
    for key in updated & moments[0].keys() & moments[-1].keys():
        place, _ = key
        if (kind := role_kind_of(PREFIX, place.name)) is None or kind is RoleKind.PLATFORM:
            continue
        trusted = [trusted_by(held[key]) for held in moments]
        theirs, ours = roles_of(trusted[0], moved, old), roles_of(trusted[-1], moved, new)
        there = [any(has_role(held, kind, old) for kind in moved) for held in moments]
        assert all(theirs <= now for now, is_there in zip(trusted, there, strict=True) if is_there)
        assert all(ours <= now for now, is_there in zip(trusted, (*there[1:], False), strict=True) if not is_there)
        assert not any(f":{old}:" in arn for arn in trusted[-1])


def hub_of(rollout: Rollout) -> AccountId:
    assert rollout.hub_account is not None
    return rollout.hub_account


def has_role(held: Deployed, kind: RoleKind, account: AccountId) -> bool:
    return any((Place(role_stack_set(PREFIX, kind), is_stack), account) in held for is_stack in (False, True))


def roles_of(trusted: frozenset[str], kinds: Iterable[RoleKind], account: AccountId) -> set[str]:
    """Those of the trusted ARNs that are roles of these kinds in the account."""
    names = {f"Test{kind.capitalize()}Role" for kind in kinds}
    return {arn for arn in trusted if f":{account}:" in arn and arn.rpartition("/")[2] in names}


def is_role_of_hub(operation: Operation) -> bool:
    """A group set may go before: one that was temporary cannot be had by the new hub while the old one holds it."""
    return role_kind_of(PREFIX, operation.place.name) in HUB_ROLES


def is_of_hub(operation: Operation) -> bool:
    return role_served(operation.place).is_hub


def is_trusting(operation: Operation) -> bool:
    kind = role_kind_of(PREFIX, operation.place.name)
    return kind is not None and not kind.is_hub
