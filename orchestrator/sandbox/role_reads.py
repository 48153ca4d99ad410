"""Reading roles: what IAM shows of them, and what its lists leave out. Looks inside accounts ask nothing else, thousands of times.

Lists give roles without tags, permissions boundary and last use (https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html).
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from moto.iam.models import Role

from orchestrator.sandbox.call import Answer, Call, Paging
from orchestrator.sandbox.iam_store import IamStore, not_found
from orchestrator.sandbox.refusals import Refusal
from orchestrator.sandbox.world import World

_PAGES = Paging(1_000, "MaxItems", "Marker", "ValidationError")


def get_role(world: World, call: Call) -> Answer:
    del world
    role = _role(call)
    bound = role.permissions_boundary_arn
    boundary = (
        {"PermissionsBoundary": {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": bound}} if bound else {}
    )
    return {"Role": {**_shown(role), **boundary, "Tags": list(role.tags or [])}}


def list_roles(world: World, call: Call) -> Answer:
    del world
    prefix = call.text("PathPrefix") or "/"
    roles = sorted((role for role in IamStore(call.account).roles() if role.path.startswith(prefix)), key=lambda role: role.name)
    return _page(call, "Roles", [_shown(role) for role in roles])


def list_role_policies(world: World, call: Call) -> Answer:
    del world
    return _page(call, "PolicyNames", sorted(_role(call).policies))


def get_role_policy(world: World, call: Call) -> Answer:
    del world
    role, name = _role(call), call.text("PolicyName")
    if name not in role.policies:
        raise Refusal("NoSuchEntity", f"The role policy with name {name} cannot be found.")
    return {"RoleName": role.name, "PolicyName": name, "PolicyDocument": _encoded(role.policies[name])}


def list_attached_role_policies(world: World, call: Call) -> Answer:
    del world
    found = sorted(_role(call).managed_policies)
    return _page(call, "AttachedPolicies", [{"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]} for arn in found])


def _role(call: Call) -> Role:
    role = IamStore(call.account).role(call.text("RoleName"))
    if role is None:
        raise not_found(call.text("RoleName"))
    return role


def _shown(role: Role) -> Mapping[str, Any]:
    return {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": role.create_date,
        "AssumeRolePolicyDocument": _encoded(role.assume_role_policy_document),
        "Description": role.description or None,
        "MaxSessionDuration": int(role.max_session_duration or 3_600),
    }


def _encoded(document: object) -> str:
    """Documents are URL-encoded JSON (RFC 3986)."""
    return quote(document if isinstance(document, str) else json.dumps(document), safe="")


def _page(call: Call, name: str, items: list[Any]) -> Answer:
    page, marker = _PAGES.cut(call, items)
    return {name: page, "IsTruncated": marker is not None, "Marker": marker}
