"""Roles that others made: found by their names, who made them, and what the managed policies on them say."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from orchestrator.adapters.aws.access import AccountSession
from orchestrator.adapters.aws.errors import RAISED, as_reason, speaking
from orchestrator.errors import OrchestratorError
from orchestrator.model.inside import Document, Origin
from orchestrator.permissions.resolution import mapping

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient

STACK_TAG = "aws:cloudformation:stack-name"
NO_STACK = "does not exist"
LARGEST_PAGE = 1_000


def named_like(client: "IAMClient", globs: Iterable[str]) -> tuple[str, ...]:
    """The names of roles that match one of the globs."""
    wanted = tuple(globs)
    if not wanted:
        return ()
    pages = client.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": LARGEST_PAGE})
    return tuple(
        role["RoleName"] for page in pages for role in page["Roles"] if any(fnmatchcase(role["RoleName"], glob) for glob in wanted)
    )


def read_origin(session: AccountSession, role_name: str, tags: Mapping[str, str]) -> Origin:
    """By the tag of CloudFormation, where the role carries it; else CloudFormation of the home region is asked whose the role is.

    DescribeStackResources answers ValidationError, "Stack for NAME does not exist", for what no stack has
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html).
    """
    if STACK_TAG in tags:
        return Origin(stack=tags[STACK_TAG])
    try:
        with speaking(f"ask for the stack of role {role_name}"):
            found = session.client("cloudformation").describe_stack_resources(PhysicalResourceId=role_name)["StackResources"]
    except OrchestratorError as error:
        return Origin() if NO_STACK in error.message else Origin(unknown=as_reason(error))
    return Origin(stack=found[0].get("StackName", "")) if found else Origin()


def read_managed(client: "IAMClient", arns: Iterable[str]) -> Iterator[tuple[str, Document]]:
    """The default version of each; one that may not be read is left out."""
    for arn in arns:
        try:
            version = client.get_policy(PolicyArn=arn)["Policy"].get("DefaultVersionId", "v1")
            document = client.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"].get("Document")
        except RAISED:
            continue
        yield arn, mapping(document)
