"""The names by which everything is known: each a string, told apart by the type checker."""

from typing import NewType

AccountId = NewType("AccountId", str)
"""Twelve digits, leading zeros kept."""

OrganizationId = NewType("OrganizationId", str)
"""``o-`` and ten to thirty-two characters."""

OuId = NewType("OuId", str)
"""``ou-…`` or, for the root, ``r-…``."""

OuPath = NewType("OuPath", str)
"""Names from the root down, ``/Workloads/Prod``; the root itself is ``/``."""

GroupName = NewType("GroupName", str)
"""A permission group, ``RequiredForLambdaImport``."""

GroupSetName = NewType("GroupSetName", str)
"""A group set, ``spoke-kms``."""

StackSetName = NewType("StackSetName", str)
"""``<prefix>-<group set or role set>``; plain stacks in the management account carry the same name."""

Region = NewType("Region", str)

PARTITIONS = {"us-gov-": "aws-us-gov", "cn-": "aws-cn"}
"""How the names of their regions begin; every other region is in ``aws``."""

PlanDigest = NewType("PlanDigest", str)
"""``sha256:`` and 64 hexadecimal digits."""

OperationKey = NewType("OperationKey", str)
"""An operation's name inside its plan, ``op-007``. Not the id AWS sees, which also knows plan and attempt."""

RunId = NewType("RunId", str)


def partition_of(region: Region) -> str:
    """The partition every ARN in the region's organization names."""
    return next((partition for prefix, partition in PARTITIONS.items() if region.startswith(prefix)), "aws")
