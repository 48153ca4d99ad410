"""Drift: how the resources of a stack differ from its template, looked up in the account itself."""

import json
from typing import Any

from orchestrator.sandbox.resource_types import place_of, type_of
from orchestrator.sandbox.resources import Difference
from orchestrator.sandbox.stack_model import Resource, Stack
from orchestrator.sandbox.world import World


def detect(world: World, stack: Stack) -> list[dict[str, Any]]:
    """Compare every resource; the stack and its resources remember the finding. Returns StackResourceDrift rows."""
    rows = [_row(world, stack, resource) for resource in stack.resources.values()]
    stack.drift = "DRIFTED" if any(row["StackResourceDriftStatus"] != "IN_SYNC" for row in rows) else "IN_SYNC"
    stack.drift_at = world.now()
    return rows


def _row(world: World, stack: Stack, resource: Resource) -> dict[str, Any]:
    place, kind = place_of(world, stack, resource.logical_id, stack.input.tags), type_of(resource.type)
    found: list[Difference] = []
    if not kind.exists(place, resource.physical_id):
        resource.drift = "DELETED"
    else:
        found = kind.differences(place, resource.physical_id, resource.properties)
        resource.drift = "MODIFIED" if found else "IN_SYNC"
    return {
        "StackId": stack.id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.type,
        "ExpectedProperties": json.dumps(resource.properties),
        "StackResourceDriftStatus": resource.drift,
        "PropertyDifferences": [_difference(item) for item in found],
        "Timestamp": world.now(),
    }


def _difference(item: Difference) -> dict[str, str]:
    return {"PropertyPath": item.path, "ExpectedValue": item.expected, "ActualValue": item.actual, "DifferenceType": "NOT_EQUAL"}
