"""Which actions are gained and lost, read off the templates, and which of them deserve a word on top."""

from dataclasses import replace

import pytest

from orchestrator.model.plan import PermissionChange
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Safety
from orchestrator.model.state import Condition, Definition, Instance, Place, Unit
from orchestrator.planning.permissions import sensitive_notices
from orchestrator.templates.reading import granted_permissions
from tests.unit.planning.situations import (
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


def held_as(known, definition):
    return with_stack_set(known, SPOKE_SET, replace(known.observed[Place(SPOKE_SET)], definition=definition))


def test_new_grants_gain_counted_by_role_and_accounts():
    plan = world(3, EVERYONE, grants("hub", (HUB,), "platform-lasting")).plan()
    assert plan.permissions == (
        PermissionChange(3, RoleKind.SPOKE, (READ, "kms:Decrypt"), ()),
        PermissionChange(1, RoleKind.PLATFORM, ("ec2:ReadPlatformLasting", "kms:Decrypt"), ()),
    )


def test_revocations_lose():
    plan = with_rules(deployed(3), grants("one", members(1))).plan()
    assert plan.permissions == (PermissionChange(2, RoleKind.SPOKE, (), (READ, "kms:Decrypt")),)


def test_what_another_group_set_keeps_granting_is_neither_lost_nor_gained():
    """Both sets grant kms:Decrypt on everything."""
    known = deployed(2, EVERYONE)
    also = Unit(Definition(template("ec2:Former"), {"RoleName": "TestSpokeRole"}), dict.fromkeys(members(2), Instance()))
    retired = with_stack_set(known, "cado-retired", also)
    assert retired.plan().permissions == (PermissionChange(2, RoleKind.SPOKE, (), ("ec2:Former",)),)


def test_what_the_role_may_do_everywhere_already_is_not_gained_for_a_time():
    known = with_rules(deployed(2), EVERYONE, grants("for a time", members(2), "spoke-passing"))
    assert known.plan().permissions == (PermissionChange(2, RoleKind.SPOKE, ("ec2:ReadSpokePassing",), ()),)


def test_what_everything_grants_hides_a_narrower_loss():
    narrow = Unit(
        Definition(template("ec2:Former", resource="arn:aws:s3:::one"), {"RoleName": "TestSpokeRole"}),
        dict.fromkeys(members(2), Instance()),
    )
    known = with_stack_set(deployed(2), "cado-retired", narrow)
    assert known.plan().permissions == (PermissionChange(2, RoleKind.SPOKE, (), ("ec2:Former",)),)


def test_what_an_outdated_neighbour_may_grant_hides_nothing():
    also = Unit(Definition(template("ec2:Former"), {"RoleName": "TestSpokeRole"}), dict.fromkeys(members(1), Instance()))
    known = in_condition(with_stack_set(deployed(1), "cado-retired", also), SPOKE_SET, member(0), Condition.OUTDATED)
    assert known.plan().permissions == (PermissionChange(1, RoleKind.SPOKE, (READ,), ("ec2:Former",)),)


def test_another_definition_shows_only_what_differs():
    known = held_as(deployed(2), Definition(template("ec2:Former"), {}))
    assert known.plan().permissions == (PermissionChange(2, RoleKind.SPOKE, (READ,), ("ec2:Former",)),)


def test_a_change_of_scope_is_a_gain_and_a_loss():
    known = held_as(deployed(2), Definition(template(READ, resource="arn:aws:s3:::one"), {}))
    assert known.plan().permissions == (PermissionChange(2, RoleKind.SPOKE, (READ, "kms:Decrypt"), (READ, "kms:Decrypt")),)


def test_nobody_knows_what_an_outdated_instance_holds_so_its_repair_is_a_gain():
    plan = in_condition(deployed(2), SPOKE_SET, member(0), Condition.OUTDATED).plan()
    assert plan.permissions == (PermissionChange(1, RoleKind.SPOKE, (READ, "kms:Decrypt"), ()),)


def test_a_value_that_scopes_an_action_counts():
    one, other = (Definition(template("s3:GetObject", "!Sub 'arn:aws:s3:::${Bucket}/*'"), {"Bucket": name, "Idle": name}) for name in "ab")
    assert {action for action, _ in granted_permissions(one) - granted_permissions(other)} == {"s3:GetObject", "kms:Decrypt"}


def test_a_value_that_scopes_nothing_does_not_count():
    one, other = (Definition(template("s3:GetObject"), {"Idle": name}) for name in "ab")
    assert granted_permissions(one) == granted_permissions(other)


def test_denials_grant_nothing():
    assert granted_permissions(Definition(template("s3:*", effect="Deny"))) == frozenset()


@pytest.mark.parametrize(
    "text", ["", "a: [", "- 1", "[]", "x: {PolicyDocument: 7}", '{"a": 1}', "a: 2012-99-99", "&a [*a]", "\x00", "%", "? {a: b}: c"]
)
def test_a_template_nobody_can_read_grants_nothing_known(text):
    assert granted_permissions(Definition(text)) == frozenset()


def test_a_row_names_the_rules_that_bring_it_and_no_other():
    """A rule for one role is no reason for what another role gains, nor one whose set has nothing to do with the row."""
    one = grants("one more", members(1), "spoke-passing")
    plan = world(3, EVERYONE, one, grants("hub", (HUB,), "platform-lasting")).plan()
    assert {(row.role, row.accounts): row.because for row in plan.permissions} == {
        (RoleKind.SPOKE, 2): ("every account",),
        (RoleKind.SPOKE, 1): ("every account", "one more"),
        (RoleKind.PLATFORM, 1): ("hub",),
    }


def test_a_revocation_is_the_reason_of_a_loss():
    (row,) = with_rules(deployed(2), grants("one", members(1))).plan().permissions
    assert row.because == ("no rule grants it",)


def test_sensitive_actions_are_told_with_role_and_accounts():
    known = world(3, safety=Safety(sensitive_actions=("KMS:*", "iam:*")))
    assert known.plan().notices == ("sensitive: kms:Decrypt newly granted to the spoke role in 3 accounts",)


def test_actions_that_go_to_the_same_role_in_as_many_accounts_are_told_together():
    gained = [PermissionChange(2, RoleKind.SPOKE, ("iam:A", "iam:B"), ()), PermissionChange(1, RoleKind.SPOKE, ("iam:C",), ())]
    assert sensitive_notices(gained, ["iam:*"]) == (
        "sensitive: iam:A, iam:B newly granted to the spoke role in 2 accounts",
        "sensitive: iam:C newly granted to the spoke role in 1 account",
    )


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
    gained = PermissionChange(1, RoleKind.SPOKE, (action,), ())
    assert bool(sensitive_notices([gained], [pattern])) is is_told
    assert sensitive_notices([PermissionChange(1, RoleKind.SPOKE, (), (action,))], [pattern]) == ()
