"""Every group set deployed alone: what the role then holds is what the catalog says, no more and no less."""

import json

import boto3
import pytest

from orchestrator.analysis.rendering import longest_values, loose_values
from orchestrator.model.roles import RoleKind
from orchestrator.sandbox import Sandbox
from orchestrator.templates import group_set_parameters, group_set_template, policy_document, role_parameters, role_template
from orchestrator.templates.parameters import ROLE_NAMES
from scripts.generated.catalogs import PROFILES, catalog
from tests.stacksets.statements import plain

ACCOUNT = "123456789012"
SNAPSHOT = {
    "organization": {"id": "o-exampleorgid", "management_account": ACCOUNT, "root": "r-ab12"},
    "organizational_units": [],
    "accounts": [],
    "delegated_administrators": [],
}
TRUST = {
    "OrganizationId": "o-exampleorgid",
    "HubAccount": "222222222222",
    "TrustedRole": "/CadoResponseInstanceRole",
    "TrustedRoleArns": "arn:aws:iam::222222222222:role/CadoResponseInstanceRole, arn:aws:iam::222222222222:role/CadoResponseRole",
}


@pytest.fixture(scope="module")
def aws():
    with Sandbox() as running:
        running.seed(SNAPSHOT)
        variables = running.environment(ACCOUNT)
        session = boto3.Session(variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"], region_name="us-east-1")
        made = {service: session.client(service, endpoint_url=running.endpoint) for service in ("cloudformation", "iam")}
        for kind in RoleKind:
            deploy(
                made["cloudformation"],
                f"role-{kind}",
                role_template(kind),
                {name: TRUST[name] for name in role_parameters(kind) if name in TRUST},
            )
        yield made
        for client in made.values():
            client.close()


def deploy(cloudformation, name, template, parameters):
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    cloudformation.create_stack(StackName=name, TemplateBody=template, Parameters=given, Capabilities=["CAPABILITY_NAMED_IAM"])
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0, "MaxAttempts": 400})


@pytest.mark.parametrize("chosen", [loose_values, longest_values], ids=["defaults", "everything set"])
@pytest.mark.parametrize("profile", PROFILES)
def test_a_role_holds_exactly_the_statements_of_the_group_set(aws, profile, chosen):
    of = catalog(profile)
    given = {name: value.replace("arn:aws-us-gov:", "arn:aws:") for name, value in chosen(of).items()}
    values = {**given, "AWS::Partition": "aws", "AWS::AccountId": ACCOUNT, "AWS::Region": "us-east-1"}
    for name, group_set in of.group_sets.items():
        role = ROLE_NAMES[group_set.role]
        own = {"RoleName": role, "PolicyName": f"cado-{name}"}
        asked = {key: {**values, **own}[key] for key in group_set_parameters(of, name)}
        stack = f"{profile}-{name}"
        deploy(aws["cloudformation"], stack, group_set_template(of, name), asked)
        assert aws["iam"].list_role_policies(RoleName=role)["PolicyNames"] == [f"cado-{name}"]
        held = aws["iam"].get_role_policy(RoleName=role, PolicyName=f"cado-{name}")["PolicyDocument"]
        held = json.loads(held) if isinstance(held, str) else held
        assert plain(held) == plain(policy_document(of.statements(name), values=values)), name
        aws["cloudformation"].delete_stack(StackName=stack)
        aws["cloudformation"].get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 0, "MaxAttempts": 400})
