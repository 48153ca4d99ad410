"""Reading StackSets: descriptions and lists, with AWS's pages, filters and masks."""

from typing import Any

from orchestrator.sandbox import parameters as values
from orchestrator.sandbox.call import Answer, Call, Paging
from orchestrator.sandbox.refusals import Refusal
from orchestrator.sandbox.stack_set_calls import find_stack_set, owner_of
from orchestrator.sandbox.stack_set_model import Instance, Operation, StackSet
from orchestrator.sandbox.templates import read_template, shown_body
from orchestrator.sandbox.world import World

_PAGES = Paging(100)


def describe_stack_set(world: World, call: Call) -> Answer:
    stack_set = find_stack_set(world, call)
    units = stack_set.units()
    return {
        "StackSet": _summary(stack_set)
        | {
            "TemplateBody": shown_body(stack_set.body),
            "Parameters": values.shown(read_template(stack_set.body), stack_set.parameters),
            "Capabilities": stack_set.capabilities,
            "Tags": [{"Key": key, "Value": value} for key, value in stack_set.tags.items()],
            "StackSetARN": stack_set.arn,
            "AdministrationRoleARN": stack_set.administration_role,
            "ExecutionRoleName": stack_set.execution_role,
            "StackSetDriftDetectionDetails": stack_set.drift,
            "OrganizationalUnitIds": list(units),
            "Regions": sorted({instance.region for instance in stack_set.instances.values()}),
        }
    }


def list_stack_sets(world: World, call: Call) -> Answer:
    """A delegated administrator sees the organization's StackSets, not the management account's own."""
    found = world.stack_sets[owner_of(world, call), call.region]
    if call.text("CallAs") == "DELEGATED_ADMIN":
        found = [stack_set for stack_set in found if stack_set.is_service_managed]
    if call.text("Status"):
        found = [stack_set for stack_set in found if stack_set.status == call.text("Status")]
    page, token = _PAGES.cut(call, found)
    return {"Summaries": [_summary(stack_set) for stack_set in page], "NextToken": token}


def describe_stack_instance(world: World, call: Call) -> Answer:
    stack_set = find_stack_set(world, call)
    instance = _instance(stack_set, call)
    shown = values.shown(read_template(stack_set.body), instance.overrides)
    return {"StackInstance": _instance_row(stack_set, instance) | {"ParameterOverrides": shown}}


def list_stack_instances(world: World, call: Call) -> Answer:
    stack_set = find_stack_set(world, call)
    filters = [(item["Name"], item["Values"]) for item in call.parameters.get("Filters") or []]
    rows = [_instance_row(stack_set, instance) for instance in stack_set.view(world.now()).instances]
    account, region = call.text("StackInstanceAccount"), call.text("StackInstanceRegion")
    chosen = [
        row
        for row in rows
        if (not account or row["Account"] == account)
        and (not region or row["Region"] == region)
        and all(_filtered_value(row, name) == value for name, value in filters)
    ]
    page, token = _PAGES.cut(call, chosen)
    return {"Summaries": page, "NextToken": token}


def describe_stack_set_operation(world: World, call: Call) -> Answer:
    stack_set = find_stack_set(world, call)
    operation = _operation(stack_set, call)
    row = _operation_row(operation) | {
        "StackSetId": stack_set.id,
        "RetainStacks": operation.retain,
        "DeploymentTargets": operation.targets,
        "StackSetDriftDetectionDetails": stack_set.drift if operation.action == "DETECT_DRIFT" else None,
    }
    return {"StackSetOperation": row}


def list_stack_set_operations(world: World, call: Call) -> Answer:
    stack_set = find_stack_set(world, call)
    page, token = _PAGES.cut(call, list(reversed(stack_set.view(world.now()).operations)))
    return {"Summaries": [_operation_row(operation) for operation in page], "NextToken": token}


