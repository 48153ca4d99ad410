"""Which operations a plan is made of, in small worlds a person can check by hand."""

from dataclasses import replace

import pytest

from orchestrator.model.identifiers import StackSetName
from orchestrator.model.operation import Create, CreateInstances, DeleteInstances
from orchestrator.model.plan import ChangeKind, Purpose
from orchestrator.model.rollout import Rule, Wave
from orchestrator.model.selectors import AccountIs
from orchestrator.model.state import Condition, Instance, Place, Unit
from orchestrator.planning.projection import project
from orchestrator.planning.waves import assign_waves
from orchestrator.selection.matching import Places
from tests.worlds.situations import (
    EVERYONE,
    HUB,
    MANAGEMENT,
    PASSING,
    PASSING_SET,
    ROLE_SET,
    SPOKE,
    SPOKE_SET,
    deployed,
    grants,
    in_condition,
    member,
    members,
    organization,
    redefined,
    steps,
    with_rules,
    with_stack_set,
    world,
)

TWO_WAVES = (Wave("early", where=AccountIs((member(2),))), Wave("everyone"))


def test_a_first_rollout_makes_the_role_before_the_group_set():
    operations = world(2).plan().operations
    assert [(o.place.name, kind, accounts) for o, (kind, accounts, _) in zip(operations, steps(operations), strict=True)] == [
        (ROLE_SET, "create_stack_set", ()),
        (ROLE_SET, "create_instances", members(2)),
        (SPOKE_SET, "create_stack_set", ()),
        (SPOKE_SET, "create_instances", members(2)),
    ]
    assert [o.after for o in operations] == [(), ("op-001",), (), ("op-003", "op-002")]


def test_the_last_revocation_takes_the_group_set_then_the_role():
    operations = with_rules(deployed(2)).plan().operations
    assert [(o.place.name, kind) for o, (kind, _, _) in zip(operations, steps(operations), strict=True)] == [
        (SPOKE_SET, "delete_instances"),
        (ROLE_SET, "delete_instances"),
        (SPOKE_SET, "delete_stack_set"),
        (ROLE_SET, "delete_stack_set"),
    ]
    assert [o.after for o in operations] == [(), ("op-001",), ("op-001",), ("op-002",)]


def test_the_management_account_gets_plain_stacks():
    known = world(1, grants("root", (MANAGEMENT,), "discovery-lasting", "spoke-lasting"))
    plan = known.plan()
    assert {kind for kind, _, _ in steps(plan.operations)} == {"create_stack"}
    assert {accounts for _, accounts, _ in steps(plan.operations)} == {(MANAGEMENT,)}
    after = project(plan.operations, known.observed)
    names = ("cado-role-discovery", "cado-role-spoke", "cado-discovery-lasting", "cado-spoke-lasting")
    assert set(after) == {Place(StackSetName(name), is_stack=True) for name in names}


def test_an_early_creation_pulls_one_later_account_forward_when_the_definition_changes():
    grown = with_rules(redefined(deployed(3, grants("two", members(2)), waves=TWO_WAVES)), EVERYONE)
    assert steps(grown.plan().operations, SPOKE_SET) == [
        ("update_stack_set", (member(0),), "early"),
        ("create_instances", (member(2),), "early"),
        ("update_instances", (member(1),), "everyone"),
    ]


def test_a_changed_definition_first_reaches_the_accounts_of_the_early_wave():
    known = redefined(deployed(3, waves=TWO_WAVES))
    assert steps(known.plan().operations) == [
        ("update_stack_set", (member(2),), "early"),
        ("update_instances", (member(0), member(1)), "everyone"),
    ]


def test_when_every_old_instance_goes_they_go_before_the_definition_changes():
    known = with_rules(redefined(deployed(2, grants("old", members(1)))), grants("new", (member(1),)))
    assert steps(known.plan().operations, SPOKE_SET) == [
        ("delete_instances", (member(0),), "everyone"),
        ("update_stack_set", (), "everyone"),
        ("create_instances", (member(1),), "everyone"),
    ]


def test_an_inoperable_instance_is_deleted_and_made_anew():
    known = in_condition(deployed(2), SPOKE_SET, member(1), Condition.INOPERABLE, "DeleteConflict")
    plan = known.plan()
    assert steps(plan.operations) == [("delete_instances", (member(1),), "everyone"), ("create_instances", (member(1),), "everyone")]
    assert [(c.change, c.because) for c in plan.changes] == [(ChangeKind.REPAIR, "every account; INOPERABLE: DeleteConflict")]


def test_an_outdated_instance_is_updated():
    plan = in_condition(deployed(2), SPOKE_SET, member(1), Condition.OUTDATED).plan()
    assert steps(plan.operations) == [("update_instances", (member(1),), "everyone")]


def test_a_replaced_temporary_grant_keeps_its_window():
    known = deployed(1, grants("temporarily", members(1), PASSING))
    window = known.observed[Place(PASSING_SET)].instances[member(0)].window
    plan = in_condition(known, PASSING_SET, member(0), Condition.INOPERABLE).plan()
    assert [o.window for o in plan.operations if isinstance(o, CreateInstances)] == [window]


def test_a_replaced_role_takes_its_group_sets_along_and_waits_for_them():
    known = in_condition(deployed(2), ROLE_SET, member(1), Condition.INOPERABLE)
    operations = known.plan().operations
    assert [(o.place.name, type(o), o.after) for o in operations] == [
        (SPOKE_SET, DeleteInstances, ()),
        (ROLE_SET, DeleteInstances, ("op-001",)),
        (ROLE_SET, CreateInstances, ("op-002", "op-001")),
        (SPOKE_SET, CreateInstances, ("op-001", "op-002", "op-003")),
    ]
    assert {account for _, accounts, _ in steps(operations) for account in accounts} == {member(1)}


