"""Trust policies as IAM sees them once every parameter has its value."""

from collections.abc import Mapping

from orchestrator.model.roles import RoleKind
from orchestrator.templates.policy import VERSION, one_or_more

HUBS = ("HubAccount", "FormerHubAccount")

TrustDocument = Mapping[str, object]


def trust_document(kind: RoleKind, *, values: Mapping[str, str]) -> TrustDocument:
    """The trust policy of a role. ``values`` are its StackSet's parameters together with ``AWS::Partition``."""
    if kind is RoleKind.PLATFORM:
        return document({"Service": "ec2.amazonaws.com"}, {})
    equals = {"aws:PrincipalOrgID": values["OrganizationId"]}
    if kind is not RoleKind.ACQUISITION and values.get("ExternalId"):
        equals["sts:ExternalId"] = values["ExternalId"]
    arns = [arn.strip() for arn in values["TrustedRoleArns"].split(",")]
    hubs = [f"arn:{values['AWS::Partition']}:iam::{account}:root" for name in HUBS if (account := values.get(name))]
    return document({"AWS": one_or_more(hubs)}, {"ArnEquals": {"aws:PrincipalArn": arns}, "StringEquals": equals})


def document(principal: Mapping[str, object], condition: Mapping[str, object]) -> TrustDocument:
    statement: dict[str, object] = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": VERSION, "Statement": [statement | {"Condition": condition} if condition else statement]}
