"""Service and resource control policies with their documents and targets, in the fewest calls.

Every root, organizational unit and account has at least one service control policy
(https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html): where no other one is attached, it is FullAWSAccess,
whose targets would be most of the organization, twenty a call. Only of targets that have another one it is asked whether they have it too.
RCPFullAWSAccess cannot be detached, says nothing, and is left out.
"""

from collections.abc import Iterable, Iterator
from math import ceil
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import code_of, speaking
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.aws.spread import spread
from orchestrator.errors import AwsError
from orchestrator.model.evidence import Unknown
from orchestrator.model.organization import (
    FULL_ACCESS,
    FULL_RESOURCE_ACCESS,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
    ControlPolicies,
    Organization,
    OrganizationPolicy,
)

if TYPE_CHECKING:
    from types_boto3_organizations import OrganizationsClient
    from types_boto3_organizations.literals import PolicyTypeType
    from types_boto3_organizations.type_defs import PolicySummaryTypeDef

TYPES: tuple["PolicyTypeType", ...] = (SERVICE_CONTROL, RESOURCE_CONTROL)
NOT_ENABLED = frozenset({"PolicyTypeNotEnabledException", "PolicyTypeNotAvailableForOrganizationException"})
PAGE = 20
"""Targets in an answer."""

EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


def read_policies(session: AwsSession, organization: Organization) -> ControlPolicies:
    """Sorted by id; Unknown where they may not be read."""
    client = session.client("organizations")
    try:
        with speaking("read the policies of the organization"):
            return tuple(sorted(read_all(client, organization), key=lambda policy: policy.id))
    except AwsError as error:
        return Unknown(error.message)


def read_all(client: "OrganizationsClient", organization: Organization) -> Iterator[OrganizationPolicy]:
    summaries = [summary for kind in TYPES for summary in list_policies(client, kind)]
    others = [summary for summary in summaries if summary.get("Id") not in (FULL_ACCESS, FULL_RESOURCE_ACCESS)]
    policies = spread(lambda summary: read_policy(client, summary), others)
    yield from policies
    yield from (read_full_access(client, organization, summary, policies) for summary in summaries if summary.get("Id") == FULL_ACCESS)


def list_policies(client: "OrganizationsClient", kind: "PolicyTypeType") -> tuple["PolicySummaryTypeDef", ...]:
    try:
        return tuple(summary for page in client.get_paginator("list_policies").paginate(Filter=kind) for summary in page["Policies"])
    except ClientError as error:
        if code_of(error) in NOT_ENABLED:
            return ()
        raise


def read_policy(client: "OrganizationsClient", summary: "PolicySummaryTypeDef") -> OrganizationPolicy:
    policy_id = summary.get("Id", "")
    document = client.describe_policy(PolicyId=policy_id)["Policy"].get("Content", "")
    return OrganizationPolicy(policy_id, summary.get("Name", ""), str(summary.get("Type", "")), list_targets(client, policy_id), document)


def list_targets(client: "OrganizationsClient", policy_id: str) -> tuple[str, ...]:
    pages = client.get_paginator("list_targets_for_policy").paginate(PolicyId=policy_id)
    return tuple(sorted(target.get("TargetId", "") for page in pages for target in page["Targets"]))


def read_full_access(
    client: "OrganizationsClient", organization: Organization, summary: "PolicySummaryTypeDef", others: Iterable[OrganizationPolicy]
) -> OrganizationPolicy:
    """FullAWSAccess with its targets: those that have no other policy, and of the rest those that show it."""
    everywhere = {organization.root, *(unit.id for unit in organization.organizational_units), *organization.accounts}
    mixed = sorted(everywhere & {target for policy in others if policy.type == SERVICE_CONTROL for target in policy.targets})
    if len(mixed) > ceil(len(everywhere) / PAGE):
        targets = list_targets(client, FULL_ACCESS)
    else:
        shown = spread(lambda target: shows_full_access(client, target), mixed)
        lacking = {target for target, is_shown in zip(mixed, shown, strict=True) if not is_shown}
        targets = tuple(sorted(everywhere - lacking))
    return OrganizationPolicy(FULL_ACCESS, summary.get("Name", ""), SERVICE_CONTROL, targets, EVERYTHING)


def shows_full_access(client: "OrganizationsClient", target: str) -> bool:
    pages = client.get_paginator("list_policies_for_target").paginate(TargetId=target, Filter=SERVICE_CONTROL)
    return any(summary.get("Id") == FULL_ACCESS for page in pages for summary in page["Policies"])
