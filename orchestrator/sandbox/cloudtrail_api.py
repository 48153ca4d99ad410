"""CloudTrail's LookupEvents over what the sandbox saw, newest first, 50 a page, one attribute at a time."""

from datetime import timedelta
from typing import Any

from orchestrator.sandbox.call import Answer, Call, Paging
from orchestrator.sandbox.refusals import Refusal
from orchestrator.sandbox.world import World

_PAGES = Paging(50, refusal="InvalidNextTokenException")
_KEPT = timedelta(days=90)


def lookup_events(world: World, call: Call) -> Answer:
    attributes = call.parameters.get("LookupAttributes") or []
    if len(attributes) > 1:
        raise Refusal("InvalidLookupAttributesException", "You can only specify one lookup attribute.")
    start = call.parameters.get("StartTime") or world.now() - _KEPT
    end = call.parameters.get("EndTime") or world.now()
    chosen = [
        event
        for event in reversed(world.events[call.account, call.region])
        if start <= event["EventTime"] <= end and all(_has(event, item) for item in attributes)
    ]
    page, token = _PAGES.cut(call, chosen)
    return {"Events": page, "NextToken": token}


def _has(event: dict[str, Any], attribute: dict[str, str]) -> bool:
    key, value = attribute["AttributeKey"], attribute["AttributeValue"]
    if key == "ResourceName":
        return value in event["CloudTrailEvent"]
    return bool(event.get(key) == value)
