import pytest

from orchestrator.analysis import Rule
from tests.unit.analysis.linter.judging import ACCOUNT, findings, judged, messages, rules, statement

TAGGED = {"StringLike": {"aws:ResourceTag/Name": "CadoResponse*"}}
ALIASES = {"ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/CadoResponse*"}}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ec2:DescribeAddresses", f"arn:aws:ec2:*:{ACCOUNT}:elastic-ip/*"),
        ("iam:GetInstanceProfile", "arn:aws:iam::*:role/*CadoResponse*"),
        ("s3:ListBucket", "arn:aws:s3:::bucket/*"),
    ],
)
def test_a_resource_the_action_does_not_work_on_grants_nothing(action, resource):
    assert Rule.DEAD_RESOURCE in rules(action, resource)


def test_what_a_dead_resource_is_not_is_named_whole():
    (message,) = messages(Rule.DEAD_RESOURCE, "iam:GetInstanceProfile", f"arn:aws:iam::{ACCOUNT}:role/a")
    assert f"not on arn:aws:iam::{ACCOUNT}:role/a: it grants nothing" in message


def test_a_dead_resource_is_found_even_beside_a_statement_that_grants_the_action():
    found = judged(statement("iam:GetInstanceProfile", "arn:aws:iam::*:role/*"), statement("iam:GetInstanceProfile"))
    assert Rule.DEAD_RESOURCE in {finding.rule for finding in found}


def test_a_resource_on_which_no_action_works_is_dead_beside_a_good_one():
    roles = f"arn:aws:iam::{ACCOUNT}:role/*"
    (finding,) = findings("iam:GetInstanceProfile", [f"arn:aws:iam::{ACCOUNT}:instance-profile/*", roles])
    assert (finding.rule, roles in finding.message) == (Rule.DEAD_RESOURCE, True)


def test_half_of_an_action_checked_on_two_kinds_of_resources_is_dead():
    keys = statement("kms:DeleteAlias", "*", ALIASES)
    assert [finding.rule for finding in judged(keys)] == [Rule.PARTLY_DEAD]
    assert judged(keys, statement("kms:DeleteAlias", f"arn:aws:kms:*:{ACCOUNT}:alias/CadoResponse*")) == []


def test_a_command_without_a_document_is_dead():
    assert Rule.PARTLY_DEAD in rules("ssm:SendCommand", f"arn:aws:ec2:*:{ACCOUNT}:instance/*")


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:s3:bucket",
        "aws:s3:::bucket",
        "arn:azure:s3:::bucket",
        "arn:aws:iam::11111:role/x",
        "arn:aws:ec2:europe:111111111111:instance/i-1",
        "arn:aws:ec2:*:111111111111:",
        "bucket",
    ],
)
def test_a_resource_that_is_no_arn(resource):
    (message,) = messages(Rule.MALFORMED_ARN, ["s3:GetBucketLocation", "iam:GetRole", "ec2:StopInstances"], [resource])
    assert message.startswith(f"{resource} is no ARN")


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:s3:::bucket/*",
        "arn:aws-us-gov:ec2:*::snapshot/*",
        "arn:*:iam::*:role/*",
        "arn:aws:iam::aws:policy/*",
        "arn:aws:ssm:eu-west-?:*:document/AWS-*",
        "arn:aws:ssm:*:*:session/${aws:userid}-*",
        "arn:aws:ec2:*:????????????:instance/*",
    ],
)
def test_arns_with_wildcards_variables_and_empty_parts_are_arns(resource):
    assert Rule.MALFORMED_ARN not in rules("s3:GetObject", [resource])


def test_a_resource_that_stands_twice():
    buckets = ["arn:aws:s3:::one", "arn:aws:s3:::two", "arn:aws:s3:::one"]
    assert messages(Rule.DUPLICATE, "s3:ListBucket", buckets) == ["arn:aws:s3:::one stands 2 times in Own. Keep one."]
