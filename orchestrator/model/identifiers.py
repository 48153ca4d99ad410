"""Identifiers: strings that the type checker distinguishes."""

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


EACH_ACCOUNT = "${account}"
"""What stands in an ARN for the id of whichever account it is used in."""

OF_AWS = "aws"
"""The account that the ARN of a policy of AWS's own names."""


def partition_of(region: Region) -> str:
    """The partition every ARN in the region's organization names."""
    return next((partition for prefix, partition in PARTITIONS.items() if region.startswith(prefix)), "aws")


def partition_in(arn: str) -> str:
    """The partition an ARN names."""
    return arn.split(":")[1]


def role_arn(partition: str, account: str, role: str) -> str:
    """``role`` is the path and the name, ``/security/Reader``."""
    return f"arn:{partition}:iam::{account}:role{role}"


def account_in(arn: str) -> str:
    """What an ARN names as its account: an id, OF_AWS, or EACH_ACCOUNT."""
    return arn.split(":")[4]
