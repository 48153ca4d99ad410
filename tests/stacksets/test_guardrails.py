"""The service control policies that are rendered: what AWS takes, what each denies, and what it leaves alone."""

import json
from dataclasses import replace

import pytest

from orchestrator.adapters.files.catalog.file import default_catalog_folder
from orchestrator.adapters.files.catalog.privileges import load_privileges
from orchestrator.adapters.files.rollout.file import load
from orchestrator.model.roles import RoleKind
from orchestrator.sandbox.evaluation import Request, decide
from orchestrator.templates import as_list, given_values, policy_document
from orchestrator.templates.effective import deployed_values
from orchestrator.templates.guardrails import SCP_LIMIT, guardrail_files
from orchestrator.templates.limits import OPEN_WINDOW
from scripts.generated.catalogs import ROOT, action_data, catalog
from scripts.generated.guardrails import guardrails

ROLLOUT, CLASSIC = load(ROOT / "config" / "demo" / "rollout.yaml")
FILES = guardrail_files(guardrails(), ROLLOUT, CLASSIC)
HUB, MEMBER, OTHER = "100000002002", "100000009009", "999999999999"
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


def role(name, account=MEMBER):
    return f"arn:aws:iam::{account}:role/{name}"


SPOKE, HUB_ROLE, PLATFORM = role("CadoResponseCrossAccountRole"), role("CadoResponseRole", HUB), role("CadoResponseInstanceRole", HUB)
ADMIN, STACK_SETS = role("Administrator"), role("stacksets-exec-0123456789abcdef")
STACK = f"arn:aws:cloudformation:us-east-1:{MEMBER}:stack/StackSet-cado-spoke-kms-0000/1111"
SNAPSHOT, IMAGE = "arn:aws:ec2:us-east-1::snapshot/snap-1", "arn:aws:ec2:us-east-1::image/ami-1"
KEY, INSTANCE = f"arn:aws:kms:us-east-1:{MEMBER}:key/1", f"arn:aws:ec2:us-east-1:{MEMBER}:instance/i-1"
ORGANIZATION, FOREIGN = {"aws:ResourceOrgID": "o-forensics01"}, {"aws:ResourceOrgID": "o-another0001"}


def is_denied(name, action, resource, principal, **context):
    values = {"aws:PrincipalArn": (principal,), **{key: (value,) if isinstance(value, str) else value for key, value in context.items()}}
    return decide((EVERYTHING, FILES[f"stacksets/guardrails/{name}.json"]), Request(action, resource, values)) == "explicitDeny"


@pytest.mark.parametrize(
    ("action", "resource", "principal", "denied"),
    [
        ("iam:PutRolePolicy", SPOKE, ADMIN, True),
        ("iam:UpdateAssumeRolePolicy", SPOKE, SPOKE, True),
        ("iam:PutRolePolicy", SPOKE, STACK_SETS, False),
        ("iam:CreateRole", role("MyCadoResponseRole"), ADMIN, True),
        ("iam:CreateRole", role("Payments"), ADMIN, False),
        ("iam:GetRole", SPOKE, ADMIN, False),
        ("iam:RemoveRoleFromInstanceProfile", f"arn:aws:iam::{HUB}:instance-profile/CadoResponseInstanceRole", ADMIN, True),
        ("iam:RemoveRoleFromInstanceProfile", f"arn:aws:iam::{HUB}:instance-profile/web", ADMIN, False),
        ("cloudformation:DeleteStack", STACK, ADMIN, True),
        ("cloudformation:DeleteStack", STACK, STACK_SETS, False),
        ("cloudformation:DeleteStack", STACK.replace("StackSet-cado-", "StackSet-baseline-"), ADMIN, False),
        ("cloudformation:DescribeStacks", STACK, ADMIN, False),
        ("iam:CreateRole", STACK_SETS, ADMIN, True),
        ("iam:UpdateAssumeRolePolicy", STACK_SETS, STACK_SETS, True),
    ],
)
def test_stack_sets_alone_change_our_roles_and_their_stacks(action, resource, principal, denied):
    assert is_denied("role-changes", action, resource, principal) is denied


@pytest.mark.parametrize(
    ("resource", "principal", "context", "denied"),
    [
        (SPOKE, HUB_ROLE, ORGANIZATION, False),
        (SPOKE, PLATFORM, ORGANIZATION, False),
        (SPOKE, ADMIN, ORGANIZATION, True),
        (SPOKE, role("CadoResponseRole", OTHER), ORGANIZATION, True),
        (role("Payments"), ADMIN, ORGANIZATION, False),
        (role("CadoResponseElsewhere", OTHER), HUB_ROLE, FOREIGN, True),
        (role("CadoResponseElsewhere", OTHER), HUB_ROLE, {}, True),
        (role("Partner", OTHER), ADMIN, FOREIGN, False),
    ],
)
def test_the_hub_alone_assumes_the_spokes_and_nothing_outside_the_organization(resource, principal, context, denied):
    assert is_denied("role-assumption", "sts:AssumeRole", resource, principal, **context) is denied


