"""What differs from the vendor's statements is written down, with why."""

from dataclasses import replace

import pytest

from orchestrator.model.identifiers import GroupName
from orchestrator.model.roles import RoleKind
from orchestrator.permissions.published import vendor_differences
from orchestrator.templates.effective import deployed_values
from scripts.generated.catalogs import catalog
from scripts.generated.vendor_differences import GIVEN, all_differences, published

CLASSIC = catalog("classic")
IMPORT, FORWARDING = GroupName("RequiredForEc2ImportAndAmiImport"), GroupName("RequiredForPortForwarding")


def found_on(role: RoleKind, *groups: GroupName, of=CLASSIC, **given: str):
    held = {group: of.groups[group].variants[role] for group in groups}
    rows = vendor_differences(role, held, of, published(), deployed_values(CLASSIC, {**GIVEN, **given}))
    return {(action, row.change.value): row for row in rows for action in row.actions}


def test_every_published_group_of_the_catalog_is_compared():
    groups = {name: group for name, group in CLASSIC.groups.items() if "Ours" not in group.source and not group.part_of}
    unpublished = {"RequiredForResponseActionIsolateRole"}
    assert set(groups) - set(published()) == unpublished
    assert set(published()) - set(CLASSIC.groups) == set()


def test_every_group_that_differs_says_why():
    assert {row.group for row in all_differences(CLASSIC) if not row.because} == set()


def test_sharing_with_anyone_is_a_difference():
    row = found_on(RoleKind.SPOKE, IMPORT, share_snapshots_with="222222222222")["ec2:ModifySnapshotAttribute", "narrower"]
    assert [block.resources for block in row.before] == [("*",)]
    assert row.before[0].conditions == {}
    assert row.after[0].conditions["ForAllValues:StringEquals"] == {"ec2:Add/userId": ("222222222222",)}
    assert any("CrossAccountPolicy.yaml" in source for source in row.sources)


def test_what_was_taken_out_of_a_published_group_counts_in_where_the_role_has_both():
    assert ("ssm:StartSession", "gone") in found_on(RoleKind.SPOKE, IMPORT)
    assert ("ssm:StartSession", "narrower") in found_on(RoleKind.SPOKE, IMPORT, FORWARDING)
    alone = found_on(RoleKind.SPOKE, FORWARDING)
    assert list(alone) == [("ssm:StartSession", "narrower")]
    assert alone["ssm:StartSession", "narrower"].sources


def test_what_is_published_for_no_role_of_this_kind_is_new_as_a_whole():
    isolate = GroupName("RequiredForResponseActionIsolateEc2")
    assert ("ec2:ModifyInstanceAttribute", "new") in found_on(RoleKind.SPOKE, isolate)
    assert ("ec2:ModifyInstanceAttribute", "wider") in found_on(RoleKind.ACQUISITION, isolate)


def test_an_option_that_is_set_is_a_difference_and_one_that_is_not_is_none():
    lambdas = GroupName("RequiredForLambdaImport")
    assert found_on(RoleKind.SPOKE, lambdas) == {}
    assert {change for _, change in found_on(RoleKind.SPOKE, lambdas, regions="us-east-1")} == {"narrower"}


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov"])
def test_the_partition_is_no_difference(partition: str):
    assert found_on(RoleKind.ACQUISITION, GroupName("RequiredToAccessCadoS3Bucket"), partition=partition) == {}


def test_a_statement_that_loses_a_condition_is_wider_than_published():
    group = CLASSIC.groups[GroupName("RequiredForAmiImports")]
    loose = replace(group, variants={RoleKind.SPOKE: tuple(replace(one, conditions={}) for one in group.variants[RoleKind.SPOKE])})
    changed = replace(CLASSIC, groups={**CLASSIC.groups, group.name: loose})
    assert list(found_on(RoleKind.SPOKE, group.name, of=changed)) == [("ec2:DeregisterImage", "wider")]
