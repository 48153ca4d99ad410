"""Roles as IAM shows them: whole one by one, and in lists without tags and boundary."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.worlds.organizations import PROD

TRUST = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": PROD}, "Action": "sts:AssumeRole"}})
POLICY = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::é%2F"}})


@pytest.fixture
def iam(client):
    made = client("iam", PROD)
    bound = made.create_policy(PolicyName="bound", PolicyDocument=POLICY)["Policy"]["Arn"]
    made.create_role(
        RoleName="Deep",
        Path="/far/",
        AssumeRolePolicyDocument=TRUST,
        Description="far away",
        MaxSessionDuration=7_200,
        PermissionsBoundary=bound,
        Tags=[{"Key": "team", "Value": "blue"}],
    )
    made.put_role_policy(RoleName="Deep", PolicyName="inline", PolicyDocument=POLICY)
    made.attach_role_policy(RoleName="Deep", PolicyArn=bound)
    return made


def test_a_role_is_shown_whole(iam):
    role = iam.get_role(RoleName="Deep")["Role"]
    assert (role["Path"], role["Description"], role["MaxSessionDuration"]) == ("/far/", "far away", 7_200)
    assert role["Tags"] == [{"Key": "team", "Value": "blue"}]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == f"arn:aws:iam::{PROD}:policy/bound"
    assert role["AssumeRolePolicyDocument"] == json.loads(TRUST)


def test_a_list_leaves_tags_and_boundary_out(iam):
    (role,) = iam.list_roles(PathPrefix="/far/")["Roles"]
    assert (role["RoleName"], role["AssumeRolePolicyDocument"]) == ("Deep", json.loads(TRUST))
    assert not {"Tags", "PermissionsBoundary"} & set(role)
    assert {found["RoleName"] for found in iam.list_roles()["Roles"]} == {"Deep", "OrganizationAccountAccessRole"}


def test_lists_come_in_pages(iam):
    pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 1})
    assert [role["RoleName"] for page in pages for role in page["Roles"]] == ["Deep", "OrganizationAccountAccessRole"]


def test_policies_on_a_role_are_read_as_they_were_put(iam):
    assert iam.list_role_policies(RoleName="Deep")["PolicyNames"] == ["inline"]
    assert iam.get_role_policy(RoleName="Deep", PolicyName="inline")["PolicyDocument"] == json.loads(POLICY)
    assert [row["PolicyName"] for row in iam.list_attached_role_policies(RoleName="Deep")["AttachedPolicies"]] == ["bound"]


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("get_role", {"RoleName": "Absent"}),
        ("get_role_policy", {"RoleName": "Deep", "PolicyName": "absent"}),
        ("list_role_policies", {"RoleName": "Absent"}),
        ("list_attached_role_policies", {"RoleName": "Absent"}),
    ],
)
def test_what_is_not_there_is_no_such_entity(iam, operation, parameters):
    with pytest.raises(ClientError) as error:
        getattr(iam, operation)(**parameters)
    assert error.value.response["Error"]["Code"] == "NoSuchEntity"
