import pytest

from orchestrator.analysis import Rule
from tests.unit.analysis.linter.judging import messages, rules

TAG = "aws:ResourceTag/Name"


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ({"StringLikeIfExists": {TAG: "CadoResponse*"}}, "holds for everything without the tag"),
        ({"StringEqualsIfExists": {"ec2:ResourceTag/Name": "x"}}, "holds for everything without the tag"),
        ({"StringNotEquals": {TAG: "production"}}, "holds for everything without the tag, and for every other value"),
        ({"StringNotLike": {TAG: "prod*"}}, "holds for everything without the tag, and for every other value"),
        ({"Null": {TAG: "true"}}, "asks for what has no such tag, which is almost everything"),
        ({"Null": {TAG: "false"}}, "asks only that the key is there, whatever its value"),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": "Name"}}, "holds for every request without the key"),
        ({"StringLike": {TAG: "*"}}, "matches everything"),
        ({"StringLike": {TAG: ["x", "?*"]}}, "matches everything"),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}, "matches everything"),
        ({"StringLike": {"aws:PrincipalArn": "*:role/*"}}, "matches everything"),
        ({"StringLike": {"aws:PrincipalOrgID": "o-*"}}, "matches everything"),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, "matches every address"),
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "::/0"]}}, "matches every address"),
    ],
)
def test_a_condition_that_protects_nothing_is_named_with_why(condition, why):
    found = messages(Rule.IDLE_CONDITION, ["ec2:DeleteSnapshot", "ec2:CreateTags"], "*", condition)
    assert len(found) == 1
    assert why in found[0]


@pytest.mark.parametrize("service", ["*", "*.amazonaws.com", "?*"])
def test_a_role_that_may_be_passed_to_every_service_is_not_bound_by_a_condition(service):
    found = rules("iam:PassRole", "arn:aws:iam::111111111111:role/Own", {"StringLike": {"iam:PassedToService": service}})
    assert found == {Rule.IDLE_CONDITION, Rule.CHANGES_PERMISSIONS}


def test_absence_of_a_key_no_action_carries_is_no_condition():
    (message,) = messages(Rule.IDLE_CONDITION, "ec2:ModifySnapshotAttribute", "*", {"Null": {"ec2:Add/gruop": "true"}})
    assert "always holds, since no action of the statement knows the key" in message


@pytest.mark.parametrize(
    "condition",
    [
        {"StringLike": {TAG: "CadoResponse*"}},
        {"StringLike": {TAG: "CadoResponse*"}, "Null": {TAG: "false"}},
        {"ForAllValues:StringEquals": {"aws:TagKeys": "Name"}, "Null": {"aws:TagKeys": "false"}},
        {"ForAllValues:StringEquals": {"aws:TagKeys": "Name"}, "ForAnyValue:StringEquals": {"aws:TagKeys": "Name"}},
        {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}},
        {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/Cado*"}},
        {"StringLike": {"aws:PrincipalOrgID": "o-exampleorgid"}},
    ],
)
def test_a_condition_that_rules_something_out_is_not_idle(condition):
    assert Rule.IDLE_CONDITION not in rules("ec2:CreateTags", "*", condition)


@pytest.mark.parametrize(
    "condition",
    [
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
        {"StringEquals": {"aws:PrincipalAccount": "111111111111"}},
        {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
        {"StringLike": {"aws:UserAgent": "cado*"}},
        {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}},
        {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
        {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}},
        {"StringEqualsIfExists": {"ec2:Owner": "amazon"}},
        {"StringLikeIfExists": {TAG: "CadoResponse*"}},
        {"StringNotEquals": {TAG: "production"}},
    ],
)
def test_what_says_when_or_whence_or_passes_almost_everything_limits_no_reach(condition):
    assert Rule.OVERBROAD in rules("ec2:DeleteSnapshot", "*", condition)


def test_a_tag_limits_the_reach():
    assert rules("ec2:DeleteSnapshot", "*", {"StringLike": {TAG: "CadoResponse*"}}) == set()
