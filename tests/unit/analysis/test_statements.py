import pytest

from orchestrator.analysis import Rule, Severity
from orchestrator.analysis.facts import ActionFacts, ResourceFacts
from orchestrator.analysis.statements import Variant, judge_variant
from orchestrator.analysis.unions import judge_union
from orchestrator.model.roles import RoleKind

TAG = "aws:ResourceTag/${TagKey}"


def kind(name, arn, *keys, required=True):
    return ResourceFacts(name, arn, required, frozenset(keys))


ACTIONS = [
    ActionFacts("ec2:DescribeAddresses", "List", (), frozenset({"ec2:Region"})),
    ActionFacts("ec2:DeleteSnapshot", "Write", (kind("snapshot", "arn:*:ec2:*:*:snapshot/*", TAG),), frozenset()),
    ActionFacts(
        "s3:ListBucket",
        "List",
        (ResourceFacts("bucket", "arn:*:s3:::*", required=True, condition_keys=frozenset(), flat=True),),
        frozenset(),
    ),
    ActionFacts("iam:GetInstanceProfile", "Read", (kind("instance-profile", "arn:*:iam::*:instance-profile/*"),), frozenset()),
    ActionFacts("iam:PassRole", "Write", (kind("role", "arn:*:iam::*:role/*"),), frozenset({"iam:PassedToService"})),
    ActionFacts(
        "kms:DeleteAlias",
        "Write",
        (kind("alias", "arn:*:kms:*:*:alias/*"), kind("key", "arn:*:kms:*:*:key/*", "kms:ResourceAliases")),
        frozenset(),
    ),
    ActionFacts(
        "ssm:SendCommand",
        "Write",
        (kind("document", "arn:*:ssm:*:*:document/*"), kind("instance", "arn:*:ec2:*:*:instance/*", required=False)),
        frozenset({"ssm:resourceTag/${TagKey}"}),
    ),
    ActionFacts("ecr:GetDownloadUrlForLayer", "Read", (kind("repository", "arn:*:ecr:*:*:repository/*"),), frozenset()),
]


class Facts:
    def expand(self, pattern):
        stem = pattern.lower().removesuffix("*")
        return tuple(
            facts for facts in ACTIONS if facts.name.lower() == stem or (pattern.endswith("*") and facts.name.lower().startswith(stem))
        )


def statement(actions, resources="*", sid="Group", **conditions):
    made = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
    return {**made, "Condition": conditions} if conditions else made


def variant(*statements, group="Group"):
    return Variant(group, RoleKind.SPOKE, statements)


def judge(*statements):
    return [(finding.rule, finding.action) for finding in judge_variant(variant(*statements), Facts())]


def test_an_action_aws_does_not_know():
    assert judge(statement("ec2:DeleteSnapshott")) == [(Rule.UNKNOWN_ACTION, "ec2:DeleteSnapshott")]


