"""What a StackSet operation does in one account, and what the instance says after.

It creates, updates or deletes the stack, or looks for drift.
"""

import uuid

from orchestrator.sandbox import stacks
from orchestrator.sandbox.control_policies import by_stack_sets
from orchestrator.sandbox.drift import detect
from orchestrator.sandbox.iam_store import IamFailure, IamStore
from orchestrator.sandbox.parameters import complete
from orchestrator.sandbox.refusals import Refusal
from orchestrator.sandbox.stack_model import Stack, StackInput
from orchestrator.sandbox.stack_set_model import Instance, Operation, Result, Spot, StackSet
from orchestrator.sandbox.stacks import StackFailure
from orchestrator.sandbox.templates import read_template
from orchestrator.sandbox.world import World

_OUT_OF_REACH = (
    "Account {account} should have '{role}' role with trust relationship to Role "
    "'aws-service-role/stacksets.cloudformation.amazonaws.com/AWSServiceRoleForCloudFormationStackSetsOrgAdmin'."
)
"""What AWS says of an account whose role it cannot assume (https://github.com/superwerker/superwerker/issues/243)."""

_SUSPENDED = "Skipped: the account is suspended"
_INOPERABLE = "The stack instance is INOPERABLE; delete it with RetainStacks, then delete its stack by hand"


def work_on(world: World, stack_set: StackSet, operation: Operation, spot: Spot) -> None:
    """Carry the operation out in one account and write down its result."""
    result, instance = operation.results[spot], stack_set.instances.get(spot)
    if instance is None:
        result.status, result.reason = "SUCCEEDED", "The stack instance does not exist"
        return
    instance.last_operation = operation.id
    if not (world.is_usable(spot[0]) or is_retaining(operation)):
        instance.detailed, instance.reason = "SKIPPED_SUSPENDED_ACCOUNT", _SUSPENDED
        result.status, result.reason = "SUCCEEDED", _SUSPENDED
        return
    try:
        _refuse(world, stack_set, operation, instance)
        _act(world, stack_set, operation, instance)
    except (StackFailure, Refusal, IamFailure) as failure:
        reason = failure.message if isinstance(failure, Refusal) else str(failure)
        _fail(operation, instance, result, reason)
        return
    result.status, result.reason = "SUCCEEDED", None
    _succeed(stack_set, operation, instance, spot)


def _refuse(world: World, stack_set: StackSet, operation: Operation, instance: Instance) -> None:
    """What fails before CloudFormation is even asked: switched failures, and a missing execution role, as where an account left."""
    if is_retaining(operation):
        return
    reason = world.faults.failure_of(instance.account, stack_set.name, operation.action)
    if reason is not None:
        raise StackFailure(reason)
    if stack_set.is_service_managed and not world.is_member(instance.account):
        raise StackFailure(_OUT_OF_REACH.format(account=instance.account, role=stack_set.role_in_accounts))
    role = stack_set.role_in_accounts
    if not stack_set.is_service_managed and IamStore(instance.account).role(role) is None:
        raise StackFailure(f"Account {instance.account} should have '{role}' role with trust relationship to the administration role.")


def is_retaining(operation: Operation) -> bool:
    """Takes the instance out of the StackSet, for which nothing has to be reached in the account."""
    return operation.action == "DELETE" and bool(operation.retain)


def _act(world: World, stack_set: StackSet, operation: Operation, instance: Instance) -> None:
    stack = find_stack(world, instance)
    if stack is not None:
        stack.ask = by_stack_sets(world, instance.account, stack_set.role_in_accounts)
    match operation.action:
        case "CREATE" | "UPDATE":
            _deploy(world, stack_set, operation, instance)
        case "DELETE":
            _remove(world, operation, instance)
        case "DETECT_DRIFT":
            if stack is None:
                # The instance stays as it was: UNKNOWN is reserved for future use (CloudFormation API reference, StackInstanceSummary).
                raise StackFailure(f"Stack {instance.stack_id} does not exist")
            instance.drifts[operation.id] = detect(world, stack)
            instance.drift, instance.drift_at = stack.drift, world.now()


def find_stack(world: World, instance: Instance) -> Stack | None:
    """The stack behind an instance, if it still lives."""
    home = world.stacks[instance.account, instance.region]
    return next((stack for stack in home if stack.id == instance.stack_id and stack.deleted is None), None)


def _deploy(world: World, stack_set: StackSet, operation: Operation, instance: Instance) -> None:
    """Create the stack where there never was one, replace one that failed to come up, else update it."""
    if instance.status == "INOPERABLE":
        raise StackFailure(_INOPERABLE)
    home, now = world.stacks[instance.account, instance.region], world.now()
    values = complete(read_template(stack_set.body), stack_set.parameters | instance.overrides)
    wanted = StackInput(stack_set.body, values, dict(stack_set.tags), tuple(stack_set.capabilities), stack_set.description or None)
    stack = find_stack(world, instance)
    if stack is not None and stack.is_failed_create:
        stacks.tear_down(world, stack)
        stack = None
    if stack is not None:
        stack.ask("cloudformation:UpdateStack", stack.id)
        stacks.change(world, stack, wanted)
        return
    if operation.action == "UPDATE" and any(dead.id == instance.stack_id and dead.was_made for dead in home):
        raise StackFailure(f"Stack [{instance.stack_id}] does not exist")
    stack = Stack(f"StackSet-{stack_set.name}-{uuid.uuid4()}", instance.account, instance.region, wanted, now)
    stack.stack_set, stack.ask = stack_set.id, by_stack_sets(world, instance.account, stack_set.role_in_accounts)
    stack.ask("cloudformation:CreateStack", stack.id)
    instance.stack_id = stack.id
    home.append(stack)
    _build(world, stack)


def _build(world: World, stack: Stack) -> None:
    """StackSets deletes a stack that failed to come up: its status is DELETED then."""
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-troubleshooting.html
    try:
        stacks.build(world, stack)
    except StackFailure:
        if stack.status != "ROLLBACK_FAILED":
            stack.deleted = world.now()
            stack.note("DELETE_COMPLETE", None, stack.deleted)
        raise


def _remove(world: World, operation: Operation, instance: Instance) -> None:
    stack = find_stack(world, instance)
    if stack is None:
        return
    if operation.retain:
        stack.stack_set = None
        return
    stack.ask("cloudformation:DeleteStack", stack.id)
    stacks.tear_down(world, stack)


def _fail(operation: Operation, instance: Instance, result: Result, reason: str) -> None:
    result.status, result.reason = "FAILED", reason
    instance.reason = reason
    if operation.action == "DELETE":
        instance.status, instance.detailed = "INOPERABLE", "INOPERABLE"
    elif operation.action != "DETECT_DRIFT" and instance.status != "INOPERABLE":
        instance.status, instance.detailed = "OUTDATED", "FAILED"


def _succeed(stack_set: StackSet, operation: Operation, instance: Instance, spot: Spot) -> None:
    match operation.action:
        case "DELETE":
            stack_set.instances.pop(spot, None)
        case "CREATE" | "UPDATE":
            instance.status, instance.detailed, instance.reason = "CURRENT", "SUCCEEDED", None
        case "DETECT_DRIFT":
            instance.detailed = "SUCCEEDED" if instance.status == "CURRENT" else instance.detailed
