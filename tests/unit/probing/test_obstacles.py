"""What is said of roles that stand in a plan's way."""

import pytest

from orchestrator.model.identifiers import AccountId
from orchestrator.model.inside import InsideRole, Origin, RoleSettings
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.probing.existing import AssessedRole, RoleDifference
from orchestrator.probing.obstacles import Obstacles, violations_of, warnings_of
from tests.worlds.catalogs import make_roles

SAME = RoleDifference()
HUB = AccountId("222222222222")
ROLLOUT = Rollout(roles=make_roles(HUB), rules=())


def found(account: str, origin: Origin, difference: RoleDifference = SAME) -> AssessedRole:
    role = InsideRole("TestSpokeRole", RoleSettings("/", {}), origin=origin)
    return AssessedRole(AccountId(account), RoleKind.SPOKE, role, difference)


@pytest.mark.parametrize(
    ("stack", "stack_set"),
    [
        ("StackSet-Cado-Response-0b5a1c2d-0b5a-4c2d-8b5a-0b5a1c2d3e4f", "Cado-Response"),
        ("StackSet-by-hand", ""),
        ("vendor", ""),
        ("", ""),
    ],
)
def test_the_stack_set_of_a_role_is_read_off_the_name_of_its_stack(stack, stack_set):
    assert Origin(stack).stack_set == stack_set


def test_few_accounts_are_described_and_the_rest_counted():
    taken = tuple(found(f"{number:012}", Origin(stack="vendor"), RoleDifference(("kms:Decrypt",))) for number in range(6))
    (violation,) = violations_of(Obstacles(taken=taken), ROLLOUT)
    assert 'role "TestSpokeRole" exists already in 6 accounts: 000000000000 (made by stack vendor; lacks 1 action)' in violation.message
    assert "and 2 more accounts" in violation.message
    assert 'account: ["000000000000", "000000000001", "000000000002", "000000000003", …]' in violation.message


def test_a_maker_that_could_not_be_asked_for_is_not_a_hand():
    (violation,) = violations_of(Obstacles(taken=(found("1" * 12, Origin(unknown="AccessDenied")),)), ROLLOUT)
    assert "made by what is not known (AccessDenied); allows what the rules grant" in violation.message


def test_what_was_not_looked_at_is_said():
    warnings = tuple(warnings_of(Obstacles(unread={AccountId("1" * 12): "no role lets us in"}, passed_over=40)))
    assert len(warnings) == 2
    assert "and roles to attach to are there, is unknown in 1 account, the first 111111111111: no role lets us in" in warnings[0]
    assert "not looked at in 40 more accounts" in warnings[1]
