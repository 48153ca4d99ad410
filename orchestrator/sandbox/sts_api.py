"""STS: who am I, and assuming roles over accounts, with trust policies and the caller's own policies enforced."""

import re

from orchestrator.sandbox.authority import context_of, decision_for, remember
from orchestrator.sandbox.call import Answer, Call
from orchestrator.sandbox.iam_store import IamStore
from orchestrator.sandbox.principals import hours
from orchestrator.sandbox.refusals import Refusal, invalid
from orchestrator.sandbox.trust import is_trusted
from orchestrator.sandbox.world import World

_ROLE_ARN = re.compile(r"arn:aws:iam::(\d{12}):role/(?:.*/)?([\w+=,.@-]+)")
_CHAINED = 3_600


def get_caller_identity(world: World, call: Call) -> Answer:
    del world
    return {"UserId": call.caller.user_id, "Account": call.account, "Arn": call.caller.arn}


def assume_role(world: World, call: Call) -> Answer:
    """AWS gives one answer for every reason, so as not to tell which roles exist."""
    arn, match = call.text("RoleArn"), _ROLE_ARN.fullmatch(call.text("RoleArn"))
    if match is None:
        raise invalid(f"{arn} is invalid")
    account, name = match.groups()
    role = IamStore(account).role(name)
    denied = Refusal("AccessDenied", f"User: {call.caller.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}")
    if role is None or role.arn != arn or not (world.is_usable(account) and IamStore(account).shows(name, world.iam_shows())):
        raise denied
    context = context_of(world, call.caller) | {"sts:RoleSessionName": (call.text("RoleSessionName"),)}
    if call.text("ExternalId"):
        context["sts:ExternalId"] = (call.text("ExternalId"),)
    if not is_trusted(role.assume_role_policy_document, call.caller, context):
        raise denied
    if decision_for(world, call.caller, "sts:AssumeRole", arn, context) != "allowed":
        raise denied
    seconds = call.parameters.get("DurationSeconds")
    longest = _CHAINED if call.caller.role else int(role.max_session_duration or _CHAINED)
    if seconds and seconds > longest:
        raise invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    session = world.sessions.open(arn, role.id, call.text("RoleSessionName"), world.now() + hours(seconds))
    remember(world, call.caller, call.region, "sts:AssumeRole", {"roleArn": arn})
    return {
        "Credentials": {
            "AccessKeyId": session.caller.access_key,
            "SecretAccessKey": session.secret,
            "SessionToken": session.token,
            "Expiration": session.expires,
        },
        "AssumedRoleUser": {"AssumedRoleId": session.caller.user_id, "Arn": session.caller.arn},
        "PackedPolicySize": 0,
    }
