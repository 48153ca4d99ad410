"""The hub moves to another account: the new one first, then whatever trusts it, and the old one last of all."""

from dataclasses import replace

import pytest

from orchestrator.model.identifiers import AccountId, GroupSetName, StackSetName
from orchestrator.model.operation import Operation, Update
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rule, Wave
from orchestrator.model.selectors import AccountIs, Hub
from orchestrator.model.state import Place
from orchestrator.planning.excess import excesses
from orchestrator.planning.mandate import mandate_of
from orchestrator.planning.projection import project
from tests.worlds.catalogs import make_roles
from tests.worlds.fakes import Faults, MemoryStore, StrictAws
from tests.worlds.plans import DIGEST, carry_out, deployed_at_each_moment, trusted_by
from tests.worlds.situations import HUB, ROLE_SET, SPOKE_SET, deployed, grants, member, members, steps
from tests.worlds.world import World

OF_THE_HUB = Rule("the hub", Hub(), grant=(GroupSetName("platform-lasting"), GroupSetName("acquisition-lasting")))
NEW = member(3)
ACQUISITION, PLATFORM = StackSetName("cado-role-acquisition"), StackSetName("cado-role-platform")
WAVES = (Wave("early", where=AccountIs((member(2),))), Wave("everyone"))


def moving(waves: tuple[Wave, ...] = WAVES) -> World:
    """Three spokes; the fourth account is to be the hub."""
    known = deployed(4, OF_THE_HUB, grants("workloads", members(3)), waves=waves)
    return replace(known, rollout=replace(known.rollout, roles=make_roles(NEW)))


def named(operations: tuple[Operation, ...], account: AccountId) -> list[str]:
    return [f"{o.kind} {o.place.name}" for o in operations if account in o.accounts]


def test_the_new_hub_comes_first_then_the_trust_of_the_spokes_and_the_old_hub_goes_last():
    operations = moving().plan().operations
    assert named(operations, HUB)[-4:] == [
        "delete_instances cado-acquisition-lasting",
        "delete_instances cado-platform-lasting",
        "delete_instances cado-role-acquisition",
        "delete_instances cado-role-platform",
    ]
    assert [(kind, accounts, wave) for kind, accounts, wave in steps(operations, ROLE_SET)] == [
        ("update_stack_set", (member(2),), "early"),
        ("update_instances", (member(0), member(1)), "everyone"),
        ("update_stack_set", members(3), "everyone"),
    ]
    assert operations[-1].place.name == ROLE_SET
    trust = next(position for position, o in enumerate(operations) if o.place.name == ROLE_SET)
    assert len(named(operations[:trust], NEW)) == 4


def hubs_at_each_moment(known: World, operations: tuple[Operation, ...], name: StackSetName) -> list[dict[AccountId, set[str]]]:
    """The hubs that may assume the role of each account, before and after every operation."""
    return [
        {account: {arn.split(":")[4] for arn in trusted_by(found)} for (place, account), found in held.items() if place.name == name}
        for held in deployed_at_each_moment(known.observed, operations)
    ]


def test_both_hubs_are_trusted_from_the_wave_of_an_account_until_the_old_one_is_gone():
    known = moving()
    operations = known.plan().operations
    moments = hubs_at_each_moment(known, operations, ROLE_SET)
    last = max(number for number, operation in enumerate(operations) if HUB in operation.accounts)
    assert all(HUB in hubs for held in moments[: last + 1] for hubs in held.values())
    assert all(hubs == {HUB, NEW} for hubs in moments[last].values())
    assert {frozenset(hubs) for hubs in moments[-1].values()} == {frozenset({NEW})}


def test_a_plan_says_that_both_are_trusted_and_why():
    plan = moving().plan()
    said = [notice.partition(",")[0] for notice in plan.notices if f"trusts both hubs, {HUB} and {NEW}" in notice]
    assert said == ["cado-role-spoke in 3 accounts trusts both hubs"]
    rows = [(row.before, row.after, row.widens) for row in plan.roles if row.role_set == ROLE_SET and row.property == "assumed by"]
    assert [(HUB in before, NEW in before, HUB in after, NEW in after, widens) for before, after, widens in rows] == [
        (True, False, True, True, True),
        (True, True, False, True, False),
    ]


def test_a_role_that_was_trusted_by_hand_is_not_kept():
    known = moving()
    unit = known.observed[Place(ROLE_SET)]
    stranger = "arn:aws:iam::999999999999:role/Stranger"
    arns = f"{unit.definition.parameters['TrustedRoleArns']},{stranger},arn:aws:iam::{HUB}:role/Another"
    definition = replace(unit.definition, parameters={**unit.definition.parameters, "TrustedRoleArns": arns})
    known = replace(known, observed={**known.observed, Place(ROLE_SET): replace(unit, definition=definition)})
    updates = [o for o in known.plan().operations if o.place.name == ROLE_SET and isinstance(o, Update)]
    assert not any("Stranger" in str(o.definition.parameters) or "Another" in str(o.definition.parameters) for o in updates)


