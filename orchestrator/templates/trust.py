"""Trust policies as IAM sees them once every parameter has its value."""

from collections.abc import Mapping

from orchestrator.model.alteration import REVISION
from orchestrator.model.roles import RoleKind
from orchestrator.templates.policy import VERSION, one_or_more

HUBS = ("HubAccount", "FormerHubAccount")

TrustDocument = Mapping[str, object]


def trust_document(kind: RoleKind, *, values: Mapping[str, str]) -> TrustDocument:
    """The trust policy of a role. ``values`` are its StackSet's parameters with ``AWS::Partition`` and ``AWS::AccountId``."""
    revision = values.get(REVISION, "")
    if kind is RoleKind.PLATFORM:
        return document({"Service": "ec2.amazonaws.com"}, {}, revision)
    equals = {"aws:PrincipalOrgID": values["OrganizationId"]}
    accounts = f"arn:{values['AWS::Partition']}:iam::"
    if kind is RoleKind.ACQUISITION:
        here = f"{accounts}{values['AWS::AccountId']}"
        return trusting(f"{here}:root", f"{here}:role{values['TrustedRole']}", equals, revision)
    if values.get("ExternalId"):
        equals["sts:ExternalId"] = values["ExternalId"]
    hubs = [f"{accounts}{account}:root" for name in HUBS if (account := values.get(name))]
    return trusting(one_or_more(hubs), [arn.strip() for arn in values["TrustedRoleArns"].split(",")], equals, revision)


def trusting(accounts: object, roles: object, equals: Mapping[str, str], revision: str) -> TrustDocument:
    """Accounts, narrowed to these roles of theirs."""
    return document({"AWS": accounts}, {"ArnEquals": {"aws:PrincipalArn": roles}, "StringEquals": equals}, revision)


def document(principal: Mapping[str, object], condition: Mapping[str, object], revision: str) -> TrustDocument:
    sid = {"Sid": f"{REVISION}{revision}"} if revision else {}
    statement: dict[str, object] = {**sid, "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": VERSION, "Statement": [statement | {"Condition": condition} if condition else statement]}
