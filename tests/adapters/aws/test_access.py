"""The way into accounts, and what is seen of their roles."""

import json

import pytest

from orchestrator.adapters.aws.access import AccountAccess
from orchestrator.adapters.aws.inspection import AccountInspector
from orchestrator.errors import AwsError
from orchestrator.model.rollout import Access
from orchestrator.sandbox.iam_store import IamStore
from tests.worlds.organizations import DEV, HUB, MANAGEMENT, PROD

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


def let_in(account, name, principal, *, path="/"):
    """A role that trusts another account, and may do anything."""
    allow = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": f"arn:aws:iam::{principal}:root"}}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    store = IamStore(account)
    store.add_role(name, json.dumps({"Version": "2012-10-17", "Statement": [allow]}), path=path)
    store.put_inline(name, "everything", {"Version": "2012-10-17", "Statement": [everything]})


def role_in(source):
    return source.client("sts").get_caller_identity()["Arn"].split("/")[-2]


def test_roles_are_tried_in_order_and_the_one_that_is_open_is_remembered(sandbox, session):
    sandbox.delete_role(DEV, ROLE)
    let_in(DEV, "AWSControlTowerExecution", MANAGEMENT)
    access = open_access(session)
    assert role_in(access.session_in(PROD)) == ROLE
    assert role_in(access.session_in(DEV)) == "AWSControlTowerExecution"
    before = session.calls()["sts:AssumeRole"]
    assert account_of(access.session_in(DEV)) == DEV
    assert session.calls()["sts:AssumeRole"] == before


@pytest.mark.parametrize("name", ["security/audit/Reader", "/security/audit/Reader", "arn:aws:iam::${account}:role/security/audit/Reader"])
def test_a_role_may_have_a_path_or_be_an_arn_of_whichever_account(session, name):
    let_in(PROD, "Reader", MANAGEMENT, path="/security/audit/")
    assert role_in(open_access(session, role_names=(name,)).session_in(PROD)) == "Reader"


def test_roles_that_trust_the_management_account_alone_are_reached_through_it(session_of):
    let_in(MANAGEMENT, "Doorway", HUB)
    session = session_of(HUB)
    through = open_access(session, management_role_arn=f"arn:aws:iam::{MANAGEMENT}:role/Doorway")
    assert role_in(through.session_in(PROD)) == ROLE
    assert account_of(through.session_in(MANAGEMENT)) == MANAGEMENT
    with pytest.raises(AwsError, match=PROD):
        open_access(session).session_in(PROD).client("iam")


def test_an_account_that_lets_nobody_in_names_every_role_that_was_tried(sandbox, session):
    sandbox.delete_role(DEV, ROLE)
    with pytest.raises(AwsError, match=f"no role lets us into account {DEV}") as error:
        open_access(session).session_in(DEV).client("iam")
    assert all(name in error.value.message for name in (ROLE, "AWSControlTowerExecution"))
    assert error.value.kind == "access_denied"
    assert "access.role_names" in str(error.value.remedy)


def test_throttling_is_no_reason_to_try_another_role(sandbox, session, hasty_retries):
    sandbox.faults.throttle = {"sts:AssumeRole": 1.0}
    with pytest.raises(AwsError) as error:
        open_access(session).session_in(DEV).client("iam")
    assert error.value.kind == "throttled"


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
    access = open_access(session, **({"role_names": ("Absent",)} if fault == "no such access role" else {}))
    reason = AccountInspector(access).inline_policies(DEV, ROLE)
    assert isinstance(reason, str)
    assert DEV in reason
