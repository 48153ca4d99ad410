"""How roles may do more or less, read off the templates of two states, and what of it stands on top of a plan."""

from dataclasses import replace

import pytest

from orchestrator.model.permission import Block, PermissionChange, ScopeChange
from orchestrator.model.powerful_actions import POWERFUL
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Safety
from orchestrator.model.state import Condition, Definition, Instance, Place, Unit
from orchestrator.planning.permissions import sensitive_notices
from tests.worlds.situations import (
    EVERYONE,
    HUB,
    SPOKE_SET,
    deployed,
    grants,
    in_condition,
    member,
    members,
    with_rules,
    with_stack_set,
    world,
)

READ = "ec2:ReadSpokeLasting"


def template(action, resource="'*'", effect="Allow"):
    return f"""
Resources:
  Policy:
    Type: AWS::IAM::RolePolicy
    Properties:
      PolicyDocument:
        Statement: {{Effect: {effect}, Action: ["{action}", "kms:Decrypt"], Resource: {resource}}}
"""


def rows(plan):
    return [(row.accounts, row.role, row.change, row.actions) for row in plan.permissions]


def held_as(known, definition):
    return with_stack_set(known, SPOKE_SET, replace(known.observed[Place(SPOKE_SET)], definition=definition))


def test_new_grants_gain_counted_by_role_and_accounts():
    plan = world(3, EVERYONE, grants("hub", (HUB,), "platform-lasting")).plan()
    assert rows(plan) == [
        (1, RoleKind.PLATFORM, ScopeChange.NEW, ("ec2:ReadPlatformLasting", "kms:Decrypt")),
        (3, RoleKind.SPOKE, ScopeChange.NEW, (READ, "kms:Decrypt")),
    ]


def test_revocations_lose():
    plan = with_rules(deployed(3), grants("one", members(1))).plan()
    assert rows(plan) == [(2, RoleKind.SPOKE, ScopeChange.GONE, (READ, "kms:Decrypt"))]


def test_what_another_group_set_keeps_granting_is_neither_lost_nor_gained():
    """Both sets grant kms:Decrypt on everything."""
    known = deployed(2, EVERYONE)
    also = Unit(Definition(template("ec2:Former"), {"RoleName": "TestSpokeRole"}), dict.fromkeys(members(2), Instance()))
    retired = with_stack_set(known, "cado-retired", also)
    assert rows(retired.plan()) == [(2, RoleKind.SPOKE, ScopeChange.GONE, ("ec2:Former",))]


def test_what_the_role_may_do_everywhere_already_is_not_gained_for_a_time():
    known = with_rules(deployed(2), EVERYONE, grants("for a time", members(2), "spoke-passing"))
    assert rows(known.plan()) == [(2, RoleKind.SPOKE, ScopeChange.NEW, ("ec2:ReadSpokePassing",))]


def test_what_everything_grants_hides_a_narrower_loss():
    narrow = Unit(
        Definition(template("ec2:Former", resource="arn:aws:s3:::one"), {"RoleName": "TestSpokeRole"}),
        dict.fromkeys(members(2), Instance()),
    )
    known = with_stack_set(deployed(2), "cado-retired", narrow)
    assert rows(known.plan()) == [(2, RoleKind.SPOKE, ScopeChange.GONE, ("ec2:Former",))]


def test_what_an_outdated_neighbour_may_grant_hides_nothing():
    also = Unit(Definition(template("ec2:Former"), {"RoleName": "TestSpokeRole"}), dict.fromkeys(members(1), Instance()))
    known = in_condition(with_stack_set(deployed(1), "cado-retired", also), SPOKE_SET, member(0), Condition.OUTDATED)
    assert rows(known.plan()) == [(1, RoleKind.SPOKE, ScopeChange.NEW, (READ,)), (1, RoleKind.SPOKE, ScopeChange.GONE, ("ec2:Former",))]


def test_another_definition_shows_only_what_differs():
    known = held_as(deployed(2), Definition(template("ec2:Former"), {}))
    assert rows(known.plan()) == [(2, RoleKind.SPOKE, ScopeChange.NEW, (READ,)), (2, RoleKind.SPOKE, ScopeChange.GONE, ("ec2:Former",))]