def test_what_is_revoked_where_a_role_is_replaced_goes_before_the_role():
    both = (grants("lasting", members(2)), grants("more", members(2), PASSING))
    known = in_condition(deployed(2, *both), ROLE_SET, member(1), Condition.INOPERABLE)
    operations = with_rules(known, both[0], grants("less", members(1), PASSING)).plan().operations
    (role,) = (o for o in operations if o.place.name == ROLE_SET and isinstance(o, DeleteInstances))
    policies = {o.id for o in operations if o.place.name != ROLE_SET and isinstance(o, DeleteInstances)}
    assert len(policies) == 2
    assert policies <= set(role.after)


def test_a_replaced_stack_in_the_management_account_is_deleted_first():
    known = deployed(1, grants("root", (MANAGEMENT,)))
    place = Place(SPOKE_SET, is_stack=True)
    broken = replace(known.observed[place], instances={MANAGEMENT: Instance(Condition.INOPERABLE)})
    known = replace(known, observed={**known.observed, place: broken})
    assert steps(known.plan().operations) == [("delete_stack", (MANAGEMENT,), "everyone"), ("create_stack", (MANAGEMENT,), "everyone")]


def test_a_stack_set_kept_alive_by_a_hands_off_account_stays_and_is_not_updated():
    known = redefined(deployed(2))
    known = with_rules(known, Rule("sold", AccountIs((member(0),)), exclude=True, because="leaves"))
    plan = known.plan()
    assert {kind for kind, _, _ in steps(plan.operations)} == {"delete_instances"}
    assert [(h.account, h.because, h.holds) for h in plan.excluded] == [(member(0), "sold: leaves", 1)]


def test_a_destruction_takes_everything():
    known = deployed(2, EVERYONE, grants("root", (MANAGEMENT,)))
    plan = known.plan(Purpose.DESTROY)
    assert project(plan.operations, known.observed) == {}
    assert {change.because for change in plan.changes} == {"destroy"}


def test_a_large_rollout_is_cut_into_blocks():
    created = [o.accounts for o in world(201).plan().operations if isinstance(o, CreateInstances) and o.place.name == SPOKE_SET]
    assert [len(accounts) for accounts in created] == [100, 100, 1]


def test_a_block_waits_for_the_blocks_of_its_role_that_share_accounts_with_it_and_for_no_others():
    operations = world(350, grants("half", members(350)[::2])).plan().operations
    blocks = {o.id: o for o in operations if isinstance(o, CreateInstances)}
    on_groups = [o for o in blocks.values() if o.place.name != ROLE_SET]
    assert len(on_groups) > 1
    for block in on_groups:
        sharing = {o.id for o in blocks.values() if o.place.name == ROLE_SET and not set(o.accounts).isdisjoint(block.accounts)}
        assert {key for key in block.after if key in blocks and blocks[key].place.name == ROLE_SET} == sharing


@pytest.mark.parametrize(("count", "percent", "expected"), [(10, 10, 1), (11, 10, 2), (1, 1, 1), (10, 100, 10)])
def test_a_percentage_of_those_left_is_rounded_up(count, percent, expected):
    assigned = assign_waves(members(count), (Wave("early", percent=percent), Wave("rest")), Places(organization(count), HUB))
    assert sum(wave == "early" for wave in assigned.values()) == expected


def test_the_hub_joins_the_first_wave_whatever_that_selects():
    assigned = assign_waves((HUB, *members(2)), (Wave("early", where=AccountIs((member(0),))), Wave("rest")), Places(organization(2), HUB))
    assert assigned == {HUB: "early", member(0): "early", member(1): "rest"}


def test_what_nobody_knows_any_more_is_revoked_and_withheld_says_by_whom():
    known = deployed(2)
    old = Unit(known.observed[Place(SPOKE_SET)].definition, {member(0): Instance()})
    held = with_stack_set(known, "cado-old", old)
    plan = with_rules(held, EVERYONE, Rule("pci", AccountIs((member(1),)), withhold=(SPOKE,), because="PCI scope")).plan()
    assert {(c.group_set, *c.accounts, c.because) for c in plan.changes} == {
        ("old", member(0), "no rule grants it"),
        ("spoke-lasting", member(1), "withheld: pci: PCI scope"),
        (None, member(1), "no group set of this role is left"),
    }


def test_a_stack_of_a_temporary_set_carries_its_window():
    known = world(1, grants("root", (MANAGEMENT,), PASSING))
    opened = [o.window for o in known.plan().operations if isinstance(o, Create) and o.place.name == PASSING_SET]
    assert [w.not_before for w in opened if w] == [known.now]


def test_the_role_set_of_a_role_that_is_no_longer_managed_stays_as_it_is():
    known = deployed(3, EVERYONE)
    roles = {kind: replace(role, managed=False) for kind, role in known.rollout.roles.items()}
    handed_over = replace(known, rollout=replace(known.rollout, roles=roles))
    assert steps(handed_over.plan().operations, ROLE_SET) == []


def test_an_update_of_more_than_a_block_goes_on_instance_by_instance():
    kinds = [(kind, len(accounts)) for kind, accounts, _ in steps(redefined(deployed(201)).plan().operations, SPOKE_SET)]
    assert kinds == [("update_stack_set", 100), ("update_instances", 100), ("update_instances", 1)]
