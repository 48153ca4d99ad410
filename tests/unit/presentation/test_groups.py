"""The catalog as people read it before they sign it."""

from dataclasses import replace

import pytest

from orchestrator.analysis import Size
from orchestrator.model.catalog import AcceptedFinding, Catalog, GroupSet, GroupStatus, Parameter, PermissionGroup, Statement
from orchestrator.model.identifiers import GroupName, GroupSetName
from orchestrator.model.roles import RoleKind
from orchestrator.presentation.groups import entry_text, groups_text, unknown_entry
from orchestrator.presentation.groups_json import entry_json, groups_json
from orchestrator.presentation.page import Page
from tests.unit.presentation.plans import read

PAGE = Page(120)
FIRST_USE, ECS, OLD = GroupName("RequiredForFirstUse"), GroupName("RequiredForEcsImport"), GroupName("RequiredForOldThings")
LINKED = Statement(
    "RequiredForFirstUseA", ("iam:CreateServiceLinkedRole",), ("arn:aws:iam::*:role/x",), {"StringEquals": {"iam:AWSServiceName": ("kms",)}}
)
CATALOG = Catalog(
    "classic",
    {
        FIRST_USE: PermissionGroup(
            FIRST_USE,
            "Creates the service-linked role once.",
            {RoleKind.ACQUISITION: (LINKED,)},
            "https://example.com/policies",
            removal="Later multi-Region keys need it again.",
            expected_check_failure="First use",
            location="config/catalog/groups/kms.yaml:3:5",
        ),
        ECS: PermissionGroup(
            ECS,
            "Reads containers.",
            {RoleKind.SPOKE: (Statement("RequiredForEcsImportA", ("ecs:List*",)),)},
            "https://example.com/policies",
        ),
        OLD: PermissionGroup(OLD, "Old.", {}, "https://example.com", GroupStatus.RENAMED, successors=(ECS,)),
    },
    {
        name: GroupSet(name, role, (group,), temporary=temporary)
        for name, role, group, temporary in (
            (GroupSetName("hub-first-use"), RoleKind.ACQUISITION, FIRST_USE, True),
            (GroupSetName("spoke-ecs"), RoleKind.SPOKE, ECS, False),
        )
    },
)
SIZES = {GroupSetName("hub-first-use"): 321, GroupSetName("spoke-ecs"): 1234}


def test_the_list_shows_sets_by_role_with_sizes_and_what_is_unused():
    text = groups_text(CATALOG, SIZES, PAGE)
    assert "role spoke: 1,234 of 10,240 characters at most when all are granted\n  spoke-ecs   1,234  RequiredForEcsImport\n" in text
    assert "hub-first-use (temporary)     321" in text
    assert "RequiredForOldThings  renamed" in text


def test_a_temporary_set_in_full_shows_its_window_and_what_removal_costs():
    text = entry_text(CATALOG, "hub-first-use", SIZES, PAGE)
    assert "group set hub-first-use, role acquisition, temporary" in text
    assert "DateLessThan aws:CurrentTime: ${not_after}" in text
    assert "StringEquals iam:AWSServiceName: kms" in text
    assert "Later multi-Region keys need it again." in text
    assert "expected without it: First use" in text
    assert "321 of the 10,240 characters" in text


def test_a_group_in_full_shows_who_grants_it_and_what_became_of_it():
    assert "iam:CreateServiceLinkedRole" in entry_text(CATALOG, FIRST_USE, SIZES, PAGE)
    assert "config/catalog/groups/kms.yaml:3\n" in entry_text(CATALOG, FIRST_USE, SIZES, PAGE)
    old = entry_text(CATALOG, OLD, SIZES, PAGE)
    assert "renamed, now RequiredForEcsImport" in old
    assert "no group set of profile classic" in old


def test_a_group_shows_its_size_on_each_role_and_its_notes():
    noted = replace(CATALOG, groups={ECS: replace(CATALOG.groups[ECS], notes="On Linux.")})
    size = len('{"Version":"2012-10-17","Statement":[]}') + len(
        '{"Sid":"RequiredForEcsImportA","Effect":"Allow","Action":"ecs:List*","Resource":"*"}'
    )
    assert f"role spoke: {size} of the 10,240 characters" in entry_text(noted, ECS, SIZES, PAGE)
    found = read(entry_json(noted, ECS, SIZES))
    assert (found["sizes"], found["notes"]) == ({"spoke": size}, "On Linux.")


