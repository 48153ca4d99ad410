"""A reason holds for the statement it was given for, and for nothing else."""

from dataclasses import replace

import pytest

from orchestrator.analysis import Rule, analyse, unexplained
from orchestrator.model.catalog import Statement
from orchestrator.model.identifiers import GroupName
from orchestrator.model.roles import RoleKind
from scripts.generated.catalogs import action_data, catalog

CLASSIC = catalog("classic")
KMS_CLEAN_UP = "RequiredForOperationsOnTemporaryKMSResourcesduringDefaultEncryptedEc2Import"
FIRST_USE = "RequiredForFirstTimeKMSDefaultencryptedImportCanBeDeletedAfter"


def changed(name, sid=None, role=RoleKind.ACQUISITION, **changes):
    """The classic catalog with one statement changed."""
    group = CLASSIC.groups[GroupName(name)]
    statements = tuple(replace(each, **changes) if each.sid == (sid or name) else each for each in group.variants[role])
    assert statements != group.variants[role]
    return replace(CLASSIC, groups={**CLASSIC.groups, group.name: replace(group, variants={**group.variants, role: statements})})


def found(of):
    return {(finding.rule, finding.group) for finding in unexplained(analyse(of, action_data()))}


def test_the_shipped_reasons_fit():
    assert found(CLASSIC) == set()


def test_every_key_may_not_be_scheduled_for_deletion_because_one_operator_is_dropped():
    alone = {"ForAllValues:StringLike": {"kms:ResourceAliases": ("alias/CadoResponse-KMS-Alias*",)}}
    assert (Rule.IDLE_CONDITION, KMS_CLEAN_UP) in found(changed(KMS_CLEAN_UP, conditions=alone))


@pytest.mark.parametrize(
    ("name", "sid", "change"),
    [
        (FIRST_USE, FIRST_USE, {"resources": ("arn:${partition}:iam::*:role/aws-service-role/*",)}),
        (FIRST_USE, FIRST_USE, {"conditions": {}}),
        ("RequiredForCrossAccountAccess", "RequiredForCrossAccountAccess", {"resources": ("*",)}),
        ("RequiredForCrossAccountAccess", "RequiredForCrossAccountAccessPass", {"conditions": {}}),
        ("RequiredForStartup", "RequiredForStartupAssumeAcquisition", {"resources": ("arn:${partition}:iam::*:role/*",)}),
        ("RequiredForEc2ImportAndAmiImport", "RequiredForEc2ImportAndAmiImportShare", {"conditions": {}}),
    ],
)
def test_a_wider_statement_needs_a_reason_of_its_own(name, sid, change):
    role = RoleKind.PLATFORM if name == "RequiredForStartup" else RoleKind.ACQUISITION
    answer = found(changed(name, sid, role, **change))
    assert (Rule.STALE_ACCEPTANCE, name) in answer
    assert (Rule.CHANGES_PERMISSIONS, name) in answer


def test_the_variant_of_another_role_is_not_what_was_accepted():
    answer = found(changed("RequiredForMemoryForensics", role=RoleKind.SPOKE, resources=("arn:${partition}:ec2:*:*:instance/*",)))
    assert answer >= {(Rule.STALE_ACCEPTANCE, "RequiredForMemoryForensics"), (Rule.CHANGES_PERMISSIONS, "RequiredForMemoryForensics")}


def test_an_option_that_no_longer_narrows_by_default_is_not_what_was_accepted():
    keys = replace(CLASSIC.parameters["kms_key_arns"], default="arn:aws:kms:*:*:key/*")
    answer = found(replace(CLASSIC, parameters={**CLASSIC.parameters, "kms_key_arns": keys}))
    assert (Rule.STALE_ACCEPTANCE, "RequiredForKmsEncryptedEc2Import") in answer


def test_another_group_that_may_set_the_tag_makes_the_reason_for_a_forgeable_tag_stale():
    own = Statement("RequiredForEKSImportTags", ("ec2:CreateTags",))
    group = CLASSIC.groups[GroupName("RequiredForEKSImport")]
    variants = {**group.variants, RoleKind.SPOKE: (*group.variants[RoleKind.SPOKE], own)}
    answer = found(replace(CLASSIC, groups={**CLASSIC.groups, group.name: replace(group, variants=variants)}))
    assert (Rule.STALE_ACCEPTANCE, "RequiredForAmiImports") in answer
    assert (Rule.FORGEABLE_TAG, "RequiredForAmiImports") in answer


@pytest.mark.parametrize("written", ["", "sha256:000000000000"])
def test_a_reason_without_its_fingerprint_says_which_one_to_write(written):
    entry = next(entry for entry in CLASSIC.accepted if entry.group == "RequiredForEcsImport")
    others = tuple(each for each in CLASSIC.accepted if each is not entry)
    findings = unexplained(analyse(replace(CLASSIC, accepted=(*others, replace(entry, fingerprint=written))), action_data()))
    (told,) = [finding for finding in findings if finding.rule is Rule.STALE_ACCEPTANCE]
    assert told.message.endswith(f"if the reason holds: fingerprint: {entry.fingerprint}")
    assert told.location == entry.location


def test_an_action_that_no_finding_is_about_any_more_is_told():
    entry = next(entry for entry in CLASSIC.accepted if entry.group == "RequiredForEcsImport")
    others = tuple(each for each in CLASSIC.accepted if each is not entry)
    idle = replace(entry, actions=(*entry.actions, "ecs:ListTasks"))
    (told,) = unexplained(analyse(replace(CLASSIC, accepted=(*others, idle)), action_data()))
    assert (told.rule, told.action) == (Rule.STALE_ACCEPTANCE, "ecs:ListTasks")
