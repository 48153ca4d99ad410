"""What a caller may do, and the trace it leaves: identity policies of roles, CloudTrail's events, and when an action was last used."""

import json
import re
import uuid
from typing import Any

from orchestrator.sandbox.call import Call
from orchestrator.sandbox.conditions import Context
from orchestrator.sandbox.evaluation import Decision, Request, decide
from orchestrator.sandbox.iam_store import IamFailure, IamStore
from orchestrator.sandbox.principals import Caller
from orchestrator.sandbox.refusals import Refusal
from orchestrator.sandbox.resources import Ask
from orchestrator.sandbox.wire import is_query
from orchestrator.sandbox.world import Judged, World

CALLED_VIA = "aws:CalledVia"
ADMINISTRATOR = "administrator"
_OWNER = re.compile(r"arn:[^:]*:[^:]*:[^:]*:(\d{12}):")


def context_of(world: World, caller: Caller) -> dict[str, tuple[str, ...]]:
    """The condition keys every request has."""
    kind = "AssumedRole" if caller.role else "User"
    keys: dict[str, tuple[str, ...]] = {
        "aws:CurrentTime": (world.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),),
        "aws:EpochTime": (str(int(world.now().timestamp())),),
        "aws:PrincipalAccount": (caller.account,),
        "aws:PrincipalArn": (caller.principal_arn,),
        "aws:PrincipalType": (kind,),
        "aws:SecureTransport": ("true",),
        "aws:userid": (caller.user_id,),
    }
    organization = world.organization
    if organization and caller.account in organization.accounts:
        keys["aws:PrincipalOrgID"] = (organization.id,)
        keys["aws:PrincipalOrgPaths"] = (organization.path_of(organization.accounts[caller.account].parent),)
    return keys


def authorize(world: World, call: Call, request: Request) -> None:
    """Raises Refusal with AWS's words when the caller's identity policies do not allow what the request says."""
    caller = call.caller
    decision = decision_for(world, caller, request.action, request.resource, request.context)
    if decision == "allowed":
        return
    reason = "with an explicit deny in an identity-based policy"
    if decision == "implicitDeny":
        reason = f"because no identity-based policy allows the {request.action} action"
    where = f" on resource: {request.resource}" if request.resource not in {None, "*"} else ""
    code = "AccessDenied" if call.service == "s3" or is_query(call.service) else "AccessDeniedException"
    raise Refusal(code, f"User: {caller.arn} is not authorized to perform: {request.action}{where} {reason}")


def by_cloudformation(world: World, caller: Caller) -> Ask:
    """What CloudFormation asks before it works on a caller's stack: it has the caller's rights and no others."""

    def ask(action: str, arn: str) -> None:
        if decision_for(world, caller, action, arn, {CALLED_VIA: ("cloudformation.amazonaws.com",)}) != "allowed":
            reason = f"because no identity-based policy allows the {action} action (Service: Iam, Status Code: 403)"
            raise IamFailure(f"User: {caller.arn} is not authorized to perform: {action} on resource: {arn} {reason}")

    return ask


def decision_for(world: World, caller: Caller, action: str, resource: str | None, extra: Context | None = None) -> Decision:
    """What the caller's identity policies say; administrators may do everything in their account."""
    decision: Decision = "allowed"
    if caller.role is not None:
        context = context_of(world, caller) | resource_context(world, resource) | dict(extra or {})
        decision = decision_for_role(caller.account, caller.role, Request(action, resource, context))
    world.needed[caller.role or ADMINISTRATOR].add(Judged(action, CALLED_VIA in (extra or {}), decision))
    return decision


def resource_context(world: World, resource: str | None) -> dict[str, tuple[str, ...]]:
    """The condition keys of the resource's account, as far as its ARN names one."""
    match = _OWNER.match(resource or "")
    if match is None:
        return {}
    owner: dict[str, tuple[str, ...]] = {"aws:ResourceAccount": (match[1],)}
    is_member = world.organization is not None and match[1] in world.organization.accounts
    return owner | ({"aws:ResourceOrgID": (world.organization.id,)} if world.organization and is_member else {})


def decision_for_role(account: str, role_name: str, request: Request) -> Decision:
    """A role's own policies, bounded by its permissions boundary. A role that is gone may do nothing."""
    store = IamStore(account)
    role = store.role(role_name)
    if role is None:
        return "implicitDeny"
    decision = decide(store.documents(role), request)
    boundary = store.boundary(role)
    if decision == "allowed" and boundary is not None:
        return decide([boundary], request)
    return decision


def remember(
    world: World, caller: Caller, region: str, action: str, parameters: dict[str, Any] | None = None, *, refused: str = ""
) -> None:
    """Leave a CloudTrail event, and note the action as used by the role. A call that was ``refused``, by which error, leaves both too."""
    if caller.role:
        world.used[caller.account, caller.role][action] = world.now()
    identity: dict[str, Any] = {"arn": caller.arn, "accountId": caller.account, "accessKeyId": caller.access_key}
    identity |= {"type": "AssumedRole" if caller.role else "IAMUser", "principalId": caller.user_id}
    if caller.role:
        issuer = {"type": "Role", "arn": caller.principal_arn, "accountId": caller.account, "userName": caller.role}
        identity["sessionContext"] = {"sessionIssuer": issuer}
    details = {"requestParameters": parameters or {}} | ({"errorCode": refused} if refused else {})
    record_event(world, caller.account, region, _event(world, identity, action, region, details))


def record_event(world: World, account: str, region: str, event: dict[str, Any]) -> None:
    world.events[account, region].append(event)


def _event(world: World, identity: dict[str, Any], action: str, region: str, details: dict[str, Any]) -> dict[str, Any]:
    service, _, name = action.partition(":")
    at = world.now()
    token = str(uuid.uuid4())
    user = identity["arn"].rsplit("/", 1)[-1]
    raw = {
        "eventVersion": "1.10",
        "userIdentity": identity,
        "eventTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "eventID": token,
        "recipientAccountId": identity["accountId"],
        **details,
    }
    return {
        "EventId": token,
        "EventName": name,
        "ReadOnly": "false",
        "AccessKeyId": identity["accessKeyId"],
        "EventTime": at,
        "EventSource": f"{service}.amazonaws.com",
        "Username": user,
        "Resources": [],
        "CloudTrailEvent": json.dumps(raw),
    }
