"""The way into accounts, and what is seen of their roles."""

import pytest

from orchestrator.adapters.aws.access import AccountAccess
from orchestrator.adapters.aws.inspection import AccountInspector
from orchestrator.errors import AwsError
from orchestrator.model.rollout import Access
from tests.adapters.aws.world import DEV, HUB, MANAGEMENT, PROD

ROLE = "OrganizationAccountAccessRole"


def open_access(session, **settings):
    return AccountAccess(session, management_account=MANAGEMENT, access=Access(**settings))


def account_of(source):
    return source.client("sts").get_caller_identity()["Account"]


def test_own_credentials_serve_where_we_are_and_a_role_elsewhere(session):
    access = open_access(session)
    assert account_of(access.session_in(MANAGEMENT)) == MANAGEMENT
    assert account_of(access.session_in(PROD)) == PROD
    assert session.calls()["sts:AssumeRole"] == 1


def test_management_account_needs_a_role_of_its_own_from_elsewhere(session_of):
    access = open_access(session_of(HUB))
    assert access.management() is None
    with pytest.raises(AwsError, match="not configured") as error:
        access.session_in(MANAGEMENT).client("iam")
    assert "management_role_arn" in str(error.value.remedy)


def test_inline_policies_are_named(sandbox, session):
    sandbox.put_inline_policy(PROD, ROLE, "cado-spoke-kms")
    assert AccountInspector(open_access(session)).inline_policies(PROD, ROLE) == frozenset({"AdministratorAccess", "cado-spoke-kms"})


def test_role_that_is_absent_has_none(session):
    assert AccountInspector(open_access(session)).inline_policies(PROD, "Absent") == frozenset()


@pytest.mark.parametrize("fault", ["suspended", "denied", "no such access role"])
def test_account_that_cannot_be_read_gives_the_reason(sandbox, session, fault):
    if fault == "suspended":
        sandbox.set_state(DEV, "SUSPENDED")
    if fault == "denied":
        sandbox.faults.deny = [f"iam:ListRolePolicies@{DEV}"]
    access = open_access(session, **({"role_name": "Absent"} if fault == "no such access role" else {}))
    reason = AccountInspector(access).inline_policies(DEV, ROLE)
    assert isinstance(reason, str)
    assert DEV in reason
