"""Faults of the vendor's own statements, which the linter must keep finding in the real action reference."""

import pytest

from orchestrator.analysis import Rule
from orchestrator.analysis.linter.statements import Variant, judge_variant
from orchestrator.model.identifiers import GroupName
from orchestrator.model.roles import RoleKind
from orchestrator.templates import PolicyStatement
from scripts.generated.catalogs import action_data

CADO_TAG = {"StringLike": {"aws:ResourceTag/Name": "CadoResponse*"}}
ALIASES = {
    "ForAllValues:StringLike": {"kms:ResourceAliases": "alias/CadoResponse-KMS-Alias*"},
    "ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/CadoResponse-KMS-Alias*"},
}
DOCUMENTS = ["arn:aws:ec2:*:*:instance/*", "arn:aws:ssm:*::document/AWS-RunShellScript"]
CADO_ROLES = "arn:aws:iam::*:role/*CadoResponse*"
BUCKET = "arn:aws:s3:::bucket"


@pytest.mark.parametrize(
    ("action", "resource", "condition", "rule"),
    [
        ("ssm:DescribeInstanceInformation", DOCUMENTS, {}, Rule.DEAD_RESOURCE),
        ("sts:GetCallerIdentity", CADO_ROLES, {}, Rule.DEAD_RESOURCE),
        ("sts:GetSessionToken", CADO_ROLES, {}, Rule.DEAD_RESOURCE),
        ("iam:GetInstanceProfile", CADO_ROLES, {}, Rule.DEAD_RESOURCE),
        ("s3:ListAllMyBuckets", BUCKET, {}, Rule.DEAD_RESOURCE),
        ("s3:ListBucket", f"{BUCKET}/*", {}, Rule.DEAD_RESOURCE),
        ("ssm:TerminateSession", DOCUMENTS, {}, Rule.DEAD_RESOURCE),
        ("ec2:DescribeAddresses", "*", CADO_TAG, Rule.DEAD_CONDITION),
        ("ec2:DescribeInstanceTypes", "*", CADO_TAG, Rule.DEAD_CONDITION),
        ("kms:DeleteAlias", "*", ALIASES, Rule.PARTLY_DEAD),
        ("ssm:SendCommand", DOCUMENTS[0], {}, Rule.PARTLY_DEAD),
        ("ecr:GetDownloadURLForLayer", "*", {}, Rule.SPELLING),
        ("s3:PutObject", "*", {}, Rule.OVERBROAD),
        ("kms:CreateGrant", "*", {}, Rule.CHANGES_PERMISSIONS),
        ("ec2:CreateSnapshott", "*", {}, Rule.UNKNOWN_ACTION),
    ],
)
def test_the_fault_is_found(action, resource, condition, rule):
    statement = PolicyStatement(Sid="Published", Effect="Allow", Action=action, Resource=resource, Condition=condition)
    found = judge_variant(Variant(GroupName("Published"), RoleKind.SPOKE, [statement]), action_data())
    assert rule in {finding.rule for finding in found}
