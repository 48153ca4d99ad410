"""What an account may use: regions (Account Management) and quotas (Service Quotas)."""

from orchestrator.sandbox.call import Answer, Call
from orchestrator.sandbox.refusals import Refusal
from orchestrator.sandbox.world import World

_DEFAULTS = {
    ("cloudformation", "L-EC62D81A"): ("Stack sets per administrator account", 1_000.0),
    ("cloudformation", "L-C8225BA5"): ("Stack instances per stack set", 100_000.0),
    ("cloudformation", "L-6A4B2F69"): ("Stack instance operations per administrator account", 10_000.0),
}


def get_region_opt_status(world: World, call: Call) -> Answer:
    region = call.text("RegionName")
    return {"RegionName": region, "RegionOptStatus": world.regions.get(region, "ENABLED_BY_DEFAULT")}


def get_service_quota(world: World, call: Call) -> Answer:
    service, code = call.text("ServiceCode"), call.text("QuotaCode")
    if (service, code) not in _DEFAULTS:
        raise Refusal("NoSuchResourceException", f"The request failed because the specified service quota {code} does not exist.")
    name, default = _DEFAULTS[service, code]
    return {"Quota": {"ServiceCode": service, "QuotaCode": code, "QuotaName": name, "Value": world.quotas.get(code, default)}}
