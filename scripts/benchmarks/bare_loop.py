"""A bare boto3 loop that asks what ``plan`` asks of an organization in which the rollout is in place, and makes nothing of it."""

from collections.abc import Iterator

import boto3

PREFIX = "cado-"


def names() -> Iterator[str]:
    """Of the StackSets of the rollout."""
    for page in cloudformation.get_paginator("list_stack_sets").paginate(Status="ACTIVE"):
        yield from (found["StackSetName"] for found in page["Summaries"] if found["StackSetName"].startswith(PREFIX))


def walk(parent: str) -> None:
    """The units two levels deep, as far as there are any with accounts."""
    pages = organizations.get_paginator("list_organizational_units_for_parent").paginate(ParentId=parent)
    children = [unit["Id"] for page in pages for unit in page["OrganizationalUnits"]]
    if parent.startswith("r-"):
        for child in children:
            walk(child)


if __name__ == "__main__":
    organizations, cloudformation = boto3.client("organizations"), boto3.client("cloudformation")
    boto3.client("sts").get_caller_identity()
    organizations.describe_organization()
    (root,) = organizations.list_roots()["Roots"]
    list(organizations.get_paginator("list_accounts").paginate())
    walk(root["Id"])
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        list(organizations.get_paginator("list_policies").paginate(Filter=kind))
    cloudformation.describe_stacks()
    cloudformation.describe_organizations_access()
    for name in names():
        cloudformation.describe_stack_set(StackSetName=name)
        list(cloudformation.get_paginator("list_stack_instances").paginate(StackSetName=name))
