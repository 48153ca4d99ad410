"""Accounts that have the role already: our policies are added to it, and no role set goes there."""

from dataclasses import replace

from orchestrator.model.operation import DeleteInstances
from orchestrator.model.roles import ExistingRole, Handling, RoleKind
from orchestrator.model.selectors import AccountIs
from orchestrator.model.state import Condition
from tests.worlds.situations import ROLE_SET, SPOKE_SET, deployed, in_condition, member, members, world
from tests.worlds.world import World

TAKEN = "FAILED: Role: Resource of type 'AWS::IAM::Role' with identifier 'TestSpokeRole' already exists."


def attached(known: World, *numbers: int, handling: Handling = Handling.ATTACH) -> World:
    rule = ExistingRole(AccountIs(tuple(map(member, numbers))), handling, "the vendor made it")
    spoke = replace(known.rollout.roles[RoleKind.SPOKE], existing=(rule,))
    return replace(known, rollout=replace(known.rollout, roles={**known.rollout.roles, RoleKind.SPOKE: spoke}))


def holders(known: World, name: str) -> set[str]:
    return {account for place, unit in known.observed.items() if place.name == name for account in unit.instances}


def test_policies_go_to_every_account_and_the_role_set_to_those_without_a_role():
    fresh = attached(world(3), 0)
    done = fresh.carry_out(fresh.plan())
    assert holders(done, SPOKE_SET) >= set(members(3))
    assert holders(done, ROLE_SET) & set(members(3)) == {member(1), member(2)}
    assert done.plan().operations == ()


def test_a_role_that_our_role_set_made_stays_whatever_the_rule_says():
    assert attached(deployed(3), 0).plan().operations == ()


def test_an_instance_that_failed_because_the_name_is_taken_is_taken_out_again():
    failed = attached(in_condition(deployed(3), ROLE_SET, member(0), Condition.OUTDATED, TAKEN), 0)
    plan = failed.plan()
    assert [(type(o), o.place.name, o.accounts) for o in plan.operations] == [(DeleteInstances, ROLE_SET, (member(0),))]
    assert [row.because for row in plan.changes] == ["role exists there already, attach: the vendor made it"]


def test_an_instance_that_failed_for_another_reason_is_tried_again():
    failed = attached(in_condition(deployed(3), ROLE_SET, member(0), Condition.OUTDATED, "FAILED: throttled"), 0)
    assert not any(isinstance(operation, DeleteInstances) for operation in failed.plan().operations)


def test_what_was_granted_before_the_role_is_left_is_revoked():
    plan = attached(deployed(3), 0, handling=Handling.LEAVE).plan()
    assert {row.because for row in plan.changes if row.group_set} == {
        "withheld: role TestSpokeRole exists there already, leave: the vendor made it"
    }
