"""The four roles as CloudFormation resources, and who may assume them. No role but the platform's ever trusts a service."""

from collections.abc import Mapping

from orchestrator.model.alteration import REPAIRED, REVISION
from orchestrator.model.roles import RoleKind
from orchestrator.templates.emission import If, Ref, Sub, Value
from orchestrator.templates.policy import VERSION

MANAGED_BY = "org-permission-orchestrator"
ROLE_HERE = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role"
IS_REVISED = f"Has{REVISION}"
METADATA: Mapping[str, Value] = {REPAIRED: Ref(REPAIRED)}
"""Of the resources a repair writes again; changes of metadata alone change nothing (CloudFormation User Guide, "Metadata attribute")."""

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
        "Description": If(IS_REVISED, Sub(f"{ROLE_PURPOSES[kind]} Revision ${{{REVISION}}}."), ROLE_PURPOSES[kind]),
        "MaxSessionDuration": Ref("MaxSession"),
        "PermissionsBoundary": If("HasOwnBoundary", own, If("HasPermissionsBoundary", Ref("PermissionsBoundary"))),
        "AssumeRolePolicyDocument": trust_policy(kind),
        "Tags": [{"Key": "managed-by", "Value": MANAGED_BY}, {"Key": "rollout", "Value": Ref("Rollout")}],
    }
    resources: dict[str, Value] = {"Role": {"Type": "AWS::IAM::Role", "Metadata": METADATA, "Properties": role}}
    return {**resources, "InstanceProfile": instance_profile()} if kind is RoleKind.PLATFORM else resources


def instance_profile() -> Value:
    properties: dict[str, Value] = {"InstanceProfileName": Ref("RoleName"), "Path": Ref("Path"), "Roles": [Ref("Role")]}
    return {"Type": "AWS::IAM::InstanceProfile", "Properties": properties}


def role_outputs() -> Mapping[str, Value]:
    arn = Sub(f"{ROLE_HERE}${{Path}}${{RoleName}}")
    return {"RoleArn": {"Description": "What the platform asks for when an account is added by hand.", "Value": arn}}


def trust_policy(kind: RoleKind) -> Value:
    """The platform trusts EC2, acquisition the platform role beside it. The others trust the hub account, and while the hub moves the
    former one too. An account is narrowed to its exact roles by ``aws:PrincipalArn``.

    Naming the roles as principals would store their unique ids: a hub role deleted and created again would lose every spoke
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
    """
    revised = If(IS_REVISED, Sub(f"{REVISION}${{{REVISION}}}"))
    statement: dict[str, Value] = {"Sid": revised, "Effect": "Allow", "Principal": trusted_principal(kind), "Action": "sts:AssumeRole"}
    if kind is not RoleKind.PLATFORM:
        statement["Condition"] = trust_condition(kind)
    return {"Version": VERSION, "Statement": [statement]}


def trusted_principal(kind: RoleKind) -> Value:
    match kind:
        case RoleKind.PLATFORM:
            return {"Service": "ec2.amazonaws.com"}
        case RoleKind.ACQUISITION:
            return {"AWS": root_of("AWS::AccountId")}
        case RoleKind.SPOKE | RoleKind.DISCOVERY:
            return {"AWS": If("HasFormerHubAccount", [root_of("HubAccount"), root_of("FormerHubAccount")], root_of("HubAccount"))}


def root_of(account: str) -> Value:
    return Sub(f"arn:${{AWS::Partition}}:iam::${{{account}}}:root")


def trust_condition(kind: RoleKind) -> Value:
    equals: dict[str, Value] = {"aws:PrincipalOrgID": Ref("OrganizationId")}
    if kind is RoleKind.ACQUISITION:
        return {"ArnEquals": {"aws:PrincipalArn": Sub(f"{ROLE_HERE}${{TrustedRole}}")}, "StringEquals": equals}
    equals["sts:ExternalId"] = If("HasExternalId", Ref("ExternalId"))
    return {"ArnEquals": {"aws:PrincipalArn": Ref("TrustedRoleArns")}, "StringEquals": equals}
