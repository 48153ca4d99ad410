"""Service and resource control policies with their documents and targets, for checks that ask what they would deny."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import code_of, speaking
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.aws.spread import spread
from orchestrator.model.organization import OrganizationPolicy

if TYPE_CHECKING:
    from types_boto3_organizations import OrganizationsClient
    from types_boto3_organizations.literals import PolicyTypeType
    from types_boto3_organizations.type_defs import PolicySummaryTypeDef

TYPES: tuple["PolicyTypeType", ...] = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")
NOT_ENABLED = frozenset({"PolicyTypeNotEnabledException", "PolicyTypeNotAvailableForOrganizationException"})


def read_policies(session: AwsSession) -> tuple[OrganizationPolicy, ...]:
    """Sorted by id. Raises AccessDeniedError when they may not be read."""
    client = session.client("organizations")
    with speaking("read the policies of the organization"):
        summaries = [summary for kind in TYPES for summary in list_policies(client, kind)]
        policies = spread(lambda summary: read_policy(client, summary), summaries)
    return tuple(sorted(policies, key=lambda policy: policy.id))


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
    pages = client.get_paginator("list_targets_for_policy").paginate(PolicyId=policy_id)
    targets = sorted(target.get("TargetId", "") for page in pages for target in page["Targets"])
    return OrganizationPolicy(policy_id, summary.get("Name", ""), str(summary.get("Type", "")), tuple(targets), document)