def test_a_new_plan_goes_on_from_where_some_trust_both_and_says_the_same():
    known = moving()
    plan = known.plan()
    half = next(number for number, o in enumerate(plan.operations) if o.place.name == ROLE_SET) + 1
    later = replace(known, observed=project(plan.operations[:half], known.observed))
    again = later.plan()
    assert steps(again.operations, ROLE_SET) == [
        ("update_instances", (member(0), member(1)), "everyone"),
        ("update_stack_set", members(3), "everyone"),
    ]
    assert project(again.operations, later.observed) == project(plan.operations, known.observed)
    assert [str(excess) for o in plan.operations[half:] for excess in excesses(o, mandate_of(later.basis()))] == []


def test_nothing_trusts_an_old_hub_that_is_gone():
    known = moving()
    plan = known.plan()
    gone = replace(known, observed=project(plan.operations[:-1], known.observed))
    assert {(o.kind, o.place.name) for o in gone.plan().operations} == {("update_stack_set", ROLE_SET), ("update_instances", ROLE_SET)}
    mandate = mandate_of(gone.basis())
    both = next(o for o in plan.operations if o.place.name == ROLE_SET)
    assert [*excesses(both, mandate)]
    assert not [*excesses(plan.operations[-1], mandate)]


def test_a_trust_policy_too_long_for_both_hubs_goes_over_directly():
    known = moving()
    roles = {kind: replace(role, external_id="x" * 1224) if kind is RoleKind.SPOKE else role for kind, role in known.rollout.roles.items()}
    roles = {kind: replace(role, path="/" + "p" * 80 + "/") if kind.is_hub else role for kind, role in roles.items()}
    plan = replace(known, rollout=replace(known.rollout, roles=roles)).plan()
    assert [o.kind for o in plan.operations if o.place.name == ROLE_SET] == ["update_stack_set", "update_instances"]


def test_the_acquisition_role_of_either_hub_trusts_the_platform_role_beside_it_alone():
    known = moving()
    assert not [o for o in known.plan().operations if o.place.name == ACQUISITION and isinstance(o, Update)]
    (trusted,) = trusted_by(known.observed[Place(ACQUISITION)].definition)
    assert trusted == "arn:aws:iam::${AWS::AccountId}:role/TestPlatformRole"


def test_the_rules_permit_the_old_hub_to_carry_a_changed_definition():
    known = moving()
    shorter = {kind: replace(role, max_session=3600) if kind.is_hub else role for kind, role in known.rollout.roles.items()}
    known = replace(known, rollout=replace(known.rollout, roles=shorter))
    plan, mandate = known.plan(), mandate_of(known.basis())
    assert any(isinstance(o, Update) and o.accounts == (HUB,) for o in plan.operations)
    assert [str(excess) for operation in plan.operations for excess in excesses(operation, mandate)] == []


@pytest.mark.parametrize(("name", "account"), [(ACQUISITION, NEW), (PLATFORM, NEW), (ROLE_SET, member(0))])
def test_the_old_hub_stays_while_the_new_one_or_a_spoke_failed(name, account):
    known = moving()
    plan = replace(known.plan(), digest=DIGEST)
    tolerant = replace(plan, header=replace(plan.header, pace=replace(plan.header.pace, failure_tolerance_percent=100)))
    aws, store = StrictAws(known.observed, faults=Faults(failing={(name, account): 1})), MemoryStore()
    carry_out(tolerant, aws, store)
    assert all(HUB in aws.state[Place(each)].instances for each in (ACQUISITION, PLATFORM))
    assert carry_out(tolerant, aws, store)[0].failed == ()
    assert not any(HUB in unit.instances for unit in aws.state.values())


def test_spokes_keep_trusting_the_old_hub_while_the_new_one_failed():
    known = moving()
    aws = StrictAws(known.observed, faults=Faults(failing={(ACQUISITION, NEW): 1}))
    carry_out(replace(known.plan(), digest=DIGEST), aws, MemoryStore())
    assert aws.state[Place(ROLE_SET)] == known.observed[Place(ROLE_SET)]


def test_an_account_waits_for_the_wave_of_those_whose_going_lets_its_definition_change():
    known = deployed(4, grants("those", (member(0),)), waves=(Wave("early", where=AccountIs((member(2),))), Wave("everyone")))
    longer = replace(known.rollout.roles[RoleKind.SPOKE], max_session=3600)
    rules = (grants("these", (member(2),)),)
    known = replace(known, rollout=replace(known.rollout, rules=rules, roles={**known.rollout.roles, RoleKind.SPOKE: longer}))
    operations = known.plan().operations
    assert {o.wave for o in operations} == {"everyone"}
    assert [f"{o.kind} {o.place.name}" for o in operations] == [
        f"delete_instances {SPOKE_SET}",
        f"delete_instances {ROLE_SET}",
        f"update_stack_set {ROLE_SET}",
        f"create_instances {ROLE_SET}",
        f"create_instances {SPOKE_SET}",
    ]
    (update,) = (o for o in operations if isinstance(o, Update))
    assert update.accounts == ()
