"""The four roles as CloudFormation resources, and who may assume them. No role but the platform's ever trusts a service."""

from collections.abc import Mapping

from orchestrator.model.roles import RoleKind
from orchestrator.templates.emission import If, Ref, Sub, Value
from orchestrator.templates.policy import VERSION

MANAGED_BY = "org-permission-orchestrator"

ROLE_PURPOSES: Mapping[RoleKind, str] = {
    RoleKind.PLATFORM: "The role the forensic platform itself runs as, in the hub account, with its instance profile.",
    RoleKind.ACQUISITION: "The hub role that acquires evidence; the platform role assumes it.",
    RoleKind.SPOKE: "The role the hub assumes in a member account to acquire evidence there.",
    RoleKind.DISCOVERY: "The role the hub assumes in the management account to list the accounts of the organization.",
}


def role_resources(kind: RoleKind) -> dict[str, Value]:
    own = Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${OwnBoundary}")
    role: dict[str, Value] = {
        "RoleName": Ref("RoleName"),
        "Path": Ref("Path"),
        "Description": ROLE_PURPOSES[kind],
        "MaxSessionDuration": Ref("MaxSession"),
        "PermissionsBoundary": If("HasOwnBoundary", own, If("HasPermissionsBoundary", Ref("PermissionsBoundary"))),
        "AssumeRolePolicyDocument": trust_policy(kind),
        "Tags": [{"Key": "managed-by", "Value": MANAGED_BY}, {"Key": "rollout", "Value": Ref("Rollout")}],
    }
    resources: dict[str, Value] = {"Role": {"Type": "AWS::IAM::Role", "Properties": role}}
    return {**resources, "InstanceProfile": instance_profile()} if kind is RoleKind.PLATFORM else resources


def instance_profile() -> Value:
    properties: dict[str, Value] = {"InstanceProfileName": Ref("RoleName"), "Path": Ref("Path"), "Roles": [Ref("Role")]}
    return {"Type": "AWS::IAM::InstanceProfile", "Properties": properties}


def role_outputs() -> Mapping[str, Value]:
    arn = Sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:role${Path}${RoleName}")
    return {"RoleArn": {"Description": "What the platform asks for when an account is added by hand.", "Value": arn}}


def trust_policy(kind: RoleKind) -> Value:
    """The platform trusts EC2. The others trust the hub account, narrowed to its exact roles by ``aws:PrincipalArn``; while the hub
    moves, those of the former one too.

    Naming the roles as principals would store their unique ids: a hub role deleted and created again would lose every spoke
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
    """
    hub, former = (Sub(f"arn:${{AWS::Partition}}:iam::${{{name}}}:root") for name in ("HubAccount", "FormerHubAccount"))
    principal: Mapping[str, Value] = {"AWS": If("HasFormerHubAccount", [hub, former], hub)}
    statement: dict[str, Value] = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    if kind is RoleKind.PLATFORM:
        statement["Principal"] = {"Service": "ec2.amazonaws.com"}
    else:
        statement["Condition"] = trust_condition(kind)
    return {"Version": VERSION, "Statement": [statement]}


def trust_condition(kind: RoleKind) -> Value:
    equals: dict[str, Value] = {"aws:PrincipalOrgID": Ref("OrganizationId")}
    if kind in (RoleKind.SPOKE, RoleKind.DISCOVERY):
        equals["sts:ExternalId"] = If("HasExternalId", Ref("ExternalId"))
    return {"ArnEquals": {"aws:PrincipalArn": Ref("TrustedRoleArns")}, "StringEquals": equals}
