from dataclasses import replace

from orchestrator.analysis import compare_profiles
from orchestrator.model.catalog import Catalog, GroupSet, PermissionGroup, Statement
from orchestrator.model.identifiers import GroupName, GroupSetName
from orchestrator.model.roles import RoleKind
from orchestrator.presentation.page import Page
from orchestrator.presentation.profiles import profiles_json, profiles_text
from tests.unit.presentation.plans import read

GROUP, NAMES = GroupName("Own"), ("wide", "narrow")


def profile(*statements: Statement) -> Catalog:
    group = PermissionGroup(GROUP, "p", {RoleKind.SPOKE: statements}, "ours")
    name = GroupSetName("spoke-own")
    return Catalog("own", {GROUP: group}, {name: GroupSet(name, RoleKind.SPOKE, (GROUP,))})


SAME = Statement("OwnRead", ("ec2:DescribeInstances",))
WIDE = Statement("Own", ("ssm:SendCommand",))
NARROW = replace(WIDE, resources=("instance/*",), conditions={"StringLike": {"ssm:resourceTag/A": ("True",)}})


def test_an_action_both_have_in_another_scope_is_told_with_both_scopes():
    compared = compare_profiles(profile(SAME, WIDE), profile(SAME, NARROW))
    text = profiles_text(NAMES, compared, Page(120))
    assert "ssm:SendCommand in another scope\n    wide    on *\n    narrow  on instance/* when StringLike ssm:resourceTag/A: True" in text
    assert "ec2:DescribeInstances" not in text
    spoke = next(part for part in read(profiles_json(NAMES, compared))["roles"] if part["role"] == "spoke")
    assert spoke["scopes"] == [
        {"action": "ssm:SendCommand", "wide": ["on *"], "narrow": ["on instance/* when StringLike ssm:resourceTag/A: True"]}
    ]


def test_the_same_rights_in_both_are_no_difference():
    compared = compare_profiles(profile(SAME, NARROW), profile(SAME, NARROW))
    assert all(not difference.scopes for difference in compared)
