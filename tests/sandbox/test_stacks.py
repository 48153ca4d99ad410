import json

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.stack_set_steps import code_of, policy, policy_template, role_template, trust
from tests.worlds.organizations import PROD

NAMED = ["CAPABILITY_NAMED_IAM"]
YAML = """
AWSTemplateFormatVersion: 2010-09-09
Description: everything at once
Parameters:
  Names: {Type: CommaDelimitedList, Default: "one, two"}
  ExternalId: {Type: String, Default: "", NoEcho: true}
  Until: {Type: String, Default: "2020-01-01T00:00:00Z"}
Conditions:
  HasId: !Not [!Equals [!Ref ExternalId, ""]]
  Never: !And [!Condition HasId, !Equals [a, b]]
  Either: !Or [!Condition HasId, !Equals [a, a]]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub "Role-${AWS::Region}"
      Path: /dr/
      Description: !Join ["+", [!Select [1, !Ref Names], !Select [0, !Split ["|", "x|y"]]]]
      MaxSessionDuration: 7200
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
            Action: sts:AssumeRole
            Condition: !If [HasId, {StringEquals: {"sts:ExternalId": !Ref ExternalId}}, !Ref "AWS::NoValue"]
      Tags: [{Key: stack, Value: !Ref "AWS::StackName"}]
  Policy:
    Type: AWS::IAM::RolePolicy
    Properties:
      RoleName: !Ref Role
      PolicyName: extra
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: iam:GetRole
            Resource: !GetAtt Role.Arn
            Condition: {DateLessThan: {"aws:CurrentTime": !Ref Until}}
  Profile:
    Type: AWS::IAM::InstanceProfile
    Condition: Either
    Properties: {InstanceProfileName: !Sub ["${Base}-Profile", {Base: !Ref Role}], Roles: [!Ref Role]}
  Skipped:
    Type: AWS::IAM::ManagedPolicy
    Condition: Never
    Properties: {PolicyDocument: {Version: "2012-10-17", Statement: []}}
Outputs:
  RoleArn: {Value: !GetAtt Role.Arn}
"""


@pytest.fixture
def cloudformation(client):
    return client("cloudformation", PROD)


def create(cloudformation, body, name="mine", **more):
    cloudformation.create_stack(**{"StackName": name, "TemplateBody": body, "Capabilities": NAMED} | more)
    return look(cloudformation, name)


def update(cloudformation, body, name="mine", **more):
    cloudformation.update_stack(**{"StackName": name, "TemplateBody": body, "Capabilities": NAMED} | more)
    return look(cloudformation, name)


def look(cloudformation, name="mine"):
    return cloudformation.describe_stacks(StackName=name)["Stacks"][0]


def test_a_template_with_every_function_becomes_what_it_says(client, cloudformation):
    stack = create(cloudformation, YAML, Parameters=[{"ParameterKey": "ExternalId", "ParameterValue": "hush"}])
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert stack["Outputs"] == [{"OutputKey": "RoleArn", "OutputValue": f"arn:aws:iam::{PROD}:role/dr/Role-us-east-1"}]
    assert {item["ParameterKey"]: item["ParameterValue"] for item in stack["Parameters"]}["ExternalId"] == "****"
    iam = client("iam", PROD)
    role = iam.get_role(RoleName="Role-us-east-1")["Role"]
    assert (role["Path"], role["Description"], role["MaxSessionDuration"]) == ("/dr/", "two+x", 7200)
    statement = role["AssumeRolePolicyDocument"]["Statement"][0]
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{PROD}:root"}
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "hush"}}
    assert iam.list_role_tags(RoleName="Role-us-east-1")["Tags"] == [{"Key": "stack", "Value": "mine"}]
    document = iam.get_role_policy(RoleName="Role-us-east-1", PolicyName="extra")["PolicyDocument"]
    assert document["Statement"][0]["Resource"] == role["Arn"]
    profile = iam.get_instance_profile(InstanceProfileName="Role-us-east-1-Profile")["InstanceProfile"]
    assert [item["RoleName"] for item in profile["Roles"]] == ["Role-us-east-1"]
    assert {row["LogicalResourceId"] for row in cloudformation.list_stack_resources(StackName="mine")["StackResourceSummaries"]} == {
        "Role",
        "Policy",
        "Profile",
    }


def test_a_condition_that_fails_leaves_no_trace(client, cloudformation):
    create(cloudformation, YAML)
    document = client("iam", PROD).get_role(RoleName="Role-us-east-1")["Role"]["AssumeRolePolicyDocument"]
    assert "Condition" not in document["Statement"][0]


