"""Ways to write too much, or nothing, that look harmless, in the real action reference."""

import pytest

from orchestrator.analysis import Rule, Severity
from orchestrator.analysis.analyse import worse
from orchestrator.analysis.statements import Variant, judge_variant
from orchestrator.model.identifiers import GroupName
from orchestrator.model.roles import RoleKind
from orchestrator.templates import PolicyStatement
from scripts.generated.catalogs import action_data


def findings(action, resource, condition=None):
    statement = PolicyStatement(Sid="Own", Effect="Allow", Action=action, Resource=resource, Condition=condition or {})
    return list(judge_variant(Variant(GroupName("Own"), RoleKind.SPOKE, [statement]), action_data()))


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ec2:TerminateInstances", "arn:aws:ec2:*:*:*"),
        ("ec2:TerminateInstances", "arn:aws:ec2:eu-west-1:111111111111:instance/*"),
        ("iam:PutRolePolicy", "arn:aws:iam::*:*"),
        ("iam:PutRolePolicy", "arn:aws:iam::111111111111:role/?*"),
        ("iam:PutRolePolicy", "arn:aws:iam::111111111111:*/*"),
        ("secretsmanager:GetSecretValue", "arn:*:*:*:*:*"),
    ],
)
def test_other_ways_to_write_everything_are_too_broad(action, resource):
    assert {(finding.rule, finding.severity) for finding in findings(action, resource)} == {(Rule.OVERBROAD, Severity.HIGH)}


@pytest.mark.parametrize("condition", [{"StringLike": {"aws:PrincipalArn": "*"}}, {"ArnLike": {"aws:PrincipalArn": ["x", "?*"]}}])
def test_a_condition_that_always_holds_narrows_nothing(condition):
    assert [finding.rule for finding in findings("iam:PutRolePolicy", "*", condition)] == [Rule.OVERBROAD]


def test_an_operator_iam_does_not_have():
    found = findings("iam:PutRolePolicy", "*", {"StringLikes": {"aws:PrincipalArn": "x"}})
    assert Rule.UNKNOWN_OPERATOR in {finding.rule for finding in found}


@pytest.mark.parametrize(
    "operator", ["ForAllValues:StringLike", "StringEqualsIfExists", "DateLessThan", "NotIpAddress", "Null", "ArnNotLike"]
)
def test_operators_iam_has_are_known(operator):
    found = findings("iam:PutRolePolicy", "*", {operator: {"aws:PrincipalArn": "x"}})
    assert Rule.UNKNOWN_OPERATOR not in {finding.rule for finding in found}


def test_a_global_key_aws_does_not_have_never_holds():
    found = findings("iam:PutRolePolicy", "*", {"Bool": {"aws:Nonsense": "true"}})
    assert Rule.DEAD_CONDITION in {finding.rule for finding in found}


def test_a_resource_on_which_no_action_works_is_dead_beside_a_good_one():
    (finding,) = findings("iam:GetInstanceProfile", ["arn:aws:iam::1:instance-profile/*", "arn:aws:iam::1:role/*"])
    assert (finding.rule, "arn:aws:iam::1:role/*" in finding.message) == (Rule.DEAD_RESOURCE, True)


def test_a_pattern_is_as_severe_as_the_worst_action_it_stands_for():
    found = findings("ec2:*", "*")
    worst = found[0]
    for finding in found:
        worst = worse(worst, finding)
    assert found[0].severity is not Severity.HIGH
    assert worst.severity is Severity.HIGH
