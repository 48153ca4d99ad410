"""Plain stacks over HTTP: CreateStack, UpdateStack, DeleteStack, and everything that reads them."""

import json
import re
import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from orchestrator.sandbox import drift, stacks
from orchestrator.sandbox import parameters as values
from orchestrator.sandbox.authority import by_cloudformation
from orchestrator.sandbox.call import Answer, Call, Paging
from orchestrator.sandbox.iam_store import IamFailure
from orchestrator.sandbox.refusals import Refusal, invalid
from orchestrator.sandbox.stack_model import Conflict, Resource, Stack, StackInput
from orchestrator.sandbox.stack_sets_api import as_tags
from orchestrator.sandbox.stacks import StackFailure
from orchestrator.sandbox.templates import check_capabilities, read_template, shown_body
from orchestrator.sandbox.world import World

_PAGES = Paging(100)
_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")


def create_stack(world: World, call: Call) -> Answer:
    name = call.text("StackName")
    if not _NAME.fullmatch(name):
        raise invalid(f"Value '{name}' at 'stackName' failed to satisfy constraint: [a-zA-Z][-a-zA-Z0-9]*")
    home = world.stacks[call.account, call.region]
    if any(stack.name == name and (stack.deleted is None or _is_busy(world, stack)) for stack in home):
        raise Refusal("AlreadyExistsException", f"Stack [{name}] already exists")
    stack = Stack(name, call.account, call.region, _input(call, None), world.now())
    stack.protected, stack.ask = bool(call.parameters.get("EnableTerminationProtection")), by_cloudformation(world, call.caller)
    home.append(stack)
    _take_time(world, stack)
    reason = world.faults.failure_of(call.account, name, "CREATE")
    if reason is not None:
        stack.note("CREATE_IN_PROGRESS", "User Initiated", world.now())
        stack.note("ROLLBACK_COMPLETE", reason, world.now())
        return {"StackId": stack.id}
    with suppress(StackFailure):
        stacks.build(world, stack)
    return {"StackId": stack.id}


def update_stack(world: World, call: Call) -> Answer:
    stack = find_stack(world, call)
    status = shown_status(world, stack)
    if not status.endswith(("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")):
        raise invalid(f"Stack:{stack.id} is in {status} state and can not be updated.")
    wanted = _input(call, stack)
    if (wanted.body, wanted.parameters, wanted.tags) == (stack.input.body, stack.input.parameters, stack.input.tags):
        raise invalid("No updates are to be performed.")
    stack.ask = by_cloudformation(world, call.caller)
    _take_time(world, stack)
    reason = world.faults.failure_of(call.account, stack.name, "UPDATE")
    if reason is not None:
        stack.note("UPDATE_ROLLBACK_COMPLETE", reason, world.now())
        return {"StackId": stack.id}
    with suppress(StackFailure):
        stacks.change(world, stack, wanted)
    return {"StackId": stack.id}