def test_trust_policies_and_templates_stand_beside_their_limits():
    measured = (Size("spoke", "trust", 1851, 2048), Size("spoke-ecs.yaml", "template", 900, 51_200))
    text = groups_text(CATALOG, SIZES, PAGE, measured)
    assert "trust spoke               1,851 of 2,048" in text
    assert "template spoke-ecs.yaml     900 of 51,200" in text
    assert read(groups_json(CATALOG, SIZES, measured))["sizes"][0] == {"kind": "trust", "what": "spoke", "size": 1851, "limit": 2048}


def test_the_catalog_in_json():
    found = read(entry_json(CATALOG, "hub-first-use", SIZES))
    assert found["size"] == 321
    assert found["statements"][0]["conditions"]["DateLessThan"] == {"aws:CurrentTime": ["${not_after}"]}
    assert read(entry_json(CATALOG, ECS, SIZES))["variants"]["spoke"][0]["actions"] == ["ecs:List*"]
    assert [entry["name"] for entry in read(groups_json(CATALOG, SIZES))["group_sets"]] == ["hub-first-use", "spoke-ecs"]


OPTION = Parameter("ssm_tag_value", "Only tagged instances.", "^.*$", "a tag", "True", default="")
BUCKET = Parameter("bucket", "Ours.", "^[a-z]+$", "a bucket", "bbb")
TRIAGE = Statement(
    "RequiredForEcsImportA",
    ("ssm:SendCommand",),
    ("arn:${partition}:s3:::${bucket}/*",),
    {"StringLike": {"ssm:resourceTag/Enabled": ("${ssm_tag_value}",)}, "Bool": {"aws:SecureTransport": ("true",)}},
)
OPEN = replace(
    CATALOG,
    groups={ECS: replace(CATALOG.groups[ECS], variants={RoleKind.SPOKE: (TRIAGE,)})},
    parameters={"ssm_tag_value": OPTION, "bucket": BUCKET},
    accepted=(AcceptedFinding("changes-permissions", ECS, ("ssm:SendCommand",), "That is what triage is."),),
)


def test_a_condition_that_an_empty_option_leaves_out_is_marked_as_not_in_force():
    given = {"bucket": "evidence", "partition": "aws"}
    text = entry_text(OPEN, "spoke-ecs", SIZES, PAGE, given)
    assert "StringLike ssm:resourceTag/Enabled: not in force: set `ssm_tag_value`" in text
    assert "arn:aws:s3:::evidence/*" in text
    (statement,) = read(entry_json(OPEN, "spoke-ecs", SIZES, given))["statements"]
    assert statement["conditions"] == {"Bool": {"aws:SecureTransport": ["true"]}}
    assert statement["not_in_force"] == [{"operator": "StringLike", "key": "ssm:resourceTag/Enabled", "set": "ssm_tag_value"}]


def test_a_condition_is_shown_with_the_value_it_is_deployed_with():
    text = entry_text(OPEN, ECS, SIZES, PAGE, {"ssm_tag_value": "True"})
    assert "StringLike ssm:resourceTag/Enabled: True" in text
    assert "arn:${partition}:s3:::${bucket}/*" in text


def test_accepted_findings_are_shown_with_their_reasons():
    for name in ("spoke-ecs", ECS):
        assert "changes-permissions of ssm:SendCommand  That is what triage is." in entry_text(OPEN, name, SIZES, PAGE)
    (accepted,) = read(entry_json(OPEN, ECS, SIZES))["accepted"]
    assert accepted["because"] == "That is what triage is."


def test_an_unknown_name_is_an_error_with_the_near_ones():
    with pytest.raises(KeyError):
        entry_text(CATALOG, "spoke-esc", SIZES, PAGE)
    error = unknown_entry(CATALOG, "Spoke-ESC")
    assert error.where is None
    assert (error.exit_code, error.remedy) == (1, "Did you mean spoke-ecs?")
    assert unknown_entry(CATALOG, "Spoke-ECS").remedy == "Write spoke-ecs."
