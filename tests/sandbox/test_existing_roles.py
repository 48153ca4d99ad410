from typing import Any

import pytest
from botocore.exceptions import ClientError

from orchestrator.sandbox import Sandbox
from tests.sandbox.stack_set_steps import code_of
from tests.worlds.organizations import DEV, LOOSE, MANAGEMENT, PAYMENTS, PROD

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
READING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"}]}
BY_HAND = {"name": "ByHand", "path": "/forensics/", "trust": TRUST, "policies": {"reading": READING}, "tags": {"team": "forensics"}}
BY_STACK = {"name": "ByStack", "trust": TRUST, "made_by": {"stack": "vendor"}}
BY_STACK_SET = {"trust": TRUST, "policies": {"reading": READING}, "made_by": {"stack_set": "Vendor"}}


def snapshot_with(roles):
    accounts: Any = PAYMENTS["accounts"]
    return {**PAYMENTS, "accounts": [{**item, "roles": roles.get(item["id"], [])} for item in accounts]}


@pytest.fixture
def sandbox():
    roles = {
        PROD: [BY_HAND, BY_STACK_SET],
        DEV: [BY_STACK, {**BY_STACK_SET, "attached": {"Extra": READING}}],
    }
    with Sandbox() as running:
        running.seed(snapshot_with(roles))
        yield running


def role_in(client, account, prefix):
    roles = client("iam", account).list_roles()["Roles"]
    return next(role for role in roles if role["RoleName"].startswith(prefix))


def test_a_role_made_by_hand_is_as_the_snapshot_says_and_belongs_to_no_stack(client):
    iam = client("iam", PROD)
    role = iam.get_role(RoleName="ByHand")["Role"]
    assert (role["Path"], role["Tags"]) == ("/forensics/", [{"Key": "team", "Value": "forensics"}])
    assert iam.list_role_policies(RoleName="ByHand")["PolicyNames"] == ["reading"]
    with pytest.raises(ClientError) as error:
        client("cloudformation", PROD).describe_stack_resources(PhysicalResourceId="ByHand")
    assert code_of(error) == "ValidationError"
    assert "Stack for ByHand does not exist" in str(error.value)


def test_the_stack_of_a_role_is_found_by_the_role(client):
    found = client("cloudformation", DEV).describe_stack_resources(PhysicalResourceId="ByStack")["StackResources"]
    assert [resource["StackName"] for resource in found] == ["vendor"]


def test_a_stack_set_of_others_makes_roles_with_random_names_and_takes_them_away_again(client):
    role = role_in(client, PROD, "StackSet-Vendor")
    found = client("cloudformation", PROD).describe_stack_resources(PhysicalResourceId=role["RoleName"])["StackResources"]
    assert found[0]["StackName"].startswith("StackSet-Vendor-")
    stack_sets = client("cloudformation", MANAGEMENT)
    instances = stack_sets.list_stack_instances(StackSetName="Vendor")["Summaries"]
    assert {item["Account"]: item["Status"] for item in instances} == {PROD: "CURRENT", DEV: "CURRENT"}


def test_a_role_with_a_policy_that_others_attached_cannot_be_deleted(client):
    role = role_in(client, DEV, "StackSet-Vendor")
    stack = client("cloudformation", DEV).describe_stack_resources(PhysicalResourceId=role["RoleName"])["StackResources"][0]["StackName"]
    client("cloudformation", DEV).delete_stack(StackName=stack)
    shown = client("cloudformation", DEV).describe_stacks(StackName=stack)["Stacks"][0]
    assert shown["StackStatus"] == "DELETE_FAILED"
    assert role_in(client, DEV, "StackSet-Vendor")["RoleName"] == role["RoleName"]


def test_a_role_that_iam_refuses_is_named(sandbox):
    with pytest.raises(ValueError, match="cannot be made"):
        sandbox.seed(snapshot_with({LOOSE: [BY_HAND, BY_HAND]}))