def list_stack_set_operation_results(world: World, call: Call) -> Answer:
    stack_set = find_stack_set(world, call)
    operation = _operation(stack_set, call)
    operation = next((item for item in stack_set.view(world.now()).operations if item.id == operation.id), operation)
    wanted = [item["Values"] for item in call.parameters.get("Filters") or [] if item["Name"] == "OPERATION_RESULT_STATUS"]
    rows = [
        {"Account": account, "Region": region, "Status": result.status, "StatusReason": result.reason, "OrganizationalUnitId": result.unit}
        for (account, region), result in operation.results.items()
        if not wanted or result.status in wanted
    ]
    page, token = _PAGES.cut(call, rows)
    return {"Summaries": page, "NextToken": token}


def list_stack_instance_resource_drifts(world: World, call: Call) -> Answer:
    stack_set = find_stack_set(world, call)
    _operation(stack_set, call)
    wanted = call.parameters.get("StackInstanceResourceDriftStatuses")
    rows = _instance(stack_set, call).drifts.get(call.text("OperationId"), [])
    page, token = _PAGES.cut(call, [row for row in rows if not wanted or row["StackResourceDriftStatus"] in wanted])
    return {"Summaries": page, "NextToken": token}


def list_stack_set_auto_deployment_targets(world: World, call: Call) -> Answer:
    """The last token of this list is an empty string, as in AWS."""
    stack_set = find_stack_set(world, call)
    rows = [{"OrganizationalUnitId": unit, "Regions": regions} for unit, regions in stack_set.units().items()]
    page, token = _PAGES.cut(call, rows)
    return {"Summaries": page, "NextToken": token or ""}


def _instance(stack_set: StackSet, call: Call) -> Instance:
    spot = call.text("StackInstanceAccount"), call.text("StackInstanceRegion")
    if spot not in stack_set.instances:
        raise Refusal("StackInstanceNotFoundException", f"Stack instance {stack_set.id}:{spot[0]}:{spot[1]} not found")
    return stack_set.instances[spot]


def _operation(stack_set: StackSet, call: Call) -> Operation:
    operation = stack_set.operations.get(call.text("OperationId"))
    if operation is None:
        raise Refusal("OperationNotFoundException", f"Operation {call.text('OperationId')} not found")
    return operation


def _filtered_value(row: dict[str, Any], name: str) -> str | None:
    match name:
        case "DETAILED_STATUS":
            return str(row["StackInstanceStatus"]["DetailedStatus"])
        case "LAST_OPERATION_ID":
            return str(row["LastOperationId"])
        case _:
            return str(row["DriftStatus"])


def _summary(stack_set: StackSet) -> dict[str, Any]:
    return {
        "StackSetName": stack_set.name,
        "StackSetId": stack_set.id,
        "Description": stack_set.description or None,
        "Status": stack_set.status,
        "AutoDeployment": stack_set.auto_deployment,
        "PermissionModel": stack_set.permission_model,
        "DriftStatus": stack_set.drift["DriftStatus"],
        "LastDriftCheckTimestamp": stack_set.drift.get("LastDriftCheckTimestamp"),
        "ManagedExecution": {"Active": stack_set.managed_execution},
    }


def _instance_row(stack_set: StackSet, instance: Instance) -> dict[str, Any]:
    return {
        "StackSetId": stack_set.id,
        "Region": instance.region,
        "Account": instance.account,
        "StackId": instance.stack_id,
        "Status": instance.status,
        "StatusReason": instance.reason,
        "StackInstanceStatus": {"DetailedStatus": instance.detailed},
        "OrganizationalUnitId": instance.unit,
        "DriftStatus": instance.drift,
        "LastDriftCheckTimestamp": instance.drift_at,
        "LastOperationId": instance.last_operation,
    }


def _operation_row(operation: Operation) -> dict[str, Any]:
    return {
        "OperationId": operation.id,
        "Action": operation.action,
        "Status": operation.status,
        "StatusReason": operation.reason,
        "CreationTimestamp": operation.created,
        "EndTimestamp": operation.ended,
        "OperationPreferences": operation.preferences,
        "StatusDetails": {"FailedStackInstancesCount": operation.failures},
    }
