"""One condition is judged as IAM does, and stays open where the value of its key is not known.

The tables are worked out by hand from pages of https://docs.aws.amazon.com/IAM/latest/UserGuide:
reference_policies_elements_condition_operators.html, reference_policies_condition-single-vs-multi-valued-context-keys.html and
reference_policies_variables.html.
"""

import pytest

from orchestrator.permissions.conditions import condition_tests
from orchestrator.policies.conditions import holds
from orchestrator.policies.context import ABSENT, Context, valued

CONTEXT = Context(
    {
        "aws:principalarn": valued("arn:aws:iam::111111111111:role/team/Reader"),
        "aws:principalaccount": valued("111111111111"),
        "aws:principaltag/team": valued("blue"),
        "aws:currenttime": valued("2026-11-28T00:00:00Z"),
        "aws:multifactorauthage": valued("300"),
        "aws:securetransport": valued("true"),
        "aws:sourceip": valued("203.0.113.7"),
        "aws:calledvia": valued("athena.amazonaws.com", "s3.amazonaws.com"),
        "aws:tagkeys": valued("env", "team"),
        "aws:sourcevpce": ABSENT,
        "aws:requestedregion": (("eu-west-1",), ("us-east-1",)),
        "aws:starred": valued("role/*"),
    },
    absent=("aws:requesttag/",),
)


def judge(operator: str, key: str, *values: str, has_variables: bool = True) -> bool | None:
    (test,) = condition_tests({operator: {key: list(values)}})
    return holds(test, CONTEXT, has_variables=has_variables)


@pytest.mark.parametrize(
    ("operator", "key", "values", "expected"),
    [
        ("StringEquals", "AWS:PrincipalTag/team", ["blue"], True),
        ("StringEquals", "aws:PrincipalTag/team", ["Blue"], False),
        ("StringEquals", "aws:PrincipalTag/team", ["b*"], False),
        ("StringEqualsIgnoreCase", "aws:PrincipalTag/team", ["BLUE"], True),
        ("StringNotEquals", "aws:PrincipalTag/team", ["red", "green"], True),
        ("StringNotEquals", "aws:PrincipalTag/team", ["red", "blue"], False),
        ("StringNotEqualsIgnoreCase", "aws:PrincipalTag/team", ["BLUE"], False),
        ("StringLike", "aws:PrincipalTag/team", ["red", "b?u*"], True),
        ("StringNotLike", "aws:PrincipalTag/team", ["b*"], False),
        ("ArnEquals", "aws:PrincipalArn", ["arn:aws:iam::*:role/*/Reader"], True),
        ("ArnLike", "aws:PrincipalArn", ["arn:aws:iam::111111111111:*"], True),
        ("ArnLike", "aws:PrincipalArn", ["arn:aws:iam:*:role/team/Reader:*"], False),
        ("ArnNotLike", "aws:PrincipalArn", ["arn:aws:iam::222222222222:*"], True),
        ("ArnNotEquals", "aws:PrincipalArn", ["arn:aws:iam::*:role/team/*"], False),
        ("Bool", "aws:SecureTransport", ["True"], True),
        ("Bool", "aws:SecureTransport", ["false"], False),
        ("NumericLessThan", "aws:MultiFactorAuthAge", ["3600"], True),
        ("NumericLessThanEquals", "aws:MultiFactorAuthAge", ["300"], True),
        ("NumericGreaterThan", "aws:MultiFactorAuthAge", ["300"], False),
        ("NumericGreaterThanEquals", "aws:MultiFactorAuthAge", ["300.0"], True),
        ("NumericEquals", "aws:MultiFactorAuthAge", ["300.0"], True),
        ("NumericNotEquals", "aws:MultiFactorAuthAge", ["300"], False),
        ("DateLessThan", "aws:CurrentTime", ["2026-12-01T00:00:00Z"], True),
        ("DateGreaterThan", "aws:CurrentTime", ["2026-11-28T00:00:00Z"], False),
        ("DateEquals", "aws:CurrentTime", ["1795824000"], True),
        ("DateGreaterThanEquals", "aws:CurrentTime", ["2026-11-28"], True),
        ("IpAddress", "aws:SourceIp", ["203.0.113.0/24", "2001:db8::/32"], True),
        ("NotIpAddress", "aws:SourceIp", ["203.0.113.0/24"], False),
        ("IpAddress", "aws:SourceIp", ["203.0.113.8"], False),
        ("BinaryEquals", "aws:PrincipalTag/team", ["blue"], True),
    ],
)
def test_a_value_is_compared_as_its_operator_says(operator: str, key: str, values: list[str], expected: bool):
    assert judge(operator, key, *values) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringLikeIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("NotIpAddress", True),
    ],
)
@pytest.mark.parametrize("key", ["aws:SourceVpce", "aws:RequestTag/team"])
def test_a_key_that_is_absent_fails_all_but_what_does_without_one(operator: str, key: str, expected: bool):
    assert judge(operator, key, "10.0.0.0/8") is expected


