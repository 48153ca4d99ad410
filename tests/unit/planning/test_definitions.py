from dataclasses import replace

import pytest

from orchestrator.model.identifiers import GroupSetName, Region
from orchestrator.model.roles import RoleKind
from orchestrator.planning.definitions import group_set_definition, role_definition
from orchestrator.templates import as_list, policy_document
from orchestrator.templates.limits import LONGEST_PSEUDO as LONGEST
from scripts.generated.catalogs import catalog
from tests.worlds.situations import HUB, world


@pytest.mark.parametrize(
    ("region", "partition"), [("us-east-1", "aws"), ("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn"), ("ca-central-1", "aws")]
)
def test_spokes_trust_the_hub_roles_of_the_partition_they_are_in(region, partition):
    known = world(1)
    rollout = replace(known.rollout, home_region=Region(region))
    trusted = role_definition(rollout, known.organization.id, RoleKind.SPOKE).parameters["TrustedRoleArns"].split(",")
    assert {arn.partition(f":iam::{HUB}:role/")[0] for arn in trusted} == {f"arn:{partition}"}


def test_the_hub_may_assume_the_role_of_the_rollout_and_none_whose_name_only_ends_like_it():
    known = world(1)
    spoke = replace(known.rollout.roles[RoleKind.SPOKE], name="Admin", path="/forensics/")
    rollout = replace(known.rollout, roles={**known.rollout.roles, RoleKind.SPOKE: spoke})
    definition = group_set_definition(rollout, known.organization.id, catalog("classic"), GroupSetName("hub-core"))
    assert "iam::*:role${SpokeRolePath}${SpokeRoleName}" in definition.template
    assert (definition.parameters["SpokeRolePath"], definition.parameters["SpokeRoleName"]) == ("/forensics/", "Admin")
    statements = policy_document(catalog("classic").statements(GroupSetName("hub-core")), values={**LONGEST, **definition.parameters})
    named = [resource for statement in statements["Statement"] for resource in as_list(statement["Resource"]) if "Admin" in resource]
    assert named == ["arn:aws-us-gov:iam::*:role/forensics/Admin"]


def given(rollout, organization, name):
    return group_set_definition(rollout, organization.id, catalog("classic"), GroupSetName(name)).parameters


def test_snapshots_are_shared_with_the_hub_and_roles_assumed_in_the_organization_without_a_word_in_rollout_yaml():
    known = world(1)
    assert given(known.rollout, known.organization, "spoke-ec2")["ShareSnapshotsWith"] == HUB
    assert given(known.rollout, known.organization, "hub-core")["AssumeOnlyInOrganization"] == known.organization.id
    assert given(known.rollout, known.organization, "spoke-kms")["KmsGrantsForAwsResourcesOnly"] == "true"


def test_what_follows_the_rollout_can_be_set_otherwise():
    known = world(1)
    own = {**known.rollout.parameters, "share_snapshots_with": "333333333333", "assume_only_in_organization": ""}
    rollout = replace(known.rollout, parameters=own)
    assert given(rollout, known.organization, "hub-ec2")["ShareSnapshotsWith"] == "333333333333"
    assert given(rollout, known.organization, "hub-core")["AssumeOnlyInOrganization"] == ""
