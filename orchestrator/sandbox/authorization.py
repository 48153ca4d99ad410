"""Which actions on which resources a call needs, and whether the caller's policies allow each of them.

Calls of services that are left to the emulator are asked for as they are named, on any resource: those who know their resources are
``cloudformation_needs`` and the functions here (service authorization reference, by service).
"""

from collections.abc import Callable, Iterator, Mapping

from moto.s3.exceptions import S3ClientError
from moto.s3.models import s3_backends

from orchestrator.sandbox.authority import authorize
from orchestrator.sandbox.call import Call
from orchestrator.sandbox.cloudformation_needs import cloudformation_needs
from orchestrator.sandbox.evaluation import Request
from orchestrator.sandbox.iam_store import IamStore
from orchestrator.sandbox.resource_calls import role_arn
from orchestrator.sandbox.world import World

PREFIXES = {"resourcegroupstaggingapi": "tag", "service-quotas": "servicequotas"}
"""Services whose actions bear another name."""

_ELSEWHERE = frozenset({"sts:GetCallerIdentity", "sts:AssumeRole"})
"""One needs no right, the other is judged with the role's trust policy."""


def check(world: World, call: Call) -> None:
    """Raises Refusal for the first right the caller lacks."""
    for request in needs_of(world, call):
        authorize(world, call, request)


def needs_of(world: World, call: Call) -> Iterator[Request]:
    action = action_of(call)
    if action in _ELSEWHERE:
        return
    if call.service == "cloudformation":
        yield from cloudformation_needs(world, call)
    else:
        find = _NEEDS.get(call.service)
        yield from find(world, call) if find else (Request(action, None, {}),)


def action_of(call: Call) -> str:
    return f"{PREFIXES.get(call.service, call.service)}:{call.operation}"


def _everything(world: World, call: Call) -> Iterator[Request]:
    del world
    yield Request(action_of(call), "*", {})


def _organizations_needs(world: World, call: Call) -> Iterator[Request]:
    organization, policy = world.organization, call.text("PolicyId")
    item = call.text("ResourceId") or call.text("ParentId") or call.text("AccountId")
    if organization is not None and item:
        kind = "account" if item in organization.accounts else "root" if item == organization.root else "ou"
        yield Request(action_of(call), organization.arn(kind, item), {})
    elif organization is not None and policy in organization.policies:
        known = organization.policies[policy]
        yield Request(action_of(call), organization.arn("policy", f"{known.type.lower()}/{known.id}"), {})
    else:
        yield Request(action_of(call), "*", {})


def _iam_needs(world: World, call: Call) -> Iterator[Request]:
    """A role that is not there is known by its name alone. What names nothing is asked for on any resource."""
    del world
    name, profile = call.text("RoleName"), call.text("InstanceProfileName")
    named = call.text("Arn") or call.text("PolicySourceArn") or call.text("PolicyArn")
    if name:
        named = role_arn(IamStore(call.account), name)
    elif profile:
        named = f"arn:aws:iam::{call.account}:instance-profile/{profile}"
    elif call.operation in _OF_THE_ACCOUNT:
        named = "*"
    yield Request(action_of(call), named or None, {})


_OF_THE_ACCOUNT = frozenset({"GetAccountSummary", "GetServiceLastAccessedDetails", "ListInstanceProfiles", "ListPolicies", "ListRoles"})


def _kms_needs(world: World, call: Call) -> Iterator[Request]:
    del world
    key = call.text("KeyId")
    match call.operation:
        case "ListAliases":
            yield Request("kms:ListAliases", "*", {})
        case "DescribeKey" if not key.startswith("alias/"):
            yield Request("kms:DescribeKey", key if key.startswith("arn:") else f"arn:aws:kms:{call.region}:{call.account}:key/{key}", {})
        case _:
            yield Request(action_of(call), None, {})


_S3_ACTIONS = {"HeadBucket": "ListBucket", "HeadObject": "GetObject", "ListObjectsV2": "ListBucket"}
_S3_PARTS = {
    "encryption": "GetEncryptionConfiguration",
    "location": "GetBucketLocation",
    "policy": "GetBucketPolicy",
    "versioning": "GetBucketVersioning",
}


def _s3_needs(world: World, call: Call) -> Iterator[Request]:
    """Whether an object is missing is known to those alone who may list its bucket (API GetObject, "Permissions")."""
    del world
    bucket, key = call.text("Bucket"), call.text("Key")
    arn = f"arn:aws:s3:::{bucket}" if bucket else "*"
    part = next((action for name, action in _S3_PARTS.items() if name in call.parameters), None)
    action = part or _S3_ACTIONS.get(call.operation, call.operation)
    prefix = call.parameters.get("prefix")
    yield Request(f"s3:{action}", f"{arn}/{key}" if key else arn, {} if prefix is None else {"s3:prefix": (prefix,)})
    if action == "GetObject" and not _is_object(call.account, bucket, key):
        yield Request("s3:ListBucket", arn, {})


def _is_object(account: str, bucket: str, key: str) -> bool:
    try:
        return s3_backends[account]["aws"].get_object(bucket, key) is not None
    except S3ClientError:
        return False


_NEEDS: Mapping[str, Callable[[World, Call], Iterator[Request]]] = {
    "account": _everything,
    "cloudtrail": _everything,
    "iam": _iam_needs,
    "kms": _kms_needs,
    "organizations": _organizations_needs,
    "resourcegroupstaggingapi": _everything,
    "s3": _s3_needs,
    "service-quotas": _everything,
}