@pytest.mark.parametrize(
    ("key", "wanted", "expected"),
    [
        ("aws:SourceVpce", "true", True),
        ("aws:SourceVpce", "false", False),
        ("aws:SourceIp", "true", False),
        ("aws:SourceIp", "false", True),
        ("aws:SourceVpc", "true", None),
    ],
)
def test_null_asks_whether_a_key_is_absent(key: str, wanted: str, expected: bool | None):
    assert judge("Null", key, wanted) is expected


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("ForAllValues:StringEquals", ["env", "team", "cost"], True),
        ("ForAllValues:StringEquals", ["env"], False),
        ("ForAnyValue:StringEquals", ["team", "cost"], True),
        ("ForAnyValue:StringEquals", ["cost"], False),
        ("ForAllValues:StringNotEquals", ["cost"], True),
        ("ForAllValues:StringNotEquals", ["env"], False),
        ("ForAnyValue:StringNotEquals", ["env"], True),
        ("ForAnyValue:StringNotEquals", ["env", "team"], False),
        ("ForAllValues:StringLike", ["*e*"], True),
    ],
)
def test_a_key_of_many_values_is_judged_by_its_quantifier(operator: str, values: list[str], expected: bool):
    assert judge(operator, "aws:TagKeys", *values) is expected


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("aws:PrincipalArn", "arn:aws:iam::${aws:PrincipalAccount}:role/team/Reader", True),
        ("aws:PrincipalArn", "arn:aws:iam::${AWS:principalaccount}:role/${aws:PrincipalTag/team}", False),
        ("aws:PrincipalTag/team", "${aws:RequestTag/team, 'blue'}", True),
        ("aws:PrincipalTag/team", "${aws:RequestTag/team}", False),
        ("aws:PrincipalTag/team", "${aws:TagKeys}", False),
        ("aws:PrincipalTag/team", "${aws:SourceVpc}", None),
        ("aws:PrincipalTag/team", "${*}", False),
    ],
)
def test_a_variable_stands_for_its_value(key: str, value: str, expected: bool | None):
    assert judge("StringLike", key, value) is expected


def test_a_variable_without_a_value_equals_nothing():
    assert judge("StringNotEquals", "aws:PrincipalTag/team", "${aws:RequestTag/team}") is True


def test_the_language_of_2008_knows_no_variables():
    assert judge("StringLike", "aws:PrincipalTag/team", "${aws:PrincipalTag/team}", has_variables=False) is False


@pytest.mark.parametrize(
    ("operator", "key", "value", "expected"),
    [
        ("StringEquals", "aws:SourceVpc", "vpc-1", None),
        ("StringEquals", "aws:RequestedRegion", "eu-west-1", None),
        ("StringEquals", "aws:RequestedRegion", "ap-south-1", False),
        ("StringLike", "aws:RequestedRegion", "*-1", True),
        ("StringEquals", "aws:Starred", "role/x", None),
        ("StringEquals", "aws:Starred", "user/x", False),
        ("StringLike", "aws:Starred", "role/x*", None),
        ("StringLike", "aws:Starred", "r*", True),
        ("NumericLessThan", "aws:SourceIp", "3", None),
        ("StringMatches", "aws:SourceIp", "3", None),
        ("ArnLike", "aws:PrincipalArn", "*", None),
    ],
)
def test_what_is_not_known_is_answered_where_every_value_gives_one_answer(operator: str, key: str, value: str, expected: bool | None):
    assert judge(operator, key, value) is expected