def test_an_update_changes_everything_that_can_change(client, cloudformation):
    first = role_template(
        Policies=[{"PolicyName": "old", "PolicyDocument": policy("s3:GetObject")}],
        ManagedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    )
    create(cloudformation, first)
    second = role_template(
        principal=f"arn:aws:iam::{PROD}:root",
        Policies=[{"PolicyName": "new", "PolicyDocument": policy("s3:PutObject")}],
        ManagedPolicyArns=["arn:aws:iam::aws:policy/SecurityAudit"],
        MaxSessionDuration=7200,
        Description="second",
        PermissionsBoundary="arn:aws:iam::aws:policy/PowerUserAccess",
    )
    assert update(cloudformation, second, Tags=[{"Key": "rollout", "Value": "x"}])["StackStatus"] == "UPDATE_COMPLETE"
    iam = client("iam", PROD)
    role = iam.get_role(RoleName="Spoke")["Role"]
    assert role["AssumeRolePolicyDocument"] == trust(f"arn:aws:iam::{PROD}:root")
    assert (role["MaxSessionDuration"], role["Description"]) == (7200, "second")
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith("PowerUserAccess")
    assert role["Tags"] == [{"Key": "rollout", "Value": "x"}]
    assert iam.list_role_policies(RoleName="Spoke")["PolicyNames"] == ["new"]
    attached = iam.list_attached_role_policies(RoleName="Spoke")["AttachedPolicies"]
    assert [item["PolicyName"] for item in attached] == ["SecurityAudit"]


def test_an_update_leaves_alone_what_it_does_not_mention(sandbox, client, cloudformation):
    create(cloudformation, role_template())
    sandbox.put_inline_policy(PROD, "Spoke", "by-hand")
    update(cloudformation, role_template(Description="second"))
    assert client("iam", PROD).list_role_policies(RoleName="Spoke")["PolicyNames"] == ["by-hand"]


def test_another_path_needs_another_name(client, cloudformation):
    create(cloudformation, role_template())
    stack = update(cloudformation, role_template(Path="/dr/"))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "custom-named resource requires replacing" in stack["StackStatusReason"]
    assert update(cloudformation, role_template("Renamed", Path="/dr/"))["StackStatus"] == "UPDATE_COMPLETE"
    names = {role["RoleName"] for role in client("iam", PROD).list_roles()["Roles"]}
    assert "Renamed" in names
    assert "Spoke" not in names


def test_an_update_that_fails_leaves_everything_as_it_was(client, cloudformation):
    create(cloudformation, role_template(Description="first"))
    broken = json.loads(role_template(Description="second"))
    broken["Resources"]["Policy"] = json.loads(policy_template("Missing"))["Resources"]["Policy"] | {"DependsOn": "Role"}
    stack = update(cloudformation, json.dumps(broken))
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert client("iam", PROD).get_role(RoleName="Spoke")["Role"]["Description"] == "first"
    assert cloudformation.get_template(StackName="mine")["TemplateBody"] == json.loads(role_template(Description="first"))


def test_a_create_that_fails_takes_back_what_it_made(client, cloudformation):
    broken = json.loads(role_template())
    broken["Resources"]["Policy"] = json.loads(policy_template("Missing"))["Resources"]["Policy"] | {"DependsOn": "Role"}
    assert create(cloudformation, json.dumps(broken))["StackStatus"] == "ROLLBACK_COMPLETE"
    with pytest.raises(ClientError):
        client("iam", PROD).get_role(RoleName="Spoke")
    statuses = [event["ResourceStatus"] for event in cloudformation.describe_stack_events(StackName="mine")["StackEvents"]]
    assert statuses[0] == "ROLLBACK_COMPLETE"
    assert "CREATE_FAILED" in statuses
    with pytest.raises(ClientError, match="ROLLBACK_COMPLETE state and can not be updated"):
        update(cloudformation, role_template())


