import json

import pytest
from botocore.exceptions import ClientError

from orchestrator.sandbox import Failure
from tests.sandbox.stack_set_steps import (
    REGION,
    at_once,
    code_of,
    deploy,
    everywhere,
    finish,
    instances,
    make_stack_set,
    role_template,
    targets,
    withdraw,
)
from tests.worlds.organizations import DEV, HUB, LOOSE, MANAGEMENT, PROD, SUSPENDED


def test_a_stack_set_is_described_with_everything_it_was_given(client):
    cloudformation = client("cloudformation")
    body = json.loads(role_template())
    body["Parameters"] = {"Secret": {"Type": "String", "NoEcho": True}, "Plain": {"Type": "String", "Default": "x"}}
    make_stack_set(
        cloudformation,
        body=json.dumps(body),
        Parameters=[{"ParameterKey": "Secret", "ParameterValue": "hush"}],
        Tags=[{"Key": "managed-by", "Value": "me"}],
        ManagedExecution={"Active": True},
        Description="roles",
    )
    found = cloudformation.describe_stack_set(StackSetName="roles")["StackSet"]
    assert found["TemplateBody"] == json.dumps(body)
    assert {item["ParameterKey"]: item["ParameterValue"] for item in found["Parameters"]} == {"Secret": "****", "Plain": "x"}
    assert found["Tags"] == [{"Key": "managed-by", "Value": "me"}]
    assert found["ManagedExecution"] == {"Active": True}
    assert found["AutoDeployment"] == {"Enabled": False}
    assert found["PermissionModel"] == "SERVICE_MANAGED"
    assert found["StackSetARN"].startswith(f"arn:aws:cloudformation:us-east-1:{MANAGEMENT}:stackset/roles:")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"Capabilities": []}, "InsufficientCapabilitiesException"),
        ({"Capabilities": ["CAPABILITY_IAM"]}, "InsufficientCapabilitiesException"),
        ({"TemplateBody": "Resources: {"}, "ValidationError"),
        ({"TemplateBody": "{}"}, "ValidationError"),
        ({"TemplateBody": role_template() + " " * 51_200}, "ValidationError"),
        ({"TemplateBody": '{"Resources": {"A": {"Type": "AWS::IAM::Role", "DependsOn": "B"}}}'}, "ValidationError"),
        ({"TemplateBody": '{"Transform": "AWS::LanguageExtensions", "Resources": {"A": {"Type": "AWS::IAM::Role"}}}'}, "ValidationError"),
        ({"Parameters": [{"ParameterKey": "Unknown", "ParameterValue": "1"}]}, "ValidationError"),
    ],
)
def test_a_stack_set_aws_would_refuse_is_refused(client, fields, code):
    with pytest.raises(ClientError) as error:
        make_stack_set(client("cloudformation"), **fields)
    assert code_of(error) == code


def test_a_service_managed_stack_set_must_say_whether_it_deploys_by_itself(client):
    with pytest.raises(ClientError, match="AutoDeployment"):
        client("cloudformation").create_stack_set(
            StackSetName="x", TemplateBody=role_template(), Capabilities=["CAPABILITY_NAMED_IAM"], PermissionModel="SERVICE_MANAGED"
        )


def test_a_name_is_taken_until_its_stack_set_is_deleted_and_deleted_ones_stay_listed(client):
    cloudformation = client("cloudformation")
    first = make_stack_set(cloudformation)
    with pytest.raises(ClientError) as error:
        make_stack_set(cloudformation)
    assert code_of(error) == "NameAlreadyExistsException"
    cloudformation.delete_stack_set(StackSetName="roles")
    assert make_stack_set(cloudformation) != first
    deleted = cloudformation.list_stack_sets(Status="DELETED")["Summaries"]
    assert [row["StackSetId"] for row in deleted] == [first]
    assert cloudformation.describe_stack_set(StackSetName=first)["StackSet"]["Status"] == "DELETED"


