"""Where a lenient emulator would let pass what AWS refuses; docs/sandbox.md lists what is left."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.stack_set_steps import (
    REGION,
    deploy,
    finish,
    instances,
    make_stack_set,
    policy,
    policy_template,
    role_template,
    targets,
    trust,
)
from tests.worlds.organizations import DEV, PROD

NAMED = ["CAPABILITY_NAMED_IAM"]
TAKEN = "AWS::EarlyValidation::ResourceExistenceCheck"


@pytest.fixture
def cloudformation(client):
    return client("cloudformation", PROD)


def create(cloudformation, body, name="mine", **more):
    cloudformation.create_stack(StackName=name, TemplateBody=body, Capabilities=NAMED, **more)
    return cloudformation.describe_stacks(StackName=name)["Stacks"][0]


def update(cloudformation, body, name="mine", **more):
    cloudformation.update_stack(StackName=name, TemplateBody=body, Capabilities=NAMED, **more)
    return cloudformation.describe_stacks(StackName=name)["Stacks"][0]


def with_policy(body, name="extra"):
    """The template with an inline policy on its role."""
    template = json.loads(body)
    template["Resources"]["Policy"] = json.loads(policy_template("Spoke", name))["Resources"]["Policy"] | {"DependsOn": "Role"}
    return json.dumps(template)


def make_role(client, account=PROD, name="Spoke"):
    client("iam", account).create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust(f"arn:aws:iam::{account}:root")))


class TestEarlyValidation:
    def test_a_name_that_is_taken_stops_a_stack_before_anything_is_made(self, client, cloudformation):
        make_role(client)
        stack = create(cloudformation, with_policy(role_template()))
        assert TAKEN in stack["StackStatusReason"]
        assert {event["LogicalResourceId"] for event in cloudformation.describe_stack_events(StackName="mine")["StackEvents"]} == {"mine"}

    def test_describe_events_says_which_name_is_taken(self, client, cloudformation):
        make_role(client)
        create(cloudformation, role_template())
        (event,) = cloudformation.describe_events(StackName="mine")["OperationEvents"]
        assert (event["EventType"], event["LogicalResourceId"]) == ("VALIDATION_ERROR", "Role")
        assert event["ValidationStatusReason"] == "Resource of type 'AWS::IAM::Role' with identifier 'Spoke' already exists."
        with pytest.raises(ClientError, match="One of ChangeSetName, OperationId or StackName must be specified"):
            cloudformation.describe_events()

    def test_an_update_is_stopped_by_a_policy_put_by_hand_and_goes_on_without_it(self, sandbox, cloudformation):
        create(cloudformation, role_template())
        sandbox.put_inline_policy(PROD, "Spoke", "extra")
        assert TAKEN in update(cloudformation, with_policy(role_template()))["StackStatusReason"]
        sandbox.delete_inline_policy(PROD, "Spoke", "extra")
        assert update(cloudformation, with_policy(role_template()))["StackStatus"] == "UPDATE_COMPLETE"

    def test_what_the_stack_has_itself_is_no_conflict(self, cloudformation):
        create(cloudformation, role_template())
        assert update(cloudformation, role_template(Description="second"))["StackStatus"] == "UPDATE_COMPLETE"

    def test_without_validation_the_resource_fails_itself(self, client, cloudformation):
        make_role(client)
        stack = create(cloudformation, role_template(), DisableValidation=True)
        assert (stack["StackStatus"], "already exists" in stack["StackStatusReason"]) == ("ROLLBACK_COMPLETE", True)


class TestStackSets:
    def test_a_stack_that_failed_to_come_up_is_deleted(self, client, cloudformation):
        make_role(client)
        stack_sets = client("cloudformation")
        make_stack_set(stack_sets)
        deploy(stack_sets, targets(PROD))
        row = instances(stack_sets)[PROD]
        assert (row["Status"], row["StackInstanceStatus"]["DetailedStatus"]) == ("OUTDATED", "FAILED")
        assert cloudformation.describe_stacks()["Stacks"] == []
        assert cloudformation.describe_stacks(StackName=row["StackId"])["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"
        assert cloudformation.describe_events(StackName=row["StackId"])["OperationEvents"]

    @pytest.mark.parametrize("again", ["update_stack_instances", "create_stack_instances"])
    def test_an_instance_whose_stack_never_came_up_can_be_tried_again(self, sandbox, client, again):
        make_role(client)
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, targets(PROD))
        sandbox.delete_role(PROD, "Spoke")
        fields = {"StackSetName": "roles", "Regions": [REGION], "DeploymentTargets": targets(PROD)}
        finish(cloudformation, getattr(cloudformation, again)(**fields)["OperationId"])
        assert instances(cloudformation)[PROD]["Status"] == "CURRENT"

    def test_an_update_does_not_build_a_stack_that_was_deleted_in_the_account(self, sandbox, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, targets(PROD, DEV))
        assert sandbox.delete_stack(PROD, "roles") == "DELETE_COMPLETE"
        assert instances(cloudformation)[PROD]["Status"] == "CURRENT"
        fields = {"StackSetName": "roles", "Regions": [REGION], "DeploymentTargets": targets(PROD)}
        finish(cloudformation, cloudformation.update_stack_instances(**fields)["OperationId"])
        row = instances(cloudformation)[PROD]
        assert (row["Status"], "does not exist" in row["StatusReason"]) == ("OUTDATED", True)
        finish(cloudformation, cloudformation.delete_stack_instances(**fields, RetainStacks=False)["OperationId"])
        deploy(cloudformation, targets(PROD))
        assert instances(cloudformation)[PROD]["Status"] == "CURRENT"

    def test_an_update_in_the_account_is_no_drift(self, client, cloudformation):
        stack_sets = client("cloudformation")
        make_stack_set(stack_sets)
        deploy(stack_sets, targets(PROD))
        (stack,) = cloudformation.describe_stacks()["Stacks"]
        changed = role_template(Policies=[{"PolicyName": "all", "PolicyDocument": policy("*")}])
        assert update(cloudformation, changed, stack["StackName"])["StackStatus"] == "UPDATE_COMPLETE"
        finish(stack_sets, stack_sets.detect_stack_set_drift(StackSetName="roles")["OperationId"])
        row = instances(stack_sets)[PROD]
        assert (row["Status"], row["DriftStatus"]) == ("CURRENT", "IN_SYNC")

    def test_letters_beyond_ascii_come_back_as_question_marks(self, client):
        cloudformation = client("cloudformation")
        body = json.dumps(json.loads(role_template(Description="für alle")), ensure_ascii=False)
        make_stack_set(cloudformation, body=body)
        assert "f?r alle" in cloudformation.describe_stack_set(StackSetName="roles")["StackSet"]["TemplateBody"]


class TestDrift:
    BODY = role_template(Tags=[{"Key": "rollout", "Value": "cado"}])

    def drift(self, cloudformation):
        cloudformation.detect_stack_drift(StackName="mine")
        drifts = cloudformation.describe_stack_resource_drifts(StackName="mine")["StackResourceDrifts"]
        return [[difference["PropertyPath"] for difference in row["PropertyDifferences"]] for row in drifts]

    def test_a_tag_put_by_hand_is_drift_where_the_template_sets_tags(self, sandbox, cloudformation):
        create(cloudformation, self.BODY, Tags=[{"Key": "team", "Value": "forensics"}, {"Key": "rollout", "Value": "cado"}])
        assert self.drift(cloudformation) == [[]]
        sandbox.tag_role(PROD, "Spoke", {"cost-center": "1234"})
        assert self.drift(cloudformation) == [["/Tags"]]

    def test_a_tag_put_by_hand_is_no_drift_where_it_sets_none(self, sandbox, cloudformation):
        create(cloudformation, role_template())
        sandbox.tag_role(PROD, "Spoke", {"cost-center": "1234"})
        assert self.drift(cloudformation) == [[]]


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn"])
class TestPartitions:
    def test_a_policy_on_resources_of_another_partition_is_refused(self, cloudformation, partition):
        document = policy("s3:GetObject", resource=f"arn:{partition}:s3:::evidence/*")
        stack = create(cloudformation, role_template(Policies=[{"PolicyName": "other", "PolicyDocument": document}]))
        assert f'Partition "{partition}" is not valid for resource' in stack["StackStatusReason"]

    def test_a_principal_of_another_partition_is_refused(self, cloudformation, partition):
        stack = create(cloudformation, role_template(principal=f"arn:{partition}:iam::{PROD}:root"))
        assert "Invalid principal in policy" in stack["StackStatusReason"]

    def test_a_role_of_another_partition_cannot_be_assumed(self, client, partition):
        with pytest.raises(ClientError, match="is invalid"):
            client("sts").assume_role(RoleArn=f"arn:{partition}:iam::{PROD}:role/Spoke", RoleSessionName="session")
