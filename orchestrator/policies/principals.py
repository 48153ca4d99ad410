"""What is known beforehand of the calls of a role: the values of AWS's global condition keys.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Mapping

from orchestrator.model.identifiers import AccountId, OrganizationId, Region, account_in
from orchestrator.policies.context import ABSENT, Alternatives, Context, valued

PRINCIPAL_ARN = "aws:principalarn"
PRINCIPAL_ACCOUNT = "aws:principalaccount"
ORGANIZATION = "aws:principalorgid"
ORGANIZATION_PATHS = "aws:principalorgpaths"
REGION = "aws:requestedregion"
RESOURCE_ACCOUNT = "aws:resourceaccount"
RESOURCE_ORGANIZATION = "aws:resourceorgid"

SECURE = {"aws:securetransport": valued("true")}
"""The SDKs of AWS speak TLS unless made not to."""

OF_NO_SERVICE: Mapping[str, Alternatives] = {
    "aws:principalisawsservice": valued("false"),
    "aws:principaltype": valued("AssumedRole"),
    "aws:principalservicename": ABSENT,
    "aws:principalservicenameslist": ABSENT,
    "aws:sourceaccount": ABSENT,
    "aws:sourcearn": ABSENT,
    "aws:sourceorgid": ABSENT,
    "aws:sourceorgpaths": ABSENT,
    "aws:username": ABSENT,
}
"""A session of a role is neither a service nor a user, nor does a service call for it."""

GLOBAL_SERVICES = frozenset({"account", "budgets", "cloudfront", "iam", "organizations", "route53", "support"})
"""Whose calls all go to one region, whatever region they are about."""

GLOBAL_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""That region, by partition (the same page, aws:RequestedRegion)."""


def role_context(
    arn: str, organization: OrganizationId, path: str, more: Mapping[str, Alternatives], absent: tuple[str, ...] = ()
) -> Context:
    """Of a role of the organization; ``path`` is that of its account, ``o-…/r-…/ou-…/``, ``more`` what else is known."""
    known = {
        PRINCIPAL_ARN: valued(arn),
        PRINCIPAL_ACCOUNT: valued(account_in(arn)),
        ORGANIZATION: valued(organization),
        ORGANIZATION_PATHS: valued(path),
    }
    return Context({**known, **OF_NO_SERVICE, **SECURE, **more}, absent)


def region_of(action: str, partition: str, *regions: Region) -> Mapping[str, Alternatives]:
    """Where a call goes: to one of these regions, or, of a global service, to its own. Without regions it may be any."""
    if action.partition(":")[0].lower() in GLOBAL_SERVICES:
        return {REGION: valued(GLOBAL_REGIONS[partition])}
    return {REGION: tuple((region,) for region in dict.fromkeys(regions))} if regions else {}


def owner_of(resource: str, accounts: Mapping[AccountId, object], organization: OrganizationId) -> Mapping[str, Alternatives]:
    """Whose the resource is, where its ARN names an account of the organization."""
    account = account_in(resource) if resource.count(":") > 4 else ""  # noqa: PLR2004 - the account is an ARN's fifth part
    if account not in accounts:
        return {}
    return {RESOURCE_ACCOUNT: valued(account), RESOURCE_ORGANIZATION: valued(organization)}
