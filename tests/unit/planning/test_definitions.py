from dataclasses import replace

import pytest

from orchestrator.model.identifiers import Region
from orchestrator.model.roles import RoleKind
from orchestrator.planning.definitions import role_definition
from tests.unit.planning.situations import HUB, world


@pytest.mark.parametrize(
    ("region", "partition"), [("us-east-1", "aws"), ("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn"), ("ca-central-1", "aws")]
)
def test_spokes_trust_the_hub_roles_of_the_partition_they_are_in(region, partition):
    known = world(1)
    rollout = replace(known.rollout, home_region=Region(region))
    trusted = role_definition(rollout, known.organization, RoleKind.SPOKE).parameters["TrustedRoleArns"].split(",")
    assert {arn.partition(f":iam::{HUB}:role/")[0] for arn in trusted} == {f"arn:{partition}"}
