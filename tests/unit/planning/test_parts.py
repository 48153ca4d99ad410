"""A plan narrowed to accounts, organizational units or group sets."""

from dataclasses import replace

import pytest

from orchestrator.errors import OrchestratorError
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.operation import CreateInstances
from orchestrator.model.part import Part
from orchestrator.model.state import Condition, Instance, Place
from orchestrator.planning.excess import excesses
from orchestrator.planning.mandate import mandate_of
from orchestrator.planning.parts import check_names
from tests.worlds.catalogs import make_catalog, make_roles
from tests.worlds.situations import (
    PASSING,
    ROLE_SET,
    SPOKE,
    SPOKE_SET,
    deployed,
    grants,
    in_condition,
    member,
    members,
    redefined,
    steps,
    with_rules,
    with_stack_set,
    world,
)


def only(*accounts: AccountId) -> Part:
    return Part(accounts=accounts)


def test_an_account_gets_its_role_and_its_set_and_the_rest_is_counted():
    plan = world(3).plan(part=only(member(1)))
    assert [step for step in steps(plan.operations) if step[1]] == [
        ("create_instances", (member(1),), "everyone"),
        ("create_instances", (member(1),), "everyone"),
    ]
    assert {operation.place.name for operation in plan.operations} == {ROLE_SET, SPOKE_SET}
    assert plan.narrowing is not None
    assert (plan.narrowing.changes_left_out, plan.narrowing.accounts_left_out) == (4, 2)
    assert plan.notices[0] == f"this plan is narrowed to {member(1)}. The whole plan has 4 more changes in 2 accounts."


def test_a_stack_set_is_deleted_with_its_last_account_only():
    nothing = with_rules(deployed(2), grants("none", ()))
    kinds = [operation.kind for operation in nothing.plan(part=only(member(0))).operations]
    assert kinds == ["delete_instances", "delete_instances"]
    last = with_rules(deployed(1), grants("none", ()))
    assert [operation.kind for operation in last.plan(part=only(member(0))).operations].count("delete_stack_set") == 2


def test_a_role_that_nothing_needs_any_more_waits_for_the_whole_plan():
    nothing = with_rules(deployed(2), grants("none", ()))
    plan = nothing.plan(part=Part(group_sets=(SPOKE,)))
    assert {operation.place.name for operation in plan.operations} == {SPOKE_SET}
    assert plan.narrowing is not None
    assert plan.narrowing.changes_left_out == 2


def test_a_set_that_is_to_be_redefined_is_so_for_the_part_alone():
    plan = redefined(deployed(3)).plan(part=only(member(2)))
    assert steps(plan.operations) == [("update_stack_set", (member(2),), "everyone")]


def test_a_part_that_would_redefine_a_set_for_holders_outside_of_it_is_refused():
    grown = with_rules(redefined(deployed(2, grants("two", members(2)))), grants("three", members(3)))
    grown = replace(grown, organization=world(3).organization)
    plan = grown.plan(part=only(member(2)))
    assert [violation.kind for violation in plan.violations] == ["excluded"]


def test_the_hub_does_not_move_in_part():
    hub = grants("the hub", (), "acquisition-lasting")
    known = deployed(2, grants("workloads", members(1)), replace(hub, where=world(1).rollout.rules[0].where))
    moved = replace(known, rollout=replace(known.rollout, roles=make_roles(member(1))))
    assert [violation.kind for violation in moved.plan(part=only(member(0))).violations] == ["hub_moves"]


def test_the_mandate_of_a_part_covers_nothing_outside_of_it():
    known = world(3)
    beyond = [
        operation
        for operation in known.plan().operations
        if isinstance(operation, CreateInstances) and [*excesses(operation, mandate_of(known.basis(part=only(member(1)))))]
    ]
    assert beyond
    inside = known.plan(part=only(member(1)))
    assert not [excess for o in inside.operations for excess in excesses(o, mandate_of(known.basis(part=only(member(1)))))]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (only(AccountId("999999999999")), 'no account "999999999999"'),
        (Part(units=("/Nowhere",)), 'no organizational unit with accounts "/Nowhere"'),
        (Part(group_sets=(GroupSetName("spoke-lastin"),)), 'no group set "spoke-lastin"'),
    ],
)
def test_a_name_that_nothing_bears_is_an_error(part: Part, said: str):
    known = world(1)
    with pytest.raises(OrchestratorError, match=said):
        check_names(part, known.organization, known.catalog, known.observed, known.rollout.prefix)


def test_a_role_is_for_the_group_set_that_the_plan_grants():
    known = world(2, grants("two sets", members(2), SPOKE, PASSING))
    both = replace(known, catalog=make_catalog(passing=False), rollout=replace(known.rollout, temporary={}))
    reasons = {row.because for row in both.plan(part=Part(group_sets=(PASSING,))).changes if row.group_set is None}
    assert reasons == {f"role of {PASSING}"}


@pytest.mark.parametrize("sets", [(SPOKE,), (SPOKE, PASSING)])
def test_an_account_whose_role_has_to_be_made_anew_waits_for_the_whole_plan(sets):
    broken = in_condition(deployed(2, grants("both", members(2), *sets)), ROLE_SET, member(1), Condition.INOPERABLE)
    lost = with_stack_set(broken, SPOKE_SET, replace(broken.observed[Place(SPOKE_SET)], instances={}))
    plan = lost.plan(part=Part(group_sets=(SPOKE,)))
    assert {(operation.place.name, operation.accounts) for operation in plan.operations} == {(SPOKE_SET, (member(0),))}
    assert plan.narrowing is not None
    assert plan.narrowing.accounts_left_out == 1


def test_a_group_set_is_revoked_although_its_role_has_to_be_made_anew():
    broken = in_condition(deployed(2), ROLE_SET, member(1), Condition.INOPERABLE)
    plan = with_rules(broken, grants("one", (member(0),))).plan(part=Part(group_sets=(SPOKE,)))
    assert steps(plan.operations) == [("delete_instances", (member(1),), "everyone")]


def test_a_role_that_aws_failed_to_make_is_made_for_the_group_set_that_needs_it():
    failed = in_condition(deployed(2), ROLE_SET, member(1), Condition.OUTDATED, "FAILED: not authorized to perform iam:CreateRole")
    lost = with_stack_set(failed, SPOKE_SET, replace(failed.observed[Place(SPOKE_SET)], instances={member(0): Instance()}))
    plan = lost.plan(part=Part(group_sets=(SPOKE,)))
    assert {(operation.place.name, operation.accounts) for operation in plan.operations} == {
        (ROLE_SET, (member(1),)),
        (SPOKE_SET, (member(1),)),
    }
