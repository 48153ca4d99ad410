import pytest

from orchestrator.analysis import Rule
from tests.unit.analysis.linter.judging import messages


def told(action, condition):
    return messages(Rule.MISREAD_VALUE, action, "*", condition)


@pytest.mark.parametrize(
    ("action", "operator", "key", "value", "why"),
    [
        ("kms:CreateGrant", "Bool", "kms:GrantIsForAWSResource", "yes", "true and false are all this operator knows"),
        ("ec2:DeleteSnapshot", "Null", "aws:ResourceTag/Name", "no", "true and false are all this operator knows"),
        ("ec2:DeleteSnapshot", "StringEquals", "aws:ResourceTag/Name", "CadoResponse*", "StringLike reads them as wildcards"),
        ("ec2:DeleteSnapshot", "StringEqualsIgnoreCase", "aws:ResourceTag/Name", "cado?", "StringLike reads them as wildcards"),
        (
            "ec2:DeleteSnapshot",
            "NumericEquals",
            "aws:ResourceTag/Name",
            "7",
            "Numeric values, and aws:ResourceTag/Name holds String",
        ),
        ("ec2:DeleteSnapshot", "Bool", "aws:RequestedRegion", "true", "compares Bool values, and aws:RequestedRegion holds String"),
        ("ec2:DeleteSnapshot", "DateLessThan", "aws:PrincipalAccount", "2026-01-01T00:00:00Z", "compares Date values"),
        ("ec2:DeleteSnapshot", "DateLessThan", "aws:CurrentTime", "next week", "is no date"),
        ("s3:ListBucket", "NumericLessThan", "s3:max-keys", "ten", "is no number"),
        ("ec2:DeleteSnapshot", "IpAddress", "aws:SourceIp", "10.0.0.0/33", "is no address or CIDR block"),
        ("ec2:DeleteSnapshot", "NotIpAddress", "aws:SourceIp", "home", "is no address or CIDR block"),
        ("ec2:DeleteSnapshot", "ArnLike", "ec2:SourceInstanceARN", "i-1", "is no ARN"),
        ("iam:PassRole", "StringEquals", "iam:PassedToService", "ec2", "is no service principal"),
        ("ec2:CreateTags", "StringEquals", "ec2:CreateAction", "CreateSnapshott", "AWS knows no action ec2:CreateSnapshott"),
        ("ec2:CreateTags", "StringEquals", "ec2:CreateAction", "createSnapshot", "AWS knows no action ec2:createSnapshot"),
    ],
)
def test_a_value_its_operator_reads_otherwise_than_meant(action, operator, key, value, why):
    (message,) = told(action, {operator: {key: value}})
    assert why in message


@pytest.mark.parametrize(
    ("action", "operator", "key", "value"),
    [
        ("kms:CreateGrant", "Bool", "kms:GrantIsForAWSResource", "true"),
        ("ec2:DeleteSnapshot", "StringLike", "aws:ResourceTag/Name", "CadoResponse*"),
        ("ec2:DeleteSnapshot", "StringEquals", "aws:ResourceTag/Name", "${aws:PrincipalTag/team}*"),
        ("ec2:DeleteSnapshot", "DateLessThan", "aws:CurrentTime", "2026-01-31T00:00:00Z"),
        ("ec2:DeleteSnapshot", "DateLessThan", "aws:CurrentTime", "1767225600"),
        ("ec2:DeleteSnapshot", "IpAddress", "aws:SourceIp", "10.0.0.0/8"),
        ("ec2:DeleteSnapshot", "IpAddress", "aws:SourceIp", "2001:db8::/32"),
        ("s3:ListBucket", "NumericLessThan", "s3:max-keys", "10"),
        ("iam:PassRole", "StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
        ("ec2:CreateTags", "StringEquals", "ec2:CreateAction", "CreateSnapshot"),
        ("ec2:DeleteSnapshot", "ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/x"),
    ],
)
def test_values_their_operator_can_read(action, operator, key, value):
    assert told(action, {operator: {key: value}}) == []