def statement_of(size):
    return policy(*[f"s3:{'x' * 90}{number:03d}" for number in range(size)])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (json.dumps({"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}), "AWS::S3::Bucket is not supported"),
        (role_template(AssumeRolePolicyDocument=trust("*", {"StringLike": {"aws:PrincipalArn": "x" * 2000}})), "2048"),
        (role_template(Policies=[{"PolicyName": "big", "PolicyDocument": statement_of(120)}]), "10240"),
        (role_template(AssumeRolePolicyDocument={}), "Syntax errors in policy"),
        (role_template(principal=f"arn:aws:iam::{PROD}:role/Missing"), "Invalid principal in policy"),
        (role_template(PermissionsBoundary=f"arn:aws:iam::{PROD}:policy/missing"), "not attachable"),
        (role_template(ManagedPolicyArns=["arn:aws:iam::aws:policy/NoSuchPolicy"]), "not attachable"),
    ],
)
def test_what_an_account_would_refuse_fails_with_its_reason(client, cloudformation, body, reason):
    stack = create(cloudformation, body)
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert reason in stack["StackStatusReason"]
    assert "Spoke" not in {role["RoleName"] for role in client("iam", PROD).list_roles()["Roles"]}


def test_the_inline_policies_of_all_stacks_together_must_fit_the_role(cloudformation):
    create(cloudformation, role_template())
    for name, expected in (("first", "CREATE_COMPLETE"), ("second", "ROLLBACK_COMPLETE")):
        body = json.loads(policy_template("Spoke", name))
        body["Resources"]["Policy"]["Properties"]["PolicyDocument"] = statement_of(60)
        assert create(cloudformation, json.dumps(body), name)["StackStatus"] == expected


def test_white_space_does_not_count(cloudformation):
    spaced = json.dumps(trust("arn:aws:iam::222222222222:root"), indent=400)
    assert create(cloudformation, role_template(AssumeRolePolicyDocument=json.loads(spaced)))["StackStatus"] == "CREATE_COMPLETE"


def test_a_policy_of_its_own_is_attached_changed_and_removed(client, cloudformation):
    def body(action):
        template = json.loads(role_template())
        fields = {"ManagedPolicyName": "own", "PolicyDocument": policy(action), "Roles": [{"Ref": "Role"}]}
        template["Resources"]["Own"] = {"Type": "AWS::IAM::ManagedPolicy", "Properties": fields}
        older = {"PolicyName": "older", "PolicyDocument": policy(action), "Roles": [{"Ref": "Role"}]}
        template["Resources"]["Older"] = {"Type": "AWS::IAM::Policy", "Properties": older}
        return json.dumps(template)

    create(cloudformation, body("s3:GetObject"))
    iam, arn = client("iam", PROD), f"arn:aws:iam::{PROD}:policy/own"
    assert [item["PolicyArn"] for item in iam.list_attached_role_policies(RoleName="Spoke")["AttachedPolicies"]] == [arn]
    for number in range(8):
        update(cloudformation, body(f"s3:Get{number}"))
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    assert iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"] == policy("s3:Get7")
    assert iam.get_role_policy(RoleName="Spoke", PolicyName="older")["PolicyDocument"] == policy("s3:Get7")
    cloudformation.delete_stack(StackName="mine")
    with pytest.raises(ClientError) as error:
        iam.get_role(RoleName="Spoke")
    assert code_of(error) == "NoSuchEntity"


def test_nothing_to_update_is_an_error(cloudformation):
    create(cloudformation, role_template())
    with pytest.raises(ClientError, match="No updates are to be performed"):
        update(cloudformation, role_template())


def test_a_name_is_taken_while_its_stack_lives_and_free_after(cloudformation):
    stack = create(cloudformation, role_template())
    with pytest.raises(ClientError) as error:
        create(cloudformation, role_template())
    assert code_of(error) == "AlreadyExistsException"
    cloudformation.delete_stack(StackName="mine")
    with pytest.raises(ClientError, match="does not exist"):
        look(cloudformation)
    assert look(cloudformation, stack["StackId"])["StackStatus"] == "DELETE_COMPLETE"
    create(cloudformation, role_template())
    cloudformation.delete_stack(StackName="no-such-stack")


def test_a_protected_stack_stays(cloudformation):
    create(cloudformation, role_template(), EnableTerminationProtection=True)
    with pytest.raises(ClientError, match="TerminationProtection"):
        cloudformation.delete_stack(StackName="mine")
    cloudformation.update_termination_protection(StackName="mine", EnableTerminationProtection=False)
    cloudformation.delete_stack(StackName="mine")


def test_drift_of_a_plain_stack(sandbox, cloudformation):
    create(cloudformation, YAML)
    sandbox.put_inline_policy(PROD, "Role-us-east-1", "extra", json.dumps(policy("*")))
    job = cloudformation.detect_stack_drift(StackName="mine")["StackDriftDetectionId"]
    found = cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=job)
    assert (found["StackDriftStatus"], found["DriftedStackResourceCount"]) == ("DRIFTED", 1)
    drifts = cloudformation.describe_stack_resource_drifts(StackName="mine", StackResourceDriftStatusFilters=["MODIFIED"])
    assert [row["LogicalResourceId"] for row in drifts["StackResourceDrifts"]] == ["Policy"]


def test_a_role_deleted_by_hand_is_drift_and_no_obstacle_to_deleting_the_stack(sandbox, cloudformation):
    create(cloudformation, YAML)
    sandbox.delete_role(PROD, "Role-us-east-1")
    cloudformation.detect_stack_drift(StackName="mine")
    statuses = {
        row["LogicalResourceId"]: row["StackResourceDriftStatus"]
        for row in cloudformation.describe_stack_resource_drifts(StackName="mine")["StackResourceDrifts"]
    }
    assert statuses["Role"] == statuses["Policy"] == "DELETED"
    cloudformation.delete_stack(StackName="mine")
    assert cloudformation.describe_stacks()["Stacks"] == []


def test_a_template_is_summed_up_before_anything_is_made(cloudformation):
    summary = cloudformation.get_template_summary(TemplateBody=YAML)
    assert summary["Capabilities"] == ["CAPABILITY_NAMED_IAM"]
    assert {item["ParameterKey"]: item["NoEcho"] for item in summary["Parameters"]} == {"Names": False, "ExternalId": True, "Until": False}
    assert cloudformation.validate_template(TemplateBody=YAML)["Description"] == "everything at once"
