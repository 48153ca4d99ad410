"""What one group set takes back of another's conditions, in the real action reference."""

import pytest

from orchestrator.analysis import Rule, Severity
from orchestrator.analysis.linter.statements import Variant
from orchestrator.analysis.linter.unions import judge_union
from orchestrator.model.identifiers import GroupName
from orchestrator.model.roles import RoleKind
from orchestrator.templates import PolicyStatement
from scripts.generated.catalogs import action_data

TAGGED = {"StringLike": {"aws:ResourceTag/Name": "CadoResponse*"}}
HERE = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
INSTANCES = "arn:aws:ec2:*:111111111111:instance/*"
SNAPSHOTS = "arn:aws:ec2:*::snapshot/*"


def variant(group, action, resource="*", condition=None):
    return Variant(
        group,
        RoleKind.ACQUISITION,
        [PolicyStatement(Sid=group, Effect="Allow", Action=action, Resource=resource, Condition=condition or {})],
    )


def judge(*variants):
    return [(finding.rule, finding.group) for finding in judge_union(variants, action_data())]


@pytest.mark.parametrize("wide", ["*", INSTANCES, "arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:*"])
def test_a_tag_bound_right_is_undone_by_one_on_every_resource_of_its_kind(wide):
    found = judge(variant("Core", "ec2:StopInstances", condition=TAGGED), variant("Isolation", "ec2:StopInstances", wide))
    assert found == [(Rule.UNDONE_CONDITION, "Core")]


@pytest.mark.parametrize("wide", [f"{INSTANCES[:-1]}i-1", SNAPSHOTS, "arn:aws:ec2:eu-west-1:111111111111:instance/*"])
def test_a_right_on_a_part_of_the_resources_leaves_the_condition_standing(wide):
    assert judge(variant("Core", "ec2:StopInstances", condition=TAGGED), variant("Other", "ec2:StopInstances", wide)) == []


def test_one_of_several_resources_without_the_condition_is_undone():
    narrow = variant("Core", "ec2:AttachVolume", [INSTANCES, "arn:aws:ec2:*:111111111111:volume/*"], TAGGED)
    (finding,) = judge_union([narrow, variant("Other", "ec2:AttachVolume", INSTANCES)], action_data())
    assert finding.message == "ec2:AttachVolume is narrowed in Core, yet Other allows it without that on instance."


def test_the_same_right_in_two_groups_undoes_nothing():
    roles = ["arn:aws:iam::*:role/*Cado*", "arn:aws:iam::*:role/Own"]
    assert judge(variant("One", "iam:PassRole", roles), variant("Two", "iam:PassRole", roles)) == []


@pytest.mark.parametrize(("resource", "condition"), [("*", None), (SNAPSHOTS, None), ("*", HERE)])
def test_a_tag_the_role_may_set_itself_protects_nothing(resource, condition):
    narrow = variant("CleanUp", "ec2:DeleteSnapshot", condition={**TAGGED, **HERE})
    (finding,) = judge_union([narrow, variant("Tags", "ec2:CreateTags", resource, condition)], action_data())
    assert (finding.rule, finding.severity, finding.group) == (Rule.FORGEABLE_TAG, Severity.HIGH, "CleanUp")
    assert "aws:ResourceTag/Name, yet Tags may set that tag on snapshot" in finding.message


@pytest.mark.parametrize(
    ("action", "resource", "condition"),
    [
        ("ec2:CreateTags", INSTANCES, None),
        ("ec2:CreateTags", "*", {"StringEquals": {"ec2:CreateAction": "CreateSnapshot"}}),
        ("ec2:CreateTags", "*", TAGGED),
        ("ec2:DeleteTags", "*", None),
    ],
)
def test_tags_on_other_resources_at_creation_or_taken_away_leave_the_condition_standing(action, resource, condition):
    found = judge(variant("CleanUp", "ec2:DeleteSnapshot", condition=TAGGED), variant("Tags", action, resource, condition))
    assert (Rule.FORGEABLE_TAG, "CleanUp") not in found


def test_tags_of_instances_open_commands_of_another_service():
    narrow = variant("Triage", "ssm:SendCommand", INSTANCES, {"StringLike": {"ssm:resourceTag/CadoResponseSSMEnabled": "True"}})
    assert judge(narrow, variant("Tags", "ec2:CreateTags")) == [(Rule.FORGEABLE_TAG, "Triage")]


def test_a_tag_that_the_request_has_to_name_may_be_set_by_naming_it():
    asks = {"StringLike": {"aws:RequestTag/Name": "Cado*"}}
    narrow = variant("Secrets", "secretsmanager:GetSecretValue", condition=TAGGED)
    assert judge(narrow, variant("Tags", "secretsmanager:TagResource", condition=asks)) == [(Rule.FORGEABLE_TAG, "Secrets")]


@pytest.mark.parametrize(
    "condition",
    [
        {"StringLike": {"aws:RequestTag/Name": "Other*"}},
        {"StringLike": {"aws:RequestTag/Owner": "CadoResponse*"}},
        {"StringLike": {"aws:RequestTag/Name": "CadoResponse*"}, "Null": {"secretsmanager:SecretId": "true"}},
    ],
)
def test_another_tag_another_value_or_creation_alone_sets_no_tag_that_opens(condition):
    narrow = variant("Secrets", "secretsmanager:GetSecretValue", condition=TAGGED)
    assert (Rule.FORGEABLE_TAG, "Secrets") not in judge(narrow, variant("Tags", "secretsmanager:TagResource", condition=condition))


def test_a_weaker_condition_of_the_same_kind_undoes_a_stronger_one():
    weaker = {"StringLike": {"aws:ResourceTag/Name": "Cado*"}}
    found = judge(variant("Core", "ec2:StopInstances", condition=TAGGED), variant("Other", "ec2:StopInstances", condition=weaker))
    assert found == [(Rule.UNDONE_CONDITION, "Core")]


def test_a_finding_in_a_union_names_every_statement_it_is_about():
    (finding,) = judge_union([variant("CleanUp", "ec2:DeleteSnapshot", condition=TAGGED), variant("Tags", "ec2:CreateTags")], action_data())
    assert finding.in_union
    assert finding.beside == {(GroupName("Tags"), "Tags")}
