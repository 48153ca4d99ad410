import pytest

from orchestrator.analysis import Rule, Severity
from orchestrator.analysis.linter.analyse import worse
from tests.unit.analysis.linter.judging import ACCOUNT, findings, rules

OWN_ROLE = f"arn:aws:iam::{ACCOUNT}:role/Own"


@pytest.mark.parametrize(
    ("action", "resource", "condition"),
    [
        ("iam:PutRolePolicy", "arn:aws:iam::*:role/*CadoResponse*", {}),
        ("iam:PutRolePolicy", OWN_ROLE, {}),
        ("iam:AttachRolePolicy", "*", {"Bool": {"aws:SecureTransport": "true"}}),
        ("iam:AttachRolePolicy", OWN_ROLE, {"ArnEquals": {"iam:PolicyARN": f"arn:aws:iam::{ACCOUNT}:policy/Own"}}),
        ("iam:CreatePolicyVersion", f"arn:aws:iam::{ACCOUNT}:policy/Own", {}),
        ("iam:DeleteAccountPasswordPolicy", "*", {}),
        ("sts:AssumeRole", "arn:aws:iam::*:role/OrganizationAccountAccessRole", {}),
        ("iam:PassRole", OWN_ROLE, {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}),
        ("iam:CreateServiceLinkedRole", "arn:aws:iam::*:role/aws-service-role/*", {}),
        ("kms:CreateGrant", "*", {"Bool": {"kms:GrantIsForAWSResource": "true"}}),
        ("ec2:ModifySnapshotAttribute", "*", {"StringEquals": {"ec2:Add/userId": "222222222222"}}),
        ("ec2:ModifyInstanceAttribute", "*", {"StringEquals": {"ec2:Attribute": "UserData"}}),
        ("ecs:ExecuteCommand", f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task/own/1", {}),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:own", {}),
        ("secretsmanager:PutResourcePolicy", f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:own", {}),
    ],
)
def test_what_changes_permissions_or_hands_on_a_role_always_needs_a_reason(action, resource, condition):
    found = [finding for finding in findings(action, resource, condition) if finding.rule is Rule.CHANGES_PERMISSIONS]
    assert [(finding.severity, finding.action) for finding in found] == [(Severity.HIGH, action)]


@pytest.mark.parametrize(
    "action",
    [
        "logs:FilterLogEvents",
        "ecr:BatchGetImage",
        "ec2:DescribeInstanceAttribute",
        "ssm:GetCommandInvocation",
        "ssm:ListCommandInvocations",
        "ebs:GetSnapshotBlock",
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter*",
        "s3:GetObject",
    ],
)
def test_reading_data_everywhere_is_judged(action):
    assert rules(action) == {Rule.READS_DATA}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ssm:GetParameter*", f"arn:aws:ssm:*:{ACCOUNT}:parameter/*"),
        ("s3:GetObject", "arn:aws:s3:::*/*"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:*"),
    ],
)
def test_reading_all_of_a_kind_is_reading_everywhere(action, resource):
    assert Rule.READS_DATA in rules(action, resource)


@pytest.mark.parametrize(
    ("action", "resource", "condition"),
    [
        ("s3:GetObject", "arn:aws:s3:::evidence/*", {}),
        ("secretsmanager:GetSecretValue", "*", {"StringLike": {"aws:ResourceTag/Name": "CadoResponse*"}}),
        ("iam:GetPolicy", "*", {}),
    ],
)
def test_reading_what_is_named_or_how_things_are_set_up_needs_no_reason(action, resource, condition):
    assert rules(action, resource, condition) == set()


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ec2:TerminateInstances", "*"),
        ("ec2:TerminateInstances", "arn:aws:ec2:*:*:*"),
        ("ec2:TerminateInstances", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/*"),
        ("s3:DeleteObject", "arn:aws:s3:::*/*"),
    ],
)
def test_every_way_to_write_everything_is_too_broad(action, resource):
    assert {(finding.rule, finding.severity) for finding in findings(action, resource)} == {(Rule.OVERBROAD, Severity.HIGH)}


@pytest.mark.parametrize("resource", [f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1", "arn:aws:ec2:*:*:instance/i-0*"])
def test_named_resources_are_not_too_broad(resource):
    assert rules("ec2:TerminateInstances", resource) == set()


def test_a_pattern_is_as_severe_as_the_worst_action_it_stands_for():
    found = [finding for finding in findings("ec2:*", "*") if finding.rule is Rule.OVERBROAD]
    worst = found[0]
    for finding in found:
        worst = worse(worst, finding)
    assert found[0].severity is not Severity.HIGH
    assert worst.severity is Severity.HIGH