def test_a_stack_set_with_instances_cannot_be_deleted(client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    deploy(cloudformation, targets(PROD))
    with pytest.raises(ClientError) as error:
        cloudformation.delete_stack_set(StackSetName="roles")
    assert code_of(error) == "StackSetNotEmptyException"
    withdraw(cloudformation, targets(PROD))
    cloudformation.delete_stack_set(StackSetName="roles")
    with pytest.raises(ClientError) as error:
        cloudformation.describe_stack_set(StackSetName="roles")
    assert code_of(error) == "StackSetNotFoundException"


class TestWhoMay:
    def test_a_delegated_administrator_works_on_the_management_accounts_stack_sets(self, client):
        hub = client("cloudformation", HUB)
        make_stack_set(hub, CallAs="DELEGATED_ADMIN")
        found = client("cloudformation").describe_stack_set(StackSetName="roles")["StackSet"]
        assert f":{MANAGEMENT}:" in found["StackSetARN"]
        assert [row["StackSetName"] for row in hub.list_stack_sets(CallAs="DELEGATED_ADMIN")["Summaries"]] == ["roles"]

    def test_without_call_as_it_is_told_it_must_be_an_administrator(self, client):
        with pytest.raises(ClientError, match="must be the management account or delegated admin account"):
            make_stack_set(client("cloudformation", HUB))

    @pytest.mark.parametrize("account", [PROD, MANAGEMENT])
    def test_others_may_not_call_as_delegated_administrator(self, client, account):
        with pytest.raises(ClientError, match="Account used is not a delegated administrator"):
            client("cloudformation", account).list_stack_sets(CallAs="DELEGATED_ADMIN")

    def test_without_trusted_access_nothing_goes(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        cloudformation.deactivate_organizations_access()
        assert cloudformation.describe_organizations_access()["Status"] == "DISABLED"
        with pytest.raises(ClientError, match="enable organizations access"):
            deploy(cloudformation)
        cloudformation.activate_organizations_access()
        assert deploy(cloudformation)["Status"] == "SUCCEEDED"


class TestTargets:
    def test_the_root_means_every_usable_account_but_the_management_account(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation)
        found = instances(cloudformation)
        assert found.keys() == {PROD, HUB, DEV, SUSPENDED, LOOSE}
        assert {account for account, row in found.items() if row["Status"] == "CURRENT"} == {PROD, HUB, DEV, LOOSE}
        assert found[SUSPENDED]["StackInstanceStatus"]["DetailedStatus"] == "SKIPPED_SUSPENDED_ACCOUNT"
        assert found[PROD]["OrganizationalUnitId"] == "r-ab12"

    @pytest.mark.parametrize(
        ("chosen", "expected"),
        [
            (everywhere("ou-ab12-11111111"), {PROD, DEV, SUSPENDED}),
            (targets(PROD, LOOSE, unit="ou-ab12-11111111"), {PROD}),
            (targets(PROD, SUSPENDED, unit="ou-ab12-11111111", kind="DIFFERENCE"), {DEV}),
        ],
    )
    def test_units_reach_down_and_filters_choose(self, client, chosen, expected):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, chosen)
        assert instances(cloudformation).keys() == expected

    @pytest.mark.parametrize(
        "chosen",
        [
            {"Accounts": [PROD]},
            {"OrganizationalUnitIds": ["r-ab12"], "Accounts": [PROD]},
            {"OrganizationalUnitIds": ["r-ab12"], "Accounts": [PROD], "AccountFilterType": "NONE"},
            {"OrganizationalUnitIds": ["r-ab12"], "Accounts": [PROD], "AccountFilterType": "UNION"},
            {"OrganizationalUnitIds": ["r-ab12"], "AccountFilterType": "INTERSECTION"},
            {"OrganizationalUnitIds": ["ou-ab12-99999999"]},
        ],
    )
    def test_targets_aws_does_not_take_are_refused(self, client, chosen):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        with pytest.raises(ClientError) as error:
            deploy(cloudformation, chosen)
        assert code_of(error) == "ValidationError"

    def test_a_union_reaches_beyond_the_unit_when_deleting(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, targets(PROD, DEV, LOOSE))
        withdraw(cloudformation, targets(LOOSE, unit="ou-ab12-22222222", kind="UNION"))
        assert instances(cloudformation).keys() == {DEV}

    def test_targeted_units_are_listed_for_auto_deployment_and_forgotten_with_the_last_instance(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, targets(PROD))
        assert cloudformation.list_stack_set_auto_deployment_targets(StackSetName="roles")["Summaries"] == [
            {"OrganizationalUnitId": "r-ab12", "Regions": [REGION]}
        ]
        withdraw(cloudformation, targets(PROD))
        assert cloudformation.list_stack_set_auto_deployment_targets(StackSetName="roles")["Summaries"] == []

    def test_from_an_account_that_left_an_instance_goes_only_without_its_stack(self, sandbox, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, targets(PROD))
        sandbox.remove_account(PROD)
        assert withdraw(cloudformation, targets(PROD))["Status"] == "FAILED"
        assert instances(cloudformation)[PROD]["Status"] == "INOPERABLE"
        assert "stacksets-exec" in instances(cloudformation)[PROD]["StatusReason"]
        withdraw(cloudformation, targets(PROD), RetainStacks=True)
        assert instances(cloudformation) == {}
        assert client("iam", PROD).get_role(RoleName="Spoke")

    @pytest.mark.parametrize("state", ["SUSPENDED", "CLOSED"])
    def test_a_suspended_or_closed_account_is_skipped_unless_its_stack_is_retained(self, sandbox, client, state):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, targets(PROD))
        sandbox.set_state(PROD, state)
        withdraw(cloudformation, targets(PROD))
        assert instances(cloudformation)[PROD]["StackInstanceStatus"]["DetailedStatus"] == "SKIPPED_SUSPENDED_ACCOUNT"
        withdraw(cloudformation, targets(PROD), RetainStacks=True)
        assert instances(cloudformation) == {}


