"""A Deny statement is read as far as it can be: what depends on the call stays open."""

import json

import pytest

from orchestrator.doctor.denials import Caller, denies_of, is_denied
from orchestrator.model.identifiers import OrganizationId, Region
from orchestrator.model.organization import OrganizationPolicy

EXECUTOR = Caller(
    "arn:aws:iam::111111111111:role/stacksets-exec-0123456789abcdef0123456789abcdef",
    OrganizationId("o-exampleorgid"),
    Region("eu-central-1"),
)
ROLE = "arn:aws:iam::111111111111:role/Spoke"


def answer(statement: dict[str, object], action: str = "iam:CreateRole", resource: str = ROLE) -> bool | None:
    document = {"Statement": {"Effect": "Deny", "Resource": "*", "Action": "iam:*", **statement}}
    (deny,) = denies_of(OrganizationPolicy("p-1", "Guard", "SERVICE_CONTROL_POLICY", (), json.dumps(document)))
    return is_denied(deny, EXECUTOR, action, resource)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({}, True),
        ({"Action": ["ec2:*", "IAM:createrole"]}, True),
        ({"Action": "s3:*"}, False),
        ({"Resource": "arn:aws:iam::*:role/Spoke"}, True),
        ({"Resource": "arn:aws:iam::*:role/Other"}, False),
        ({"Resource": "arn:aws:iam::222222222222:*"}, False),
        ({"Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/stacksets-exec-*"}}}, False),
        ({"Condition": {"StringNotLike": {"aws:PrincipalARN": ["arn:aws:iam::*:role/admin"]}}}, True),
        ({"Condition": {"StringEquals": {"aws:PrincipalAccount": "222222222222"}}}, False),
        ({"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}}, False),
        ({"Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"]}}}, True),
        ({"Condition": {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1"]}}}, False),
        ({"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}, None),
        ({"Condition": {"StringEquals": {"aws:RequestTag/team": "x"}}}, None),
    ],
)
def test_what_is_denied_to_the_role_of_stack_sets(statement: dict[str, object], expected: bool | None):
    assert answer(statement) is expected


def test_everything_but_what_is_named_is_denied():
    document = {"Statement": [{"Effect": "Allow"}, {"Effect": "Deny", "NotAction": "s3:*", "NotResource": "arn:aws:iam::*:role/Other"}]}
    (deny,) = denies_of(OrganizationPolicy("p-1", "Guard", "SERVICE_CONTROL_POLICY", (), json.dumps(document)))
    assert is_denied(deny, EXECUTOR, "iam:CreateRole", ROLE) is True
    assert is_denied(deny, EXECUTOR, "s3:GetObject", "*") is False
    assert is_denied(deny, EXECUTOR, "iam:CreateRole", "arn:aws:iam::111111111111:role/Other") is False


def test_a_region_is_iam_s_own_for_iam_and_the_home_region_for_the_rest():
    condition = {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1"]}}
    assert answer({"Action": "*", "Condition": condition}, "cloudformation:CreateStack", "*") is False
    assert answer({"Action": "*", "Condition": condition}) is True


def test_some_of_a_pattern_denied_leaves_the_answer_open():
    stacks = "arn:aws:cloudformation:eu-central-1:111111111111:stack/StackSet-cado-*"
    meant = "arn:aws:cloudformation:*:*:stack/StackSet-cado-role-*"
    assert answer({"Action": "*", "Resource": meant}, "cloudformation:CreateStack", stacks) is None
