import pytest

from orchestrator.analysis import Rule
from tests.unit.analysis.linter.judging import ACCOUNT, messages, rules

TAGGED = {"StringLike": {"aws:ResourceTag/Name": "CadoResponse*"}}
SNAPSHOTS = "arn:aws:ec2:*::snapshot/*"


@pytest.mark.parametrize("key", ["aws:ResourceTag/Name", "ec2:Attribute"])
def test_a_condition_the_action_does_not_know_grants_nothing(key):
    (message,) = messages(Rule.DEAD_CONDITION, "ec2:DescribeAddresses", "*", {"StringLike": {key: "x"}})
    assert message == f"ec2:DescribeAddresses does not know {key}: the condition never holds."


@pytest.mark.parametrize("key", ["aws:RequestTag/Name", "aws:TagKeys"])
def test_a_request_that_sets_no_tags_has_none_to_look_at(key):
    assert Rule.DEAD_CONDITION in rules("ec2:TerminateInstances", "*", {"ForAnyValue:StringEquals": {key: "x"}})
    assert Rule.DEAD_CONDITION not in rules("ec2:CreateTags", "*", {"ForAnyValue:StringEquals": {key: "x"}})


def test_a_global_key_aws_does_not_have_never_holds():
    assert Rule.DEAD_CONDITION in rules("iam:PutRolePolicy", "*", {"Bool": {"aws:Nonsense": "true"}})


def test_conditions_on_tags_and_global_keys_are_known():
    region = {"StringEquals": {"aws:RequestedRegion": "eu-west-1", "aws:ResourceOrgID": "o-exampleorgid", "aws:PrincipalTag/team": "x"}}
    assert rules("ec2:DeleteSnapshot", SNAPSHOTS, {**TAGGED, **region}) == set()


@pytest.mark.parametrize(
    ("action", "condition"),
    [
        ("kms:Decrypt", {"StringEquals": {"kms:EncryptionContext:aws:ebs:id": "vol-1"}}),
        ("kms:Decrypt", {"StringEquals": {"kms:EncryptionContext:department": "x"}}),
        ("ec2:StopInstances", {"ArnEquals": {"ec2:SourceInstanceARN": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"}}),
        ("s3:ListAllMyBuckets", {"ArnEquals": {"ec2:SourceInstanceARN": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"}}),
        ("ec2:StopInstances", {"StringEquals": {"aws:Ec2InstanceSourceVpc": "vpc-1"}}),
    ],
)
def test_keys_that_any_request_or_any_name_may_carry_are_no_false_alarm(action, condition):
    assert rules(action, "*", condition) == set()


def test_an_operator_iam_does_not_have():
    assert Rule.UNKNOWN_OPERATOR in rules("iam:PutRolePolicy", "*", {"StringLikes": {"aws:PrincipalArn": "x"}})


@pytest.mark.parametrize(
    "operator", ["ForAllValues:StringLike", "StringEqualsIfExists", "DateLessThan", "NotIpAddress", "Null", "ArnNotLike"]
)
def test_operators_iam_has_are_known(operator):
    assert Rule.UNKNOWN_OPERATOR not in rules("iam:PutRolePolicy", "*", {operator: {"aws:PrincipalArn": "x"}})


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:ResourceTag/Name": "a"}, "StringLike": {"aws:ResourceTag/Name": "b*"}},
        {"StringEquals": {"aws:ResourceTag/Name": ["a", "b"]}, "StringNotEquals": {"aws:ResourceTag/Name": ["a", "b", "c"]}},
        {"StringEquals": {"aws:ResourceTag/Name": "a"}, "Null": {"aws:ResourceTag/Name": "true"}},
        {"DateGreaterThan": {"aws:CurrentTime": "2026-02-01T00:00:00Z"}, "DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
        {"DateGreaterThan": {"aws:CurrentTime": "2026-02-01T00:00:00Z"}, "DateLessThan": {"aws:CurrentTime": "1700000000"}},
    ],
)
def test_conditions_that_contradict_each_other_never_hold(condition):
    (message,) = messages(Rule.DEAD_CONDITION, "ec2:DeleteSnapshot", "*", condition)
    assert "can never hold together" in message


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:ResourceTag/Name": "ab"}, "StringLike": {"aws:ResourceTag/Name": "a*"}},
        {"StringLike": {"aws:ResourceTag/Name": "a*"}, "StringNotEquals": {"aws:ResourceTag/Name": "ab"}},
        {"StringEquals": {"aws:ResourceTag/Name": "a", "aws:ResourceTag/Team": "b"}},
        {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}, "DateLessThan": {"aws:CurrentTime": "2026-02-01T00:00:00Z"}},
        {"StringEquals": {"aws:ResourceTag/Name": "a"}, "Null": {"aws:ResourceTag/Name": "false"}},
    ],
)
def test_conditions_that_hold_together_for_something_are_alive(condition):
    assert Rule.DEAD_CONDITION not in rules("ec2:DeleteSnapshot", "*", condition)


@pytest.mark.parametrize("action", ["iam:GetInstanceProfile", "organizations:ListAccounts"])
def test_a_global_service_does_not_answer_in_another_region(action):
    (message,) = messages(Rule.DEAD_CONDITION, action, "*", {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}})
    assert "is global and answers in us-east-1, not in eu-central-1, eu-west-1" in message


@pytest.mark.parametrize(
    ("action", "regions"), [("iam:GetInstanceProfile", ["us-east-1", "eu-west-1"]), ("ec2:DescribeInstances", ["eu-west-1"])]
)
def test_a_region_where_the_service_answers_is_alive(action, regions):
    assert Rule.DEAD_CONDITION not in rules(action, "*", {"StringEquals": {"aws:RequestedRegion": regions}})