class TestUpdates:
    def test_all_instances_are_outdated_until_their_turn_comes(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, targets(PROD, DEV))
        operation = cloudformation.update_stack_set(
            StackSetName="roles",
            TemplateBody=role_template(MaxSessionDuration=7200),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            DeploymentTargets=targets(PROD),
            Regions=[REGION],
        )["OperationId"]
        finish(cloudformation, operation)
        assert {account: row["Status"] for account, row in instances(cloudformation).items()} == {PROD: "CURRENT", DEV: "OUTDATED"}
        assert client("iam", PROD).get_role(RoleName="Spoke")["Role"]["MaxSessionDuration"] == 7200
        assert client("iam", DEV).get_role(RoleName="Spoke")["Role"]["MaxSessionDuration"] == 3600
        operation = cloudformation.update_stack_instances(
            StackSetName="roles", Regions=[REGION], DeploymentTargets=targets(DEV), OperationPreferences=at_once()
        )["OperationId"]
        finish(cloudformation, operation)
        assert instances(cloudformation)[DEV]["Status"] == "CURRENT"
        assert client("iam", DEV).get_role(RoleName="Spoke")["Role"]["MaxSessionDuration"] == 7200

    def test_without_targets_all_are_updated(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, targets(PROD, DEV))
        operation = cloudformation.update_stack_set(
            StackSetName="roles",
            TemplateBody=role_template(Description="new"),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            OperationPreferences=at_once(),
        )["OperationId"]
        assert finish(cloudformation, operation)["Status"] == "SUCCEEDED"
        assert client("iam", DEV).get_role(RoleName="Spoke")["Role"]["Description"] == "new"

    def test_the_same_update_again_retries_what_failed(self, sandbox, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, targets(PROD, DEV))
        sandbox.faults.failures = [Failure("no", account=PROD, action="UPDATE", times=1)]
        fields = {"StackSetName": "roles", "TemplateBody": role_template(Description="new"), "Capabilities": ["CAPABILITY_NAMED_IAM"]}
        preferences = at_once(FailureToleranceCount=1)
        for expected in ("OUTDATED", "CURRENT"):
            finish(cloudformation, cloudformation.update_stack_set(**fields, OperationPreferences=preferences)["OperationId"])
            assert instances(cloudformation)[PROD]["Status"] == expected
        assert client("iam", PROD).get_role(RoleName="Spoke")["Role"]["Description"] == "new"

    def test_updating_what_is_not_there_is_an_error(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, targets(PROD))
        with pytest.raises(ClientError) as error:
            cloudformation.update_stack_instances(StackSetName="roles", Regions=[REGION], DeploymentTargets=targets(DEV))
        assert code_of(error) == "StackInstanceNotFoundException"
        with pytest.raises(ClientError, match="not found in StackSet"):
            cloudformation.update_stack_instances(StackSetName="roles", Regions=[REGION], DeploymentTargets=everywhere("ou-ab12-33333333"))

    def test_managed_execution_does_not_change_together_with_the_template(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        with pytest.raises(ClientError) as error:
            cloudformation.update_stack_set(
                StackSetName="roles",
                TemplateBody=role_template(Description="new"),
                Capabilities=["CAPABILITY_NAMED_IAM"],
                ManagedExecution={"Active": True},
            )
        assert code_of(error) == "InvalidOperationException"

    def test_auto_deployment_does_not_change_together_with_targets(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        deploy(cloudformation, targets(PROD))
        with pytest.raises(ClientError) as error:
            cloudformation.update_stack_set(
                StackSetName="roles",
                UsePreviousTemplate=True,
                Capabilities=["CAPABILITY_NAMED_IAM"],
                AutoDeployment={"Enabled": True, "RetainStacksOnAccountRemoval": False},
                DeploymentTargets=targets(PROD),
                Regions=[REGION],
            )
        assert code_of(error) == "ValidationError"


def test_a_foreign_stack_set_stands_there_with_tags_of_its_own(sandbox, client):
    sandbox.make_foreign_stack_set("roles")
    assert client("cloudformation").describe_stack_set(StackSetName="roles")["StackSet"]["Tags"] == [{"Key": "team", "Value": "networking"}]


def test_an_instance_that_was_never_made_is_not_found(client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    with pytest.raises(ClientError) as error:
        cloudformation.describe_stack_instance(StackSetName="roles", StackInstanceAccount=PROD, StackInstanceRegion=REGION)
    assert code_of(error) == "StackInstanceNotFoundException"
