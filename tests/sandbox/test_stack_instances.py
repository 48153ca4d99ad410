import json

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.stack_set_steps import (
    REGION,
    at_once,
    code_of,
    deploy,
    everywhere,
    finish,
    instances,
    make_stack_set,
    policy_template,
    role_template,
    targets,
    withdraw,
)
from tests.worlds.organizations import DEV, LOOSE, PROD


class TestOverrides:
    BODY = json.dumps(
        json.loads(role_template(Description={"Ref": "Note"}))
        | {"Parameters": {"Note": {"Type": "String", "Default": "default", "AllowedPattern": "[a-z]+"}}}
    )

    def test_an_override_is_seen_in_the_account_and_by_describe_alone(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation, body=self.BODY)
        note = [{"ParameterKey": "Note", "ParameterValue": "special"}]
        deploy(cloudformation, targets(PROD), ParameterOverrides=note)
        assert client("iam", PROD).get_role(RoleName="Spoke")["Role"]["Description"] == "special"
        assert "ParameterOverrides" not in instances(cloudformation)[PROD]
        described = cloudformation.describe_stack_instance(StackSetName="roles", StackInstanceAccount=PROD, StackInstanceRegion=REGION)
        assert described["StackInstance"]["ParameterOverrides"] == note

    def test_an_override_outlives_an_update_and_an_empty_list_resets_it(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation, body=self.BODY)
        deploy(cloudformation, targets(PROD), ParameterOverrides=[{"ParameterKey": "Note", "ParameterValue": "special"}])
        operation = cloudformation.update_stack_set(
            StackSetName="roles",
            UsePreviousTemplate=True,
            Parameters=[{"ParameterKey": "Note", "ParameterValue": "changed"}],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )["OperationId"]
        finish(cloudformation, operation)
        assert client("iam", PROD).get_role(RoleName="Spoke")["Role"]["Description"] == "special"
        operation = cloudformation.update_stack_instances(
            StackSetName="roles", Regions=[REGION], DeploymentTargets=targets(PROD), ParameterOverrides=[]
        )["OperationId"]
        finish(cloudformation, operation)
        assert client("iam", PROD).get_role(RoleName="Spoke")["Role"]["Description"] == "changed"

    @pytest.mark.parametrize(("key", "value"), [("Other", "x"), ("Note", "NOT ALLOWED")])
    def test_an_override_the_template_does_not_take_is_refused(self, client, key, value):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation, body=self.BODY)
        with pytest.raises(ClientError) as error:
            deploy(cloudformation, targets(PROD), ParameterOverrides=[{"ParameterKey": key, "ParameterValue": value}])
        assert code_of(error) == "ValidationError"


class TestDeletes:
    def test_resources_go_with_the_instance_unless_retained(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, targets(PROD, DEV))
        withdraw(cloudformation, targets(PROD))
        withdraw(cloudformation, targets(DEV), RetainStacks=True)
        assert instances(cloudformation) == {}
        with pytest.raises(ClientError) as error:
            client("iam", PROD).get_role(RoleName="Spoke")
        assert code_of(error) == "NoSuchEntity"
        assert client("iam", DEV).get_role(RoleName="Spoke")

    def test_a_policy_put_by_hand_makes_the_delete_fail_and_the_instance_inoperable(self, sandbox, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, targets(PROD))
        sandbox.put_inline_policy(PROD, "Spoke", "by-hand")
        assert withdraw(cloudformation, targets(PROD))["Status"] == "FAILED"
        row = instances(cloudformation)[PROD]
        assert row["Status"] == "INOPERABLE"
        assert "must delete policies first" in row["StatusReason"]
        assert client("cloudformation", PROD).describe_stacks()["Stacks"][0]["StackStatus"] == "DELETE_FAILED"
        again = {"StackSetName": "roles", "Regions": [REGION], "DeploymentTargets": targets(PROD)}
        finish(cloudformation, cloudformation.update_stack_instances(**again)["OperationId"])
        assert instances(cloudformation)[PROD]["Status"] == "INOPERABLE"
        withdraw(cloudformation, targets(PROD), RetainStacks=True)
        assert instances(cloudformation) == {}

    def test_the_role_cannot_go_while_another_stack_sets_policy_is_on_it(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        make_stack_set(cloudformation, "extra", policy_template())
        deploy(cloudformation, targets(PROD))
        deploy(cloudformation, targets(PROD), "extra")
        assert withdraw(cloudformation, targets(PROD))["Status"] == "FAILED"
        assert withdraw(cloudformation, targets(PROD), "extra")["Status"] == "SUCCEEDED"


class TestDrift:
    def test_changes_by_hand_are_found_per_account_and_resource(self, sandbox, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        make_stack_set(cloudformation, "extra", policy_template())
        deploy(cloudformation, targets(PROD, DEV))
        deploy(cloudformation, targets(PROD, DEV), "extra")
        sandbox.delete_inline_policy(PROD, "Spoke", "extra")
        operation = cloudformation.detect_stack_set_drift(StackSetName="extra", OperationPreferences=at_once())["OperationId"]
        finish(cloudformation, operation, "extra")
        drifted = {"Name": "DRIFT_STATUS", "Values": "DRIFTED"}
        assert instances(cloudformation, "extra", Filters=[drifted]).keys() == {PROD}
        rows = cloudformation.list_stack_instance_resource_drifts(
            StackSetName="extra", StackInstanceAccount=PROD, StackInstanceRegion=REGION, OperationId=operation
        )["Summaries"]
        assert [row["StackResourceDriftStatus"] for row in rows] == ["DELETED"]
        details = cloudformation.describe_stack_set(StackSetName="extra")["StackSet"]["StackSetDriftDetectionDetails"]
        assert (details["DriftStatus"], details["DriftedStackInstancesCount"], details["InSyncStackInstancesCount"]) == ("DRIFTED", 1, 1)

    def test_a_changed_trust_policy_is_drift(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, targets(PROD))
        open_trust = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]})
        client("iam", PROD).update_assume_role_policy(RoleName="Spoke", PolicyDocument=open_trust)
        finish(cloudformation, cloudformation.detect_stack_set_drift(StackSetName="roles")["OperationId"])
        assert instances(cloudformation)[PROD]["DriftStatus"] == "DRIFTED"


def test_auto_deployment_follows_an_account_into_its_unit_and_out_again(sandbox, client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation, AutoDeployment={"Enabled": True, "RetainStacksOnAccountRemoval": False})
    deploy(cloudformation, everywhere("ou-ab12-22222222"))
    for path, expected in (("/Workloads/Prod", {PROD, LOOSE}), ("/Security", {PROD})):
        sandbox.move_account(LOOSE, path)
        latest = cloudformation.list_stack_set_operations(StackSetName="roles")["Summaries"][0]["OperationId"]
        finish(cloudformation, latest)
        assert instances(cloudformation).keys() == expected
