"""StackSets themselves: creating, changing and deleting their definition (CreateStackSet, UpdateStackSet, DeleteStackSet)."""

import re
from collections.abc import Mapping
from typing import Any

from orchestrator.sandbox import parameters as values
from orchestrator.sandbox.call import Answer, Call
from orchestrator.sandbox.operations import Operations
from orchestrator.sandbox.refusals import Refusal, invalid
from orchestrator.sandbox.stack_set_calls import check_service_managed, find_for_change, operation_id, owner_of
from orchestrator.sandbox.stack_set_model import Operation, Result, StackSet
from orchestrator.sandbox.targets import check_present, check_targets, existing
from orchestrator.sandbox.templates import check_capabilities, read_template
from orchestrator.sandbox.world import World

_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")


def create_stack_set(world: World, call: Call) -> Answer:
    name, asked = call.text("StackSetName"), call.parameters
    if not _NAME.fullmatch(name):
        raise invalid(f"Value '{name}' at 'stackSetName' failed to satisfy constraint: [a-zA-Z][-a-zA-Z0-9]*, 128 characters at most")
    home = world.stack_sets[owner_of(world, call), call.region]
    model = asked.get("PermissionModel", "SELF_MANAGED")
    if model == "SERVICE_MANAGED":
        check_service_managed(world, call)
    _check_auto_deployment(model, asked)
    if any(other.name == name and other.status == "ACTIVE" for other in home):
        raise Refusal("NameAlreadyExistsException", f"The specified stack set name {name} already exists")
    template = read_template(_body(asked))
    _check_transforms(template.document, model)
    check_capabilities(template, asked.get("Capabilities", []))
    given = values.given(asked.get("Parameters"), {})
    stack_set = StackSet(
        name,
        owner_of(world, call),
        call.region,
        template.body,
        description=call.text("Description"),
        parameters=values.complete(template, given),
        tags=as_tags(asked.get("Tags")),
        capabilities=asked.get("Capabilities", []),
        permission_model=model,
        auto_deployment=asked.get("AutoDeployment"),
        managed_execution=bool((asked.get("ManagedExecution") or {}).get("Active")),
        administration_role=asked.get("AdministrationRoleARN"),
        execution_role=asked.get("ExecutionRoleName"),
    )
    home.append(stack_set)
    return {"StackSetId": stack_set.id}


def update_stack_set(world: World, operations: Operations, call: Call) -> Answer:
    """Take the new definition, mark all instances outdated, and bring the targeted ones, or all, up to date."""
    stack_set, asked = find_for_change(world, call), call.parameters
    token = operation_id(call)
    if token in stack_set.operations:
        raise Refusal("OperationIdAlreadyExistsException", f"Operation with id {token} already exists")
    _check_update(world, stack_set, asked)
    body = stack_set.body if asked.get("UsePreviousTemplate") else _body(asked)
    template = read_template(body)
    _check_transforms(template.document, stack_set.permission_model)
    check_capabilities(template, asked.get("Capabilities", []))
    completed = values.complete(template, values.given(asked.get("Parameters"), stack_set.parameters))

    def begin(operation: Operation) -> None:
        if _take_definition(stack_set, asked, body, completed):
            for instance in stack_set.instances.values():
                instance.status = instance.status if instance.status == "INOPERABLE" else "OUTDATED"
        chosen = existing(stack_set, asked, world.organization) if _has_targets(asked) else stack_set.instances
        operation.results = {spot: Result(instance.unit) for spot, instance in chosen.items() if instance.status != "INOPERABLE"}

    preferences = asked.get("OperationPreferences") or {}
    operation = Operation(token, "UPDATE", world.now(), preferences, begin, targets=asked.get("DeploymentTargets"))
    return {"OperationId": operations.submit(stack_set, operation)}


def delete_stack_set(world: World, call: Call) -> Answer:
    try:
        stack_set = find_for_change(world, call)
    except Refusal as refusal:
        if refusal.code == "StackSetNotFoundException":
            return {}
        raise
    if stack_set.unfinished:
        raise Refusal("OperationInProgressException", f"Another Operation on StackSet {stack_set.arn} is in progress")
    if stack_set.instances:
        raise Refusal("StackSetNotEmptyException", "StackSet is not empty")
    stack_set.status = "DELETED"
    return {}


def as_tags(tags: list[dict[str, str]] | None) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags or []}


def _body(asked: Mapping[str, Any]) -> str:
    if asked.get("TemplateURL"):
        raise invalid("The sandbox does not read TemplateURL; send TemplateBody")
    if not asked.get("TemplateBody"):
        raise invalid("Either UsePreviousTemplate, TemplateBody or TemplateURL must be specified.")
    return str(asked["TemplateBody"])


def _check_transforms(document: Mapping[str, Any], model: str) -> None:
    if "Transform" in document and model == "SERVICE_MANAGED":
        raise invalid("Transforms are not supported in StackSets with service-managed permissions")


def _check_auto_deployment(model: str, asked: Mapping[str, Any]) -> None:
    if model == "SERVICE_MANAGED" and "AutoDeployment" not in asked:
        raise invalid("AutoDeployment must be specified for StackSets with SERVICE_MANAGED permission model")
    if model != "SERVICE_MANAGED" and "AutoDeployment" in asked:
        raise invalid("AutoDeployment can only be specified for StackSets with SERVICE_MANAGED permission model")


def _has_targets(asked: Mapping[str, Any]) -> bool:
    return bool(asked.get("DeploymentTargets") or asked.get("Accounts"))


def _check_update(world: World, stack_set: StackSet, asked: Mapping[str, Any]) -> None:
    if _has_targets(asked):
        if "AutoDeployment" in asked:
            raise invalid("AutoDeployment cannot be updated together with DeploymentTargets or Regions")
        if not asked.get("Regions"):
            raise invalid("Regions must be specified together with accounts or DeploymentTargets")
        check_targets(stack_set, asked, world.organization, creates=False)
        check_present(stack_set, asked, world.organization)
    wanted = asked.get("ManagedExecution")
    if wanted is None or bool(wanted.get("Active")) == stack_set.managed_execution:
        return
    if stack_set.unfinished:
        raise Refusal("InvalidOperationException", "Cannot update ManagedExecution while operations are running or queued")
    if not asked.get("UsePreviousTemplate") or any(not item.get("UsePreviousValue") for item in asked.get("Parameters") or []):
        raise Refusal("InvalidOperationException", "Cannot update ManagedExecution while updating StackSet Template or Parameters")


def _take_definition(stack_set: StackSet, asked: Mapping[str, Any], body: str, completed: dict[str, str]) -> bool:
    """Returns whether the change concerns what is deployed."""
    tags = as_tags(asked["Tags"]) if "Tags" in asked else stack_set.tags
    deploys = (body, completed, tags) != (stack_set.body, stack_set.parameters, stack_set.tags)
    stack_set.body, stack_set.parameters = body, completed
    stack_set.capabilities = asked.get("Capabilities", [])
    stack_set.description = asked.get("Description", stack_set.description)
    stack_set.auto_deployment = asked.get("AutoDeployment", stack_set.auto_deployment)
    stack_set.tags = tags
    if asked.get("ManagedExecution") is not None:
        stack_set.managed_execution = bool(asked["ManagedExecution"].get("Active"))
    return deploys