def test_an_action_in_the_wrong_case():
    assert judge(statement("ecr:GetDownloadURLForLayer")) == [(Rule.SPELLING, "ecr:GetDownloadURLForLayer")]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ec2:DescribeAddresses", "arn:aws:ec2:*:1:elastic-ip/*"),
        ("iam:GetInstanceProfile", "arn:aws:iam::*:role/*CadoResponse*"),
        ("s3:ListBucket", "arn:aws:s3:::bucket/*"),
    ],
)
def test_a_resource_the_action_does_not_work_on_grants_nothing(action, resource):
    assert (Rule.DEAD_RESOURCE, action) in judge(statement(action, resource))


def test_what_a_dead_resource_is_not_is_named_whole():
    finding, *_ = judge_variant(variant(statement("iam:GetInstanceProfile", "arn:aws:iam::1:role/a")), Facts())
    assert "not on arn:aws:iam::1:role/a: it grants nothing" in finding.message


def test_a_dead_resource_is_found_even_beside_a_statement_that_grants_the_action():
    found = judge(statement("iam:GetInstanceProfile", "arn:aws:iam::*:role/*"), statement("iam:GetInstanceProfile"))
    assert found == [(Rule.DEAD_RESOURCE, "iam:GetInstanceProfile")]


def test_a_condition_the_action_does_not_know_grants_nothing():
    narrowed = statement("ec2:DescribeAddresses", StringLike={"aws:ResourceTag/Name": "CadoResponse*"})
    assert judge(narrowed) == [(Rule.DEAD_CONDITION, "ec2:DescribeAddresses")]


def test_conditions_on_tags_and_global_keys_are_known():
    assert (
        judge(statement("ec2:DeleteSnapshot", StringLike={"aws:ResourceTag/Name": "C*"}, StringEquals={"aws:RequestedRegion": "r"})) == []
    )


def test_half_of_an_action_checked_on_two_kinds_of_resources_is_dead():
    keys = statement("kms:DeleteAlias", "*", StringLike={"kms:ResourceAliases": "alias/C*"})
    assert judge(keys) == [(Rule.PARTLY_DEAD, "kms:DeleteAlias")]
    assert judge(keys, statement("kms:DeleteAlias", "arn:aws:kms:*:1:alias/C*")) == []


def test_a_command_without_a_document_is_dead():
    assert (Rule.PARTLY_DEAD, "ssm:SendCommand") in judge(statement("ssm:SendCommand", "arn:aws:ec2:*:1:instance/*"))


@pytest.mark.parametrize(
    ("made", "severity"),
    [
        (statement("iam:PassRole"), Severity.HIGH),
        (statement("iam:PassRole", "arn:aws:iam::1:role/*"), Severity.HIGH),
        (statement("ec2:DeleteSnapshot", DateLessThan={"aws:CurrentTime": "2026-01-01T00:00:00Z"}), Severity.HIGH),
    ],
)
def test_what_reaches_everything_is_too_broad_though_it_ends_some_day(made, severity):
    (finding,) = judge_variant(variant(made), Facts())
    assert (finding.rule, finding.severity) == (Rule.OVERBROAD, severity)


@pytest.mark.parametrize(
    "made",
    [
        statement("iam:PassRole", "arn:aws:iam::1:role/*CadoResponse*"),
        statement("iam:PassRole", StringEquals={"iam:PassedToService": "ec2.amazonaws.com"}),
        statement("ec2:DescribeAddresses"),
    ],
)
def test_named_narrowed_and_harmless_rights_are_not_too_broad(made):
    assert judge(made) == []


def test_a_condition_another_group_does_without_protects_nothing():
    narrow = variant(statement("ec2:DeleteSnapshot", sid="Narrow", StringLike={"aws:ResourceTag/Name": "C*"}), group="Narrow")
    wide = variant(statement("ec2:Delete*", sid="Wide"), group="Wide")
    (finding,) = judge_union([narrow, wide], Facts())
    assert (finding.rule, finding.group, finding.sid, finding.in_union) == (Rule.UNDONE_CONDITION, "Narrow", "Narrow", True)


@pytest.mark.parametrize(
    "other",
    [
        statement("iam:PassRole", sid="Other"),
        statement("ec2:DeleteSnapshot", "arn:aws:ec2:*:1:snapshot/snap-1", sid="Other"),
        statement("ec2:DeleteSnapshot", sid="Other", StringLike={"aws:ResourceTag/Owner": "x"}),
        statement("ec2:DeleteSnapshot", sid="Other", StringLike={"aws:ResourceTag/Name": "C*"}),
    ],
)
def test_other_actions_resources_and_conditions_leave_it_standing(other):
    narrow = variant(statement("ec2:DeleteSnapshot", sid="Narrow", StringLike={"aws:ResourceTag/Name": "C*"}))
    assert list(judge_union([narrow, variant(other, group="Other")], Facts())) == []
