"""A caller with policies of its own may do what they say, action by action and resource by resource, as in AWS."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from orchestrator.sandbox import Sandbox
from tests.sandbox.conftest import Client
from tests.sandbox.stack_set_steps import REGION, at_once, everywhere, make_stack_set, role_template, trust
from tests.worlds.organizations import HUB, PROD

Caller = Callable[..., Any]
STACK_SETS = "arn:aws:cloudformation:us-east-1:*:stackset/ours-*"
TARGETS = "arn:aws:cloudformation:*:*:stackset-target/ours-*"
TYPES = "arn:aws:cloudformation:*:*:type/resource/AWS-IAM-Role"
BUCKET = "arn:aws:s3:::memory"


def allow(*actions: str, on: str | list[str] = "*", **condition: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on} | ({"Condition": condition} if condition else {})


@pytest.fixture
def caller(sandbox: Sandbox, client: Client) -> Caller:
    """``caller("s3", statement, ...)``: a client that may do what the statements say."""

    def make(service: str, *statements: dict[str, Any], account: str | None = None) -> Any:
        found = sandbox.caller_environment(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}), account=account)
        names = {"AccessKeyId": "AWS_ACCESS_KEY_ID", "SecretAccessKey": "AWS_SECRET_ACCESS_KEY", "SessionToken": "AWS_SESSION_TOKEN"}
        return client(service, account, credentials={key: found[name] for key, name in names.items()})

    return make


def refused(call: Callable[..., object], **parameters: object) -> str:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    assert error.value.response["Error"]["Code"] in {"AccessDenied", "AccessDeniedException", "ValidationError"}
    return error.value.response["Error"]["Message"]


def test_what_no_policy_mentions_is_refused_in_the_words_of_aws(caller: Caller):
    said = refused(caller("cloudformation", allow("cloudformation:DescribeStacks")).list_stack_sets)
    assert said.endswith(
        "/caller is not authorized to perform: cloudformation:ListStackSets "
        "because no identity-based policy allows the cloudformation:ListStackSets action"
    )
    deny = {"Effect": "Deny", "Action": "organizations:*", "Resource": "*"}
    said = refused(caller("organizations", allow("*"), deny).list_accounts)
    assert "organizations:ListAccounts with an explicit deny in an identity-based policy" in said


def test_administrators_and_unknown_keys_stay_what_they_were(client: Client):
    assert client("cloudformation").list_stack_sets()["Summaries"] == []
    stranger = {"AccessKeyId": "ASIA0000000000000000", "SecretAccessKey": "x", "SessionToken": "y"}
    with pytest.raises(ClientError, match="security token included in the request is invalid"):
        client("sts", credentials=stranger).get_caller_identity()


def test_another_policy_replaces_the_one_before(caller: Caller):
    first = caller("organizations", allow("organizations:ListRoots"))
    assert first.list_roots()["Roots"]
    caller("organizations", allow("organizations:ListAccounts"))
    refused(first.list_roots)


def test_stacks_without_a_name_need_two_rights(caller: Caller):
    listing = caller("cloudformation", allow("cloudformation:DescribeStacks"))
    assert "cloudformation:ListStacks" in refused(listing.describe_stacks)
    assert caller("cloudformation", allow("cloudformation:DescribeStacks", "cloudformation:ListStacks")).describe_stacks()["Stacks"] == []


def test_a_stack_is_asked_for_by_its_name(caller: Caller):
    ours = allow("cloudformation:CreateStack", "cloudformation:GetTemplate", on="arn:aws:cloudformation:us-east-1:*:stack/ours-*/*")
    stacks = caller("cloudformation", ours, allow("iam:*"))
    given = {"TemplateBody": role_template(), "Capabilities": ["CAPABILITY_NAMED_IAM"]}
    stacks.create_stack(StackName="ours-role", **given)
    assert stacks.get_template(StackName="ours-role")["TemplateBody"]
    assert "stack/theirs/" in refused(stacks.create_stack, StackName="theirs", **given)
    tags = [{"Key": "rollout", "Value": "ours"}]
    assert "cloudformation:TagResource" in refused(stacks.create_stack, StackName="ours-tagged", Tags=tags, **given)


@pytest.mark.parametrize(
    ("missing", "said"),
    [(STACK_SETS, "stackset/ours-roles:"), (TARGETS, "stackset-target/ours-roles:"), (TYPES, "type/resource/AWS-IAM-Role")],
)
def test_an_operation_needs_its_stack_set_its_targets_and_its_types(client: Client, caller: Caller, missing: str, said: str):
    make_stack_set(client("cloudformation"), "ours-roles")
    asked = {"StackSetName": "ours-roles", "DeploymentTargets": everywhere(), "Regions": [REGION], "OperationPreferences": at_once()}
    whole = [STACK_SETS, TARGETS, TYPES]
    partly = [arn for arn in whole if arn != missing]
    assert said in refused(
        caller("cloudformation", allow("cloudformation:CreateStackInstances", on=partly)).create_stack_instances, **asked
    )
    assert caller("cloudformation", allow("cloudformation:CreateStackInstances", on=whole)).create_stack_instances(**asked)["OperationId"]


def test_an_operation_may_be_bound_to_a_region(client: Client, caller: Caller):
    make_stack_set(client("cloudformation"), "ours-roles")
    bound: dict[str, Any] = {"ForAllValues:StringEquals": {"cloudformation:TargetRegion": "eu-west-1"}}
    here = caller("cloudformation", allow("cloudformation:CreateStackInstances", **bound))
    refused(here.create_stack_instances, StackSetName="ours-roles", DeploymentTargets=everywhere(), Regions=[REGION])


def test_new_stack_sets_are_bound_by_their_tags_alone(caller: Caller):
    bound = allow("cloudformation:CreateStackSet", StringEquals={"aws:RequestTag/rollout": "ours"})
    tagging = allow("cloudformation:TagResource", on=STACK_SETS)
    made = caller("cloudformation", bound, tagging)
    refused(made.create_stack_set, StackSetName="ours-roles", TemplateBody=role_template())
    assert make_stack_set(made, "ours-roles", Tags=[{"Key": "rollout", "Value": "ours"}])
    assert "cloudformation:TagResource" in refused(lambda: make_stack_set(made, "theirs", Tags=[{"Key": "rollout", "Value": "ours"}]))


def test_tags_that_change_and_tags_that_are_left_out_need_a_right_each(client: Client, caller: Caller):
    old, new = {"Key": "wave", "Value": "1"}, {"Key": "rollout", "Value": "ours"}
    make_stack_set(client("cloudformation"), "ours-roles", Tags=[old])
    given = {"StackSetName": "ours-roles", "UsePreviousTemplate": True, "Capabilities": ["CAPABILITY_NAMED_IAM"]}
    update = caller("cloudformation", allow("cloudformation:UpdateStackSet")).update_stack_set
    assert update(Tags=[old], **given)["OperationId"]
    assert "cloudformation:TagResource" in refused(update, Tags=[old, new], **given)
    assert "cloudformation:UntagResource" in refused(update, Tags=[], **given)


def test_a_delegated_administrator_must_be_able_to_list_those(caller: Caller):
    """AWS blames the account."""
    listing = caller("cloudformation", allow("cloudformation:ListStackSets"), account=HUB)
    assert refused(listing.list_stack_sets, CallAs="DELEGATED_ADMIN") == "Account used is not a delegated administrator"
    both = allow("cloudformation:ListStackSets", "organizations:ListDelegatedAdministrators")
    assert caller("cloudformation", both, account=HUB).list_stack_sets(CallAs="DELEGATED_ADMIN")["Summaries"] == []


def test_a_role_is_assumed_by_those_alone_who_may(caller: Caller):
    role = {"RoleArn": f"arn:aws:iam::{PROD}:role/OrganizationAccountAccessRole", "RoleSessionName": "look"}
    assert caller("sts", allow("sts:AssumeRole", on="arn:aws:iam::*:role/OrganizationAccountAccessRole")).assume_role(**role)["Credentials"]
    refused(caller("sts", allow("sts:AssumeRole", on="arn:aws:iam::*:role/Another")).assume_role, **role)
    elsewhere = allow("sts:AssumeRole", StringEqualsIfExists={"aws:ResourceOrgID": "o-another"})
    refused(caller("sts", elsewhere).assume_role, **role)


def test_a_role_that_is_not_there_is_asked_for_by_its_name(client: Client, caller: Caller):
    client("iam").create_role(
        RoleName="Deep", Path="/far/", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []})
    )
    look = caller("iam", allow("iam:GetRole", on="arn:aws:iam::*:role/far/Deep"))
    assert look.get_role(RoleName="Deep")["Role"]["Path"] == "/far/"
    assert "on resource: arn:aws:iam::" in refused(look.get_role, RoleName="Gone")


def test_objects_are_asked_for_one_by_one_and_a_missing_one_by_those_who_may_list(client: Client, caller: Caller):
    client("s3").create_bucket(Bucket="memory")
    client("s3").put_object(Bucket="memory", Key="ours/ledger", Body=b"x")
    reads = allow("s3:GetObject", on=f"{BUCKET}/ours/*")
    bucket = caller("s3", reads)
    assert bucket.get_object(Bucket="memory", Key="ours/ledger")["Body"].read() == b"x"
    refused(bucket.get_object, Bucket="memory", Key="theirs")
    refused(bucket.put_object, Bucket="memory", Key="ours/ledger", Body=b"y")
    assert "s3:ListBucket" in refused(bucket.get_object, Bucket="memory", Key="ours/gone")
    listing = caller("s3", reads, allow("s3:ListBucket", on=BUCKET, StringLikeIfExists={"s3:prefix": "ours/*"}))
    with pytest.raises(ClientError, match="NoSuchKey"):
        listing.get_object(Bucket="memory", Key="ours/gone")
    assert listing.list_objects_v2(Bucket="memory", Prefix="ours/")["KeyCount"] == 1
    refused(listing.list_objects_v2, Bucket="memory", Prefix="theirs/")


def test_what_a_principal_needed_is_known(sandbox: Sandbox, caller: Caller):
    client = caller("organizations", allow("organizations:ListRoots"))
    client.list_roots()
    refused(client.list_accounts)
    assert sandbox.judged("caller") == {
        ("organizations:ListRoots", False, "allowed"),
        ("organizations:ListAccounts", False, "implicitDeny"),
    }


CALLED = {"ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}}
MADE_BY = ["iam:CreateRole", "iam:GetRole", "iam:TagRole"]
STACKS = allow("cloudformation:*")
CAPABILITIES = ["CAPABILITY_NAMED_IAM"]


def iam(*actions: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "arn:aws:iam::*:role/Spoke", "Condition": CALLED}


def state_of(cloudformation: Any, name: str = "roles") -> tuple[str, str]:
    (row,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    return row["StackStatus"], row.get("StackStatusReason", "")


def test_cloudformation_works_on_a_stack_with_the_callers_rights_alone(caller: Caller):
    stacks = caller("cloudformation", STACKS, iam("iam:GetRole"))
    stacks.create_stack(StackName="roles", TemplateBody=role_template(), Capabilities=CAPABILITIES)
    status, reason = state_of(stacks)
    assert status == "ROLLBACK_COMPLETE"
    assert "is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::" in reason
    stacks.delete_stack(StackName="roles")
    stacks = caller("cloudformation", STACKS, iam(*MADE_BY))
    stacks.create_stack(StackName="roles", TemplateBody=role_template(), Capabilities=CAPABILITIES)
    assert state_of(stacks)[0] == "CREATE_COMPLETE"
    refused(caller("iam", STACKS, iam(*MADE_BY)).get_role, RoleName="Spoke")


@pytest.mark.parametrize(
    ("changed", "action"),
    [
        ({"Description": "another"}, "iam:UpdateRoleDescription"),
        ({"Description": "another"}, "iam:UpdateRole"),
        ({"MaxSessionDuration": 7200}, "iam:UpdateRole"),
        ({"AssumeRolePolicyDocument": trust(f"arn:aws:iam::{PROD}:root")}, "iam:UpdateAssumeRolePolicy"),
        ({"PermissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, "iam:PutRolePermissionsBoundary"),
        ({"Tags": [{"Key": "rollout", "Value": "ours"}]}, "iam:TagRole"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_every_change_of_a_role_needs_its_right(client: Client, caller: Caller, changed: dict[str, Any], action: str):
    client("cloudformation").create_stack(StackName="roles", TemplateBody=role_template(), Capabilities=CAPABILITIES)
    needed = {"iam:UpdateRole", "iam:UpdateRoleDescription", "iam:UpdateAssumeRolePolicy", "iam:PutRolePermissionsBoundary", "iam:TagRole"}
    update = {"StackName": "roles", "TemplateBody": role_template(**changed), "Capabilities": CAPABILITIES}
    stacks = caller("cloudformation", STACKS, iam(*needed - {action}))
    stacks.update_stack(**update)
    assert state_of(stacks)[0] == "UPDATE_ROLLBACK_COMPLETE"
    assert action in state_of(stacks)[1]
    stacks = caller("cloudformation", STACKS, iam(*needed))
    stacks.update_stack(**update)
    assert state_of(stacks)[0] == "UPDATE_COMPLETE"


@pytest.mark.parametrize("action", ["iam:DeleteRole", "iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"])
def test_a_deletion_needs_to_look_first(client: Client, caller: Caller, action: str):
    client("cloudformation").create_stack(StackName="roles", TemplateBody=role_template(), Capabilities=CAPABILITIES)
    needed = {"iam:DeleteRole", "iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"}
    stacks = caller("cloudformation", STACKS, iam(*needed - {action}))
    stacks.delete_stack(StackName="roles")
    assert state_of(stacks)[0] == "DELETE_FAILED"
    caller("cloudformation", STACKS, iam(*needed)).delete_stack(StackName="roles")
    refused(stacks.describe_stacks, StackName="roles")


def test_drift_detection_reads_with_the_callers_rights(client: Client, caller: Caller):
    client("cloudformation").create_stack(StackName="roles", TemplateBody=role_template(), Capabilities=CAPABILITIES)
    stacks = caller("cloudformation", STACKS)
    detection = stacks.detect_stack_drift(StackName="roles")["StackDriftDetectionId"]
    status = stacks.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
    assert (status["DetectionStatus"], "iam:GetRole" in status["DetectionStatusReason"]) == ("DETECTION_FAILED", True)
