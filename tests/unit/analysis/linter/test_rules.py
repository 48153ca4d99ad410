"""Each rule has a catalog with nothing else wrong in it: without the rule it would pass, and nothing would notice."""

from collections.abc import Mapping

import pytest

from orchestrator.analysis import Rule, analyse, unexplained
from orchestrator.model.catalog import AcceptedFinding, Catalog, GroupSet, PermissionGroup, Statement
from orchestrator.model.identifiers import GroupName, GroupSetName
from orchestrator.model.roles import RoleKind
from scripts.generated.catalogs import action_data

TAG = "aws:ResourceTag/Name"
TAGGED = {"StringLike": {TAG: ("CadoResponse*",)}}
INSTANCE = ("arn:aws:ec2:*:111111111111:instance/i-1",)


def allow(*actions, on=("*",), when=None, sid="Own"):
    return Statement(sid, actions, on, when or {})


def catalog_of(*groups, accepted=()):
    """Each statement, or list of them, a group of its own on the spoke role."""
    named = {GroupName(f"Group{number}"): tuple(statements) for number, statements in enumerate(groups)}
    variants = {name: PermissionGroup(name, "Test.", {RoleKind.SPOKE: statements}, "Ours.") for name, statements in named.items()}
    sets = {GroupSetName("spoke-own"): GroupSet(GroupSetName("spoke-own"), RoleKind.SPOKE, tuple(named))}
    return Catalog("own", variants, sets, accepted=accepted)


OUTLIVED = AcceptedFinding("overbroad", GroupName("Group0"), ("ec2:StopInstances",), "There was one.")
STOPS = [allow("ec2:StopInstances", on=INSTANCE, when=TAGGED)]

EXAMPLES: Mapping[Rule, Catalog] = {
    Rule.UNKNOWN_ACTION: catalog_of([allow("ec2:DescribeInstancess")]),
    Rule.SPELLING: catalog_of([allow("ec2:Describeinstances")]),
    Rule.DUPLICATE: catalog_of([allow("ec2:DescribeInstances", "ec2:DescribeInstances")]),
    Rule.MALFORMED_ARN: catalog_of([allow("ec2:StopInstances", on=("arn:aws:ec2:europe:111111111111:instance/i-1", *INSTANCE))]),
    Rule.DEAD_RESOURCE: catalog_of([allow("ec2:DescribeInstances", on=INSTANCE)]),
    Rule.PARTLY_DEAD: catalog_of([allow("ec2:AttachVolume", on=INSTANCE)]),
    Rule.DEAD_CONDITION: catalog_of([allow("ec2:DescribeInstances", when={"StringEquals": {TAG: ("x",)}})]),
    Rule.UNKNOWN_OPERATOR: catalog_of([allow("ec2:StopInstances", on=INSTANCE, when={"StringLikes": {TAG: ("x",)}})]),
    Rule.MISREAD_VALUE: catalog_of([allow("ec2:StopInstances", on=INSTANCE, when={"StringEquals": {TAG: ("x*",)}})]),
    Rule.IDLE_CONDITION: catalog_of([allow("ec2:StopInstances", on=INSTANCE, when={"StringLike": {TAG: ("*",)}})]),
    Rule.OVERBROAD: catalog_of([allow("ec2:StopInstances")]),
    Rule.CHANGES_PERMISSIONS: catalog_of([allow("iam:PutRolePolicy", on=("arn:aws:iam::111111111111:role/Own",))]),
    Rule.READS_DATA: catalog_of([allow("logs:FilterLogEvents")]),
    Rule.UNDONE_CONDITION: catalog_of(STOPS, [allow("ec2:StopInstances", on=INSTANCE)]),
    Rule.FORGEABLE_TAG: catalog_of(STOPS, [allow("ec2:CreateTags", on=INSTANCE)]),
    Rule.STALE_ACCEPTANCE: catalog_of(STOPS, accepted=(OUTLIVED,)),
}


@pytest.mark.parametrize("rule", Rule)
def test_what_a_rule_is_there_for_is_found_by_no_other(rule: Rule):
    assert {finding.rule for finding in unexplained(analyse(EXAMPLES[rule], action_data()))} == {rule}


def test_a_catalog_with_nothing_wrong_passes():
    assert analyse(catalog_of(STOPS, [allow("ec2:DescribeInstances")]), action_data()) == ()
