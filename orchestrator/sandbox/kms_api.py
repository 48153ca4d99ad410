"""KMS's one trait that matters here: making a multi-Region key also makes the service-linked role those keys rely on."""

from orchestrator.sandbox.authority import decision_for, remember
from orchestrator.sandbox.call import Call
from orchestrator.sandbox.iam_api import MULTI_REGION_ROLE, MULTI_REGION_SERVICE, make_service_linked_role, service_linked_arn
from orchestrator.sandbox.iam_store import IamStore
from orchestrator.sandbox.refusals import Refusal
from orchestrator.sandbox.world import World


def before_create_key(world: World, call: Call) -> None:
    """Make the role when it is missing and the caller may; the emulator then makes the key.

    Raises Refusal (AccessDeniedException).
    """
    remember(world, call.caller, call.region, "kms:CreateKey", {"multiRegion": bool(call.parameters.get("MultiRegion"))})
    if not call.parameters.get("MultiRegion") or IamStore(call.account).role(MULTI_REGION_ROLE):
        return
    arn = service_linked_arn(call.account, MULTI_REGION_SERVICE)
    extra = {"iam:AWSServiceName": (MULTI_REGION_SERVICE,)}
    if decision_for(world, call.caller, "iam:CreateServiceLinkedRole", arn, extra) != "allowed":
        raise Refusal(
            "AccessDeniedException", f"User: {call.caller.arn} is not authorized to perform: iam:CreateServiceLinkedRole on resource: {arn}"
        )
    make_service_linked_role(call.account, MULTI_REGION_SERVICE)
    remember(world, call.caller, "us-east-1", "iam:CreateServiceLinkedRole", {"aWSServiceName": MULTI_REGION_SERVICE})