def test_a_change_of_scope_is_one_row_with_old_and_new():
    known = held_as(deployed(2), Definition(template(READ, resource="arn:aws:s3:::one"), {}))
    (row,) = known.plan().permissions
    assert (row.change, row.actions) == (ScopeChange.WIDER, (READ, "kms:Decrypt"))
    assert (row.before, row.after) == ((Block(("arn:aws:s3:::one",)),), (Block(("*",)),))
    assert (row.gains, row.loses) == (row.actions, ())


def test_what_widens_stands_on_top_and_what_tightens_does_not():
    wide, tight = (held_as(deployed(2), Definition(template(READ, resource=text), {})) for text in ("arn:aws:s3:::one", "'*'"))
    assert wide.plan().notices[0] == f"wider: {READ}, kms:Decrypt of the spoke role in 2 accounts"
    assert tight.plan().notices == ()


def test_nobody_knows_what_an_outdated_instance_holds_so_its_repair_is_a_gain():
    plan = in_condition(deployed(2), SPOKE_SET, member(0), Condition.OUTDATED).plan()
    assert rows(plan) == [(1, RoleKind.SPOKE, ScopeChange.NEW, (READ, "kms:Decrypt"))]


def test_a_row_names_the_rules_that_bring_it_and_no_other():
    """A rule for one role is no reason for what another role gains, nor one whose set has nothing to do with the row."""
    one = grants("one more", members(1), "spoke-passing")
    plan = world(3, EVERYONE, one, grants("hub", (HUB,), "platform-lasting")).plan()
    assert {(row.role, row.accounts, row.actions): row.because for row in plan.permissions} == {
        (RoleKind.SPOKE, 3, (READ, "kms:Decrypt")): ("every account", "one more"),
        (RoleKind.SPOKE, 1, ("ec2:ReadSpokePassing",)): ("one more",),
        (RoleKind.PLATFORM, 1, ("ec2:ReadPlatformLasting", "kms:Decrypt")): ("hub",),
    }


def test_a_revocation_is_the_reason_of_a_loss():
    (row,) = with_rules(deployed(2), grants("one", members(1))).plan().permissions
    assert row.because == ("no rule grants it",)


def test_sensitive_actions_are_told_with_role_and_accounts():
    known = world(3, safety=Safety(sensitive_actions=("KMS:*", "iam:*")))
    assert known.plan().notices == ("sensitive, newly granted to the spoke role in 3 accounts: kms:Decrypt: decrypts what keys protect",)


def new(accounts, *actions, change=ScopeChange.NEW):
    return PermissionChange(accounts, RoleKind.SPOKE, change, actions)


def test_actions_that_go_to_the_same_role_in_as_many_accounts_are_told_together():
    gained = [new(2, "iam:A", "iam:B"), new(1, "iam:C")]
    assert sensitive_notices(gained, ["iam:*"]) == (
        "sensitive, newly granted to the spoke role in 2 accounts: iam:A, iam:B",
        "sensitive, newly granted to the spoke role in 1 account: iam:C",
    )


def test_a_powerful_action_is_told_with_the_reason_why_it_matters():
    gained = [new(1, "ec2:DeleteSnapshot", "ec2:DeleteVolume", "ec2:ModifySnapshotAttribute", "iam:GetPolicy")]
    (notice,) = sensitive_notices(gained, POWERFUL)
    head, _, reasons = notice.partition(" in 1 account: ")
    assert head == "sensitive, newly granted to the spoke role"
    assert reasons.split("; ") == [
        "ec2:DeleteSnapshot, ec2:DeleteVolume: can delete disks and snapshots",
        "ec2:ModifySnapshotAttribute: can share a disk's content",
    ]


@pytest.mark.parametrize(
    ("action", "pattern", "is_told"),
    [
        ("iam:PassRole", "iam:*", True),
        ("iam:PassRole", "IAM:passrole", True),
        ("iam:Pass*", "iam:PassRole", True),
        ("*", "iam:PassRole", True),
        ("iam:Get*", "iam:PassRole", False),
        ("ec2:RunInstances", "iam:*", False),
    ],
)
def test_a_wildcard_is_sensitive_when_it_could_mean_a_sensitive_action(action, pattern, is_told):
    assert bool(sensitive_notices([new(1, action)], [pattern])) is is_told
    assert sensitive_notices([new(1, action, change=ScopeChange.NARROWER), new(1, action, change=ScopeChange.GONE)], [pattern]) == ()