def delete_stack(world: World, call: Call) -> Answer:
    """Deleting what is not there is no error in CloudFormation."""
    try:
        stack = find_stack(world, call)
    except Refusal:
        return {}
    if stack.protected:
        raise invalid(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    stack.ask = by_cloudformation(world, call.caller)
    _take_time(world, stack)
    reason = world.faults.failure_of(call.account, stack.name, "DELETE")
    if reason is not None:
        stack.note("DELETE_FAILED", reason, world.now())
        return {}
    with suppress(StackFailure):
        stacks.tear_down(world, stack, frozenset(call.parameters.get("RetainResources") or ()))
    return {}


def describe_stacks(world: World, call: Call) -> Answer:
    if call.text("StackName"):
        return {"Stacks": [_row(world, find_stack(world, call, deleted=True))]}
    page, token = _PAGES.cut(call, [stack for stack in world.stacks[call.account, call.region] if stack.deleted is None])
    return {"Stacks": [_row(world, stack) for stack in page], "NextToken": token}


def list_stacks(world: World, call: Call) -> Answer:
    wanted = call.parameters.get("StackStatusFilter")
    found = [stack for stack in world.stacks[call.account, call.region] if not wanted or stack.status in wanted]
    page, token = _PAGES.cut(call, found)
    return {"StackSummaries": [_row(world, stack) | {"TemplateDescription": _description(stack)} for stack in page], "NextToken": token}


def describe_stack_resources(world: World, call: Call) -> Answer:
    """By the stack, or by a resource of it: then all of the stack's are shown."""
    stack = _owner_of(world, call) if call.text("PhysicalResourceId") else find_stack(world, call, deleted=True)
    logical = call.text("LogicalResourceId")
    return {"StackResources": [_resource(stack, item) for item in stack.resources.values() if logical in {"", item.logical_id}]}


def _owner_of(world: World, call: Call) -> Stack:
    """Raises Refusal (ValidationError)."""
    wanted = call.text("PhysicalResourceId")
    for stack in world.stacks[call.account, call.region]:
        if stack.deleted is None and any(item.physical_id == wanted for item in stack.resources.values()):
            return stack
    raise invalid(f"Stack for {wanted} does not exist")


def list_stack_resources(world: World, call: Call) -> Answer:
    stack = find_stack(world, call, deleted=True)
    page, token = _PAGES.cut(call, list(stack.resources.values()))
    return {"StackResourceSummaries": [_resource(stack, item) for item in page], "NextToken": token}


def describe_stack_events(world: World, call: Call) -> Answer:
    stack = find_stack(world, call, deleted=True)
    page, token = _PAGES.cut(call, list(reversed(stack.events)))
    rows = [
        {
            "StackId": stack.id,
            "EventId": event.id,
            "StackName": stack.name,
            "LogicalResourceId": event.logical_id,
            "PhysicalResourceId": event.physical_id,
            "ResourceType": event.type,
            "Timestamp": event.at,
            "ResourceStatus": event.status,
            "ResourceStatusReason": event.reason,
        }
        for event in page
    ]
    return {"StackEvents": rows, "NextToken": token}


def describe_events(world: World, call: Call) -> Answer:
    """What pre-deployment validation found, which DescribeStackEvents does not say."""
    if not call.text("StackName"):
        raise invalid("One of ChangeSetName, OperationId or StackName must be specified")
    stack = find_stack(world, call, deleted=True)
    page, token = _PAGES.cut(call, list(stack.conflicts))
    return {"OperationEvents": [_validation_error(stack, conflict) for conflict in page], "NextToken": token}


def get_template(world: World, call: Call) -> Answer:
    stack = find_stack(world, call, deleted=True)
    return {"TemplateBody": shown_body(stack.input.body), "StagesAvailable": ["Original", "Processed"]}


def update_termination_protection(world: World, call: Call) -> Answer:
    stack = find_stack(world, call)
    stack.protected = bool(call.parameters["EnableTerminationProtection"])
    return {"StackId": stack.id}


def detect_stack_drift(world: World, call: Call) -> Answer:
    stack = find_stack(world, call)
    token = str(uuid.uuid4())
    stack.ask, job = by_cloudformation(world, call.caller), {"stack": stack, "rows": [], "at": world.now()}
    try:
        job["rows"] = drift.detect(world, stack)
    except IamFailure as failure:
        job["failure"] = f"Failed to detect drift on resources: {failure}"
    world.jobs[token] = job
    return {"StackDriftDetectionId": token}


def describe_stack_drift_detection_status(world: World, call: Call) -> Answer:
    job = world.jobs.get(call.text("StackDriftDetectionId"))
    if job is None:
        raise invalid(f"Drift detection {call.text('StackDriftDetectionId')} does not exist")
    drifted = sum(row["StackResourceDriftStatus"] != "IN_SYNC" for row in job["rows"])
    return {
        "StackId": job["stack"].id,
        "StackDriftDetectionId": call.text("StackDriftDetectionId"),
        "StackDriftStatus": "DRIFTED" if drifted else "IN_SYNC",
        "DetectionStatus": "DETECTION_FAILED" if "failure" in job else "DETECTION_COMPLETE",
        "DetectionStatusReason": job.get("failure"),
        "DriftedStackResourceCount": drifted,
        "Timestamp": job["at"],
    }


def describe_stack_resource_drifts(world: World, call: Call) -> Answer:
    stack = find_stack(world, call)
    jobs = [job for job in world.jobs.values() if job.get("stack") is stack]
    wanted = call.parameters.get("StackResourceDriftStatusFilters")
    rows = jobs[-1]["rows"] if jobs else []
    return {"StackResourceDrifts": [row for row in rows if not wanted or row["StackResourceDriftStatus"] in wanted]}


def find_stack(world: World, call: Call, *, deleted: bool = False) -> Stack:
    """By name, among those that live; by id, deleted ones too when asked for.

    Raises Refusal (ValidationError).
    """
    wanted = call.text("StackName")
    for stack in reversed(world.stacks[call.account, call.region]):
        is_there = stack.deleted is None or _is_busy(world, stack)
        if (is_there and wanted == stack.name) or (wanted == stack.id and (deleted or is_there)):
            return stack
    raise invalid(f"Stack with id {wanted} does not exist")


def shown_status(world: World, stack: Stack) -> str:
    """A slow stack has its resources at once but says so only when its time is over."""
    if not _is_busy(world, stack):
        return stack.status
    started = [event.status for event in stack.events if event.logical_id == stack.name and event.status.endswith("_IN_PROGRESS")]
    return started[-1] if started else stack.status


def _is_busy(world: World, stack: Stack) -> bool:
    if stack.busy_until is None:
        return False
    if world.now() < stack.busy_until or world.faults.is_held(stack.account):
        return True
    stack.busy_until = None
    return False


def _take_time(world: World, stack: Stack) -> None:
    seconds = world.faults.seconds_for(stack.account)
    if seconds > 0 or world.faults.is_held(stack.account):
        stack.busy_until = world.now() + timedelta(seconds=seconds)


def _input(call: Call, previous: Stack | None) -> StackInput:
    asked: Mapping[str, Any] = call.parameters
    old = previous.input if previous else None
    body = old.body if old and asked.get("UsePreviousTemplate") else asked.get("TemplateBody")
    if not body:
        raise invalid("Either Template URL or Template Body must be specified.")
    template = read_template(body)
    check_capabilities(template, asked.get("Capabilities", []))
    full = values.complete(template, values.given(asked.get("Parameters"), old.parameters if old else {}))
    tags = as_tags(asked.get("Tags")) if "Tags" in asked or old is None else dict(old.tags)
    capabilities, description = tuple(asked.get("Capabilities", ())), template.document.get("Description")
    return StackInput(body, full, tags, capabilities, description, is_validated=not asked.get("DisableValidation"))


def _description(stack: Stack) -> str | None:
    return read_template(stack.input.body).document.get("Description")


def _row(world: World, stack: Stack) -> dict[str, Any]:
    template = read_template(stack.input.body)
    return {
        "StackId": stack.id,
        "StackName": stack.name,
        "Description": template.document.get("Description"),
        "Parameters": values.shown(template, stack.input.parameters),
        "CreationTime": stack.created,
        "LastUpdatedTime": stack.updated,
        "DeletionTime": stack.deleted,
        "StackStatus": shown_status(world, stack),
        "StackStatusReason": stack.reason,
        "DisableRollback": False,
        "Capabilities": list(stack.input.capabilities),
        "Outputs": stack.outputs,
        "Tags": [{"Key": key, "Value": value} for key, value in stack.input.tags.items()],
        "EnableTerminationProtection": stack.protected,
        "DriftInformation": {"StackDriftStatus": stack.drift, "LastCheckTimestamp": stack.drift_at},
    }


def _validation_error(stack: Stack, conflict: Conflict) -> dict[str, Any]:
    return {
        "EventId": str(uuid.uuid4()),
        "StackId": stack.id,
        "OperationType": "UPDATE_STACK" if stack.was_made else "CREATE_STACK",
        "OperationStatus": "FAILED",
        "EventType": "VALIDATION_ERROR",
        "LogicalResourceId": conflict.logical_id,
        "PhysicalResourceId": conflict.identifier,
        "ResourceType": conflict.type,
        "Timestamp": conflict.at,
        "ValidationFailureMode": "FAIL",
        "ValidationName": "NAME_CONFLICT_VALIDATION",
        "ValidationStatus": "FAILED",
        "ValidationStatusReason": f"Resource of type '{conflict.type}' with identifier '{conflict.identifier}' already exists.",
    }


def _resource(stack: Stack, resource: Resource) -> dict[str, Any]:
    return {
        "StackName": stack.name,
        "StackId": stack.id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.type,
        "Timestamp": resource.at,
        "LastUpdatedTimestamp": resource.at,
        "ResourceStatus": resource.status,
        "ResourceStatusReason": resource.reason,
        "DriftInformation": {"StackResourceDriftStatus": resource.drift},
        "ResourceProperties": json.dumps(resource.properties),
    }
