"""Stack instances: creating, changing and deleting them by the batch, drift detection, and stopping an operation."""

from typing import Any

from orchestrator.sandbox import parameters as values
from orchestrator.sandbox.call import Answer, Call
from orchestrator.sandbox.operations import Operations
from orchestrator.sandbox.refusals import Refusal, invalid
from orchestrator.sandbox.stack_set_calls import find_for_change, operation_id
from orchestrator.sandbox.stack_set_model import Instance, Operation, Result, StackSet
from orchestrator.sandbox.targets import accounts_of, check_present, check_targets, existing
from orchestrator.sandbox.templates import read_template
from orchestrator.sandbox.world import World


def create_stack_instances(world: World, operations: Operations, call: Call) -> Answer:
    """Instances are added where missing; those that are not CURRENT are tried again, CURRENT ones stay."""
    stack_set, asked = find_for_change(world, call), call.parameters
    token = _fresh_id(stack_set, call)
    check_targets(stack_set, asked, world.organization, creates=True)
    overrides = _overrides(stack_set, asked, {})

    def begin(operation: Operation) -> None:
        for account, unit in accounts_of(asked, world.organization).items():
            for region in asked["Regions"]:
                instance = stack_set.instances.setdefault((account, region), Instance(account, region, unit))
                if instance.status == "CURRENT":
                    continue
                instance.detailed, instance.last_operation = "PENDING", operation.id
                instance.overrides = overrides if overrides is not None else instance.overrides
                operation.results[account, region] = Result(unit)

    return _submit(world, operations, stack_set, Operation(token, "CREATE", world.now(), _preferences(call), begin, targets=_targets(call)))


def update_stack_instances(world: World, operations: Operations, call: Call) -> Answer:
    """Overrides given are the whole new set of overrides; a call without any keeps them."""
    stack_set, asked = find_for_change(world, call), call.parameters
    token = _fresh_id(stack_set, call)
    check_targets(stack_set, asked, world.organization, creates=False)
    if not stack_set.unfinished:
        check_present(stack_set, asked, world.organization)

    def begin(operation: Operation) -> None:
        check_present(stack_set, asked, world.organization)
        for spot, instance in existing(stack_set, asked, world.organization).items():
            chosen = _overrides(stack_set, asked, instance.overrides)
            instance.overrides = instance.overrides if chosen is None else chosen
            instance.detailed, instance.last_operation = "PENDING", operation.id
            if instance.status != "INOPERABLE":
                instance.status = "OUTDATED"
            operation.results[spot] = Result(instance.unit)

    _overrides(stack_set, asked, {})
    return _submit(world, operations, stack_set, Operation(token, "UPDATE", world.now(), _preferences(call), begin, targets=_targets(call)))


def delete_stack_instances(world: World, operations: Operations, call: Call) -> Answer:
    stack_set, asked = find_for_change(world, call), call.parameters
    token = _fresh_id(stack_set, call)
    if "RetainStacks" not in asked:
        raise invalid("RetainStacks must be specified")
    check_targets(stack_set, asked, world.organization, creates=False)

    def begin(operation: Operation) -> None:
        for spot, instance in existing(stack_set, asked, world.organization).items():
            instance.detailed, instance.last_operation = "PENDING", operation.id
            operation.results[spot] = Result(instance.unit)

    operation = Operation(
        token, "DELETE", world.now(), _preferences(call), begin, targets=_targets(call), retain=bool(asked["RetainStacks"])
    )
    return _submit(world, operations, stack_set, operation)


def detect_stack_set_drift(world: World, operations: Operations, call: Call) -> Answer:
    stack_set = find_for_change(world, call)
    token = _fresh_id(stack_set, call)

    def begin(operation: Operation) -> None:
        operation.results = {spot: Result(instance.unit) for spot, instance in stack_set.instances.items()}
        stack_set.drift |= {"DriftDetectionStatus": "IN_PROGRESS", "InProgressStackInstancesCount": len(operation.results)}

    return _submit(world, operations, stack_set, Operation(token, "DETECT_DRIFT", world.now(), _preferences(call), begin))


def stop_stack_set_operation(world: World, operations: Operations, call: Call) -> Answer:
    stack_set = find_for_change(world, call)
    operation = stack_set.operations.get(call.text("OperationId"))
    if operation is None:
        raise Refusal("OperationNotFoundException", f"Operation {call.text('OperationId')} not found")
    operations.stop(stack_set, operation)
    return {}


def _fresh_id(stack_set: StackSet, call: Call) -> str:
    """The token is looked at before anything else: a repeated call is refused as such whatever has changed since."""
    token = operation_id(call)
    if token in stack_set.operations:
        raise Refusal("OperationIdAlreadyExistsException", f"Operation with id {token} already exists")
    return token


def _submit(world: World, operations: Operations, stack_set: StackSet, operation: Operation) -> Answer:
    del world
    return {"OperationId": operations.submit(stack_set, operation)}


def _preferences(call: Call) -> dict[str, Any]:
    return call.parameters.get("OperationPreferences") or {}


def _targets(call: Call) -> dict[str, Any] | None:
    return call.parameters.get("DeploymentTargets")


def _overrides(stack_set: StackSet, asked: dict[str, Any], previous: dict[str, str]) -> dict[str, str] | None:
    """The overrides a call sets; None when it says nothing about them."""
    if "ParameterOverrides" not in asked:
        return None
    chosen = values.given(asked["ParameterOverrides"], previous)
    template = read_template(stack_set.body)
    values.check_known(template, chosen)
    values.complete(template, stack_set.parameters | chosen)
    return chosen