@pytest.mark.parametrize(
    ("action", "resource", "context", "denied"),
    [
        ("ec2:ModifySnapshotAttribute", SNAPSHOT, {"ec2:Add/userId": HUB}, False),
        ("ec2:ModifySnapshotAttribute", SNAPSHOT, {"ec2:Add/userId": OTHER}, True),
        ("ec2:ModifySnapshotAttribute", SNAPSHOT, {"ec2:Add/userId": (HUB, OTHER)}, True),
        ("ec2:ModifySnapshotAttribute", SNAPSHOT, {"ec2:Add/group": "all"}, True),
        ("ec2:ModifySnapshotAttribute", SNAPSHOT, {}, False),
        ("ec2:ModifyImageAttribute", IMAGE, {}, True),
        ("kms:CreateGrant", KEY, {"kms:GrantIsForAWSResource": "true"}, False),
        ("kms:CreateGrant", KEY, {"kms:GrantIsForAWSResource": "false"}, True),
        ("kms:CreateGrant", KEY, {}, True),
        ("ssm:StartSession", "arn:aws:ssm:us-east-1::document/AWS-StartPortForwardingSession", {}, False),
        ("ssm:StartSession", "arn:aws:ssm:us-east-1::document/AWS-StartSSHSession", {}, True),
        ("ssm:StartSession", f"arn:aws:ssm:us-east-1:{MEMBER}:document/SSM-SessionManagerRunShell", {}, True),
        ("ssm:StartSession", INSTANCE, {}, False),
        ("ssm:SendCommand", "arn:aws:ssm:us-east-1::document/AWS-RunShellScript", {}, False),
        ("ssm:SendCommand", f"arn:aws:ssm:us-east-1:{MEMBER}:document/Mine", {}, True),
        ("ec2:CreateTags", INSTANCE, {"aws:TagKeys": ("Name", "CadoResponseSSMEnabled")}, True),
        ("ec2:CreateTags", INSTANCE, {"aws:TagKeys": "Name"}, False),
        ("ec2:DeleteTags", INSTANCE, {"aws:TagKeys": "CadoResponseSSMEnabled"}, True),
    ],
)
@pytest.mark.parametrize("principal", [SPOKE, HUB_ROLE, ADMIN])
def test_what_our_roles_may_do_at_most_binds_no_other_principal(action, resource, context, denied, principal):
    assert is_denied("role-actions", action, resource, principal, **context) is (denied and principal != ADMIN)


@pytest.mark.parametrize("path", FILES)
def test_a_guardrail_is_a_service_control_policy_aws_takes(path):
    document = json.loads(FILES[path])
    assert document.keys() == {"Version", "Statement"}
    assert len(FILES[path]) <= SCP_LIMIT
    ids = [statement["Sid"] for statement in document["Statement"]]
    assert len(ids) == len(set(ids))
    for statement in document["Statement"]:
        assert statement.keys() <= {"Sid", "Effect", "Action", "Resource", "Condition"}
        assert (statement["Effect"], statement["Sid"].isalnum()) == ("Deny", True)
        assert [action for action in as_list(statement["Action"]) if not action_data().expand(action)] == []
    assert "${" not in FILES[path]


def test_a_statement_whose_value_is_not_known_is_left_out_rather_than_loosened():
    def ids(rollout):
        files = guardrail_files(guardrails(), rollout, CLASSIC)
        return {statement["Sid"] for text in files.values() for statement in json.loads(text)["Statement"]}

    every = ids(ROLLOUT)
    assert every - ids(replace(ROLLOUT, organization_id=None)) == {"InTheOrganization"}
    loose = {**ROLLOUT.parameters, "kms_grants_for_aws_resources_only": ""}
    assert every - ids(replace(ROLLOUT, parameters=loose)) == {"KeyGrants"}
    platform = replace(ROLLOUT.roles[RoleKind.PLATFORM], managed=False)
    assert every - ids(replace(ROLLOUT, roles={**ROLLOUT.roles, RoleKind.PLATFORM: platform})) == {"InstanceProfile"}


def fitting(statement):
    """What a request has that passes the conditions of a statement."""
    tests = [(operator, key, as_list(values)) for operator, keys in statement.get("Condition", {}).items() for key, values in keys.items()]
    return {key: (concrete(values[0]),) for operator, key, values in tests if operator != "Null"}


def concrete(pattern):
    return pattern.replace("*", "x").replace("?", "x")


def granted(profile):
    """Role, action, resource and context of a request for everything each group set grants."""
    of, roles = catalog(profile), {kind: role(ROLLOUT.roles[kind].name, HUB if kind.is_hub else MEMBER) for kind in RoleKind}
    for group_set in of.group_sets.values():
        account = HUB if group_set.role.is_hub else MEMBER
        own = {"partition": "aws", "account": account, "region": "us-east-1"}
        values = {**deployed_values(of, {**given_values(ROLLOUT), **own}), **OPEN_WINDOW}
        for statement in policy_document(of.statements(group_set.name), values=values)["Statement"]:
            for action in as_list(statement["Action"]):
                for resource in as_list(statement["Resource"]):
                    yield roles[group_set.role], concrete(action), concrete(resource), {**ORGANIZATION, **fitting(statement)}


@pytest.mark.parametrize("name", ["role-changes", "role-assumption", "role-actions"])
@pytest.mark.parametrize("profile", ["classic", "scoped"])
def test_guardrails_deny_nothing_of_what_group_sets_grant(profile, name):
    found = list(granted(profile))
    assert len(found) > 100
    denied = [
        (action, resource) for principal, action, resource, context in found if is_denied(name, action, resource, principal, **context)
    ]
    assert denied == []


def test_ways_to_privilege_and_alarms_name_guardrails_that_are_rendered():
    privileges = load_privileges(default_catalog_folder())
    named = [*(bound.guardrail for bound in privileges.bounds), *(alarm.guardrail for alarm in privileges.alarms)]
    assert {guardrail.path for guardrail in named if guardrail} == set(FILES)
