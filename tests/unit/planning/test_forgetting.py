"""Forgetting an account: its instances leave their StackSets, its stacks stay, and nothing else changes."""

from dataclasses import replace

import pytest

from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Delete, DeleteInstances
from orchestrator.model.organization import AccountState
from orchestrator.model.plan import ChangeKind, Plan, Purpose
from orchestrator.model.rollout import Rule, Safety
from orchestrator.model.selectors import AccountIs
from orchestrator.model.state import Condition, Place
from orchestrator.planning.basis import Basis
from orchestrator.planning.excess import excesses
from orchestrator.planning.make_plan import make_plan
from orchestrator.planning.mandate import mandate_of
from orchestrator.planning.projection import project
from tests.worlds.situations import ROLE_SET, SPOKE_SET, deployed, grants, in_condition, member, members, steps, with_rules
from tests.worlds.world import World

LOST, OTHER = member(0), member(1)


def departed(known: World, account: AccountId = LOST) -> World:
    left = {number: found for number, found in known.organization.accounts.items() if number != account}
    return replace(known, organization=replace(known.organization, accounts=left))


def in_state(known: World, state: AccountState, account: AccountId = LOST) -> World:
    accounts = {**known.organization.accounts, account: replace(known.organization.accounts[account], state=state)}
    return replace(known, organization=replace(known.organization, accounts=accounts))


def basis(known: World, account: AccountId = LOST) -> Basis:
    return replace(known.basis(Purpose.FORGET), forgotten=account, because="sold")


def forget(known: World, account: AccountId = LOST) -> Plan:
    return make_plan(basis(known, account))


def reasons(plan: Plan) -> list[str]:
    return [violation.message for violation in plan.violations if violation.kind == "forget"]


LOSSES = [departed, *(lambda known, state=state: in_state(known, state) for state in AccountState if state is not AccountState.ACTIVE)]


@pytest.mark.parametrize("lose", LOSSES)
def test_all_that_a_lost_account_holds_is_taken_out_with_its_stacks_retained(lose):
    plan = forget(lose(deployed(3)))
    assert not plan.violations
    assert {kind for kind, accounts, _ in steps(plan.operations)} == {"delete_instances"}
    assert all(isinstance(o, DeleteInstances) and o.retains and o.accounts == (LOST,) for o in plan.operations)
    assert {o.place.name for o in plan.operations} == {ROLE_SET, SPOKE_SET}
    assert {change.change for change in plan.changes} == {ChangeKind.FORGET}


def test_nothing_counts_as_revoked_and_no_permission_as_lost():
    known = departed(deployed(30))
    plan = forget(known)
    assert (plan.summary.grants_forgotten, plan.summary.grants_revoked, plan.summary.grants_unchanged) == (1, 0, 29)
    assert not plan.permissions
    assert not plan.roles


def test_the_limits_of_revocation_and_of_missing_accounts_do_not_bind():
    assert not forget(departed(deployed(2))).violations


def test_what_stays_is_said_on_top_with_who_may_assume_the_role():
    first, second = forget(departed(deployed(3))).notices[:2]
    assert f"stays in account {LOST}" in first
    assert "policy cado-spoke-lasting, role TestSpokeRole, assumed by arn:aws:iam::" in first
    assert "StackSet-cado-role-spoke-…" in second


def test_a_stack_set_that_rules_want_stays_although_it_is_empty():
    known = departed(deployed(1))
    with_another = with_rules(known, grants("another", (member(0),)))
    wanted = replace(with_another, organization=deployed(2).organization)
    wanted = departed(with_rules(wanted, grants("another", (OTHER,))))
    assert not any(isinstance(o, Delete) for o in forget(wanted).operations)


def test_a_stack_set_that_nothing_wants_goes_with_its_last_instance():
    known = departed(with_rules(deployed(1), Rule("none", AccountIs(members(0)))))
    plan = forget(known)
    assert [o.kind for o in plan.operations] == ["delete_instances", "delete_instances", "delete_stack_set", "delete_stack_set"]
    assert project(plan.operations, known.observed) == {}


def test_an_account_that_can_be_reached_is_refused_with_what_to_do_instead():
    plan = forget(deployed(3))
    assert plan.operations == ()
    assert "Withhold what it holds to revoke it, or exclude it" in reasons(plan)[0]


def test_of_an_account_that_can_be_reached_only_inoperable_instances_are_taken_out():
    stuck = in_condition(deployed(3), SPOKE_SET, LOST, Condition.INOPERABLE, "FAILED: termination protection")
    plan = forget(stuck)
    assert reasons(plan) == []
    assert steps(plan.operations) == [("delete_instances", (LOST,), "everyone")]
    assert any("is active" in notice for notice in plan.notices)
    assert "termination protection" in plan.changes[0].because


def test_an_excluded_or_protected_account_keeps_what_it_holds_although_it_is_lost():
    known = deployed(3)
    protected = replace(known, rollout=replace(known.rollout, safety=Safety(protected_accounts=(LOST,))))
    excluded = with_rules(known, *known.rollout.rules, Rule("hold", AccountIs((LOST,)), exclude=True, because="legal"))
    for each in (departed(protected), in_state(protected, AccountState.SUSPENDED), in_state(excluded, AccountState.SUSPENDED)):
        assert "it is excluded" in reasons(forget(each))[0]


def test_an_account_that_holds_nothing_is_nothing_to_do():
    plan = forget(deployed(3), AccountId("999999999999"))
    assert plan.operations == ()
    assert not plan.violations


def test_what_a_plan_does_is_within_the_mandate_and_no_other_deletion_is():
    known = departed(deployed(3))
    plan, mandate = forget(known), mandate_of(basis(known))
    assert [str(excess) for operation in plan.operations for excess in excesses(operation, mandate)] == []
    first = plan.operations[0]
    assert isinstance(first, DeleteInstances)
    assert [*excesses(replace(first, accounts=(OTHER,)), mandate)]
    assert "stacks are retained" in str(next(excesses(replace(first, retains=False), mandate)))


def test_no_other_plan_leaves_stacks_behind():
    known = with_rules(deployed(3), grants("fewer", members(3)[1:]))
    plan, mandate = known.plan(), mandate_of(known.basis())
    (revocation,) = (o for o in plan.operations if isinstance(o, DeleteInstances) and o.place == Place(SPOKE_SET))
    assert not [*excesses(revocation, mandate)]
    assert "go with their instances" in str(next(excesses(replace(revocation, retains=True), mandate)))
