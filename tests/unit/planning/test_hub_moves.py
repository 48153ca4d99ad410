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
from tests.worlds.catalogs import make_roles
from tests.worlds.fakes import Faults, MemoryStore, StrictAws
from tests.worlds.plans import DIGEST, carry_out
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
    assert named(operations[-4:], HUB) == [
        "delete_instances cado-acquisition-lasting",
        "delete_instances cado-platform-lasting",
        "delete_instances cado-role-acquisition",
        "delete_instances cado-role-platform",
    ]
    assert [(kind, accounts, wave) for kind, accounts, wave in steps(operations, ROLE_SET)] == [
        ("update_stack_set", (member(2),), "early"),
        ("update_instances", (member(0), member(1)), "everyone"),
    ]
    trust = next(position for position, o in enumerate(operations) if o.place.name == ROLE_SET)
    assert len(named(operations[:trust], NEW)) == len(named(operations, NEW)) == 4


def test_the_rules_permit_the_old_hub_to_carry_a_changed_definition():
    known = moving()
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
