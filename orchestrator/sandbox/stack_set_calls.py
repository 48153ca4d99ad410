"""Finding the StackSet a call means: whose it is, by CallAs, and whether the caller may.

StackSets of the organization live in the management account, also when a delegated administrator works on them.
"""

import re
import uuid

from orchestrator.sandbox.authority import decision_for
from orchestrator.sandbox.call import Call
from orchestrator.sandbox.organization import STACKSETS_PRINCIPAL
from orchestrator.sandbox.refusals import Refusal, invalid
from orchestrator.sandbox.stack_set_model import StackSet
from orchestrator.sandbox.world import World

_NOT_DELEGATED = "Account used is not a delegated administrator"
_NOT_ADMINISTRATOR = (
    "You must be the management account or delegated admin account of an organization before operating a SERVICE_MANAGED stack set"
)
_LISTING = "organizations:ListDelegatedAdministrators"
_NO_ACCESS = "You must enable organizations access to operate a service managed stack set"
_TOKEN = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]{0,127}")


def owner_of(world: World, call: Call) -> str:
    """The account whose StackSets a call is about.

    Raises Refusal (ValidationError) in AWS's own misleading words when CallAs does not fit the caller.
    """
    if call.text("CallAs") != "DELEGATED_ADMIN":
        return call.account
    organization = world.organization
    if organization is None or not _may_list(world, call) or call.account not in organization.delegated.get(STACKSETS_PRINCIPAL, []):
        raise invalid(_NOT_DELEGATED)
    return organization.management_account


def _may_list(world: World, call: Call) -> bool:
    """StackSets looks for the caller's registration as the caller itself."""
    # https://github.com/hashicorp/terraform-provider-aws/issues/37069
    is_denied = world.faults.is_denied(_LISTING, call.account)
    return not is_denied and decision_for(world, call.caller, _LISTING, None) == "allowed"


def check_service_managed(world: World, call: Call) -> None:
    """Refuse callers who may not work on the organization's StackSets, and everyone while trusted access is off."""
    organization = world.organization
    if organization is None or owner_of(world, call) != organization.management_account:
        raise invalid(_NOT_ADMINISTRATOR)
    if world.organizations_access != "ENABLED":
        raise invalid(_NO_ACCESS)


def find_stack_set(world: World, call: Call) -> StackSet:
    """The StackSet named in the call, by name, id or ARN; a deleted one by its id alone.

    Raises Refusal (StackSetNotFoundException).
    """
    wanted = call.text("StackSetName")
    for stack_set in world.stack_sets[owner_of(world, call), call.region]:
        if wanted in {stack_set.id, stack_set.arn} or (wanted == stack_set.name and stack_set.status == "ACTIVE"):
            return stack_set
    raise Refusal("StackSetNotFoundException", f"StackSet {wanted} not found")


def find_for_change(world: World, call: Call) -> StackSet:
    stack_set = find_stack_set(world, call)
    if stack_set.status != "ACTIVE":
        raise Refusal("StackSetNotFoundException", f"StackSet {call.text('StackSetName')} not found")
    if stack_set.is_service_managed:
        check_service_managed(world, call)
    return stack_set


def operation_id(call: Call) -> str:
    """The caller's token, or a fresh one."""
    token = call.text("OperationId") or str(uuid.uuid4())
    if not _TOKEN.fullmatch(token):
        raise invalid(
            f"1 validation error detected: Value '{token}' at 'operationId' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9][-a-zA-Z0-9]*"
        )
    return token
