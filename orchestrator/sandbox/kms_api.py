"""Two traits of KMS that matter here, which the emulator lacks.

Making a multi-Region key also makes the service-linked role those keys rely on; aliases have a date, and AWS's own have no key until
a service makes one.
"""

from moto.kms.models import Alias, KmsBackend, kms_backends
from moto.kms.utils import RESERVED_ALIASES

from orchestrator.sandbox.authority import decision_for, remember
from orchestrator.sandbox.call import Answer, Call
from orchestrator.sandbox.iam_api import MULTI_REGION_ROLE, MULTI_REGION_SERVICE, make_service_linked_role, service_linked_arn
from orchestrator.sandbox.iam_store import IamStore
from orchestrator.sandbox.refusals import Refusal
from orchestrator.sandbox.world import World


def before_create_key(world: World, call: Call) -> None:
    """Make the role when it is missing and the caller may; the emulator then makes the key.

    Raises Refusal (AccessDeniedException).
    """
    is_multi_region = bool(call.parameters.get("MultiRegion"))
    try:
        if is_multi_region and IamStore(call.account).role(MULTI_REGION_ROLE) is None:
            _make_multi_region_role(world, call)
    except Refusal as refusal:
        remember(world, call.caller, call.region, "kms:CreateKey", {"multiRegion": is_multi_region}, refused=refusal.code)
        raise
    remember(world, call.caller, call.region, "kms:CreateKey", {"multiRegion": is_multi_region})


def _make_multi_region_role(world: World, call: Call) -> None:
    arn = service_linked_arn(call.account, MULTI_REGION_SERVICE)
    extra = {"iam:AWSServiceName": (MULTI_REGION_SERVICE,)}
    if decision_for(world, call.caller, "iam:CreateServiceLinkedRole", arn, extra) != "allowed":
        raise Refusal(
            "AccessDeniedException", f"User: {call.caller.arn} is not authorized to perform: iam:CreateServiceLinkedRole on resource: {arn}"
        )
    make_service_linked_role(call.account, MULTI_REGION_SERVICE)
    remember(world, call.caller, "us-east-1", "iam:CreateServiceLinkedRole", {"aWSServiceName": MULTI_REGION_SERVICE})


def after_change_of_aliases(world: World, call: Call) -> None:
    """Date the aliases that are new, and forget those that are gone."""
    known = _aliases(call)
    gone = world.aliases_made.keys() - known.keys()
    for arn in gone:
        if _owner(arn) == (call.account, call.region):
            del world.aliases_made[arn]
    for arn in known:
        world.aliases_made.setdefault(arn, world.now())


def list_aliases(world: World, call: Call) -> Answer:
    """Dates in seconds, as this protocol has them; predefined aliases have neither a key nor a date."""
    backend = kms_backends[call.account][call.region]
    key = backend.get_key_id(call.text("KeyId")) if call.text("KeyId") else None
    known = _aliases(call)
    rows = [_row(world, arn, alias) for arn, alias in known.items() if key in (None, alias.target_key_id)]
    names = {alias.alias_name for alias in known.values()}
    predefined = [{"AliasName": name, "AliasArn": _arn(call, name)} for name in RESERVED_ALIASES if name not in names and key is None]
    return {"Aliases": [*rows, *predefined], "Truncated": False}


def _aliases(call: Call) -> dict[str, Alias]:
    backend: KmsBackend = kms_backends[call.account][call.region]
    return {alias.alias_arn: alias for alias in backend.list_aliases(key_id=None)}


def _row(world: World, arn: str, alias: Alias) -> Answer:
    made = world.aliases_made.setdefault(arn, world.now())
    return {
        "AliasName": alias.alias_name,
        "AliasArn": arn,
        "TargetKeyId": alias.target_key_id,
        "CreationDate": made if world.faults.serve_alias_dates else None,
        "LastUpdatedDate": made if world.faults.serve_alias_dates else None,
    }


def _arn(call: Call, name: str) -> str:
    return f"arn:aws:kms:{call.region}:{call.account}:{name}"


def _owner(arn: str) -> tuple[str, str]:
    _, _, _, region, account, _ = arn.split(":", 5)
    return account, region
