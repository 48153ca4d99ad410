"""What differs from the vendor's statements is written down, with why."""

from orchestrator.model.identifiers import GroupName
from scripts.generated.catalogs import catalog
from scripts.generated.vendor_differences import differences, published


def test_every_published_group_of_the_catalog_is_compared():
    groups = {name: group for name, group in catalog("classic").groups.items() if "Ours" not in group.source and not group.part_of}
    unpublished = {"RequiredForResponseActionIsolateRole"}
    assert set(groups) - set(published()) == unpublished


def test_every_group_that_differs_says_why():
    classic = catalog("classic")
    assert [group.name for group in classic.groups.values() if differences(classic, group) and not group.differs] == []


def test_sharing_with_anyone_is_told_as_a_difference():
    classic = catalog("classic")
    rows = differences(classic, classic.groups[GroupName("RequiredForEc2ImportAndAmiImport")])
    ((_, _, theirs, ours),) = [row for row in rows if "ModifySnapshotAttribute" in row[0] and row[1] == "spoke"]
    assert theirs == "`*`"
    assert "ForAllValues:StringEquals ec2:Add/userId: ${share_snapshots_with}" in ours
