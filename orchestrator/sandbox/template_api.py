"""GetTemplateSummary, ValidateTemplate, and StackSets' access to the organization."""

from typing import Any

from orchestrator.sandbox.call import Answer, Call
from orchestrator.sandbox.refusals import Refusal, invalid
from orchestrator.sandbox.stack_set_calls import find_stack_set, owner_of
from orchestrator.sandbox.stacks_api import find_stack
from orchestrator.sandbox.templates import Template, read_template, required_capabilities
from orchestrator.sandbox.world import World


def get_template_summary(world: World, call: Call) -> Answer:
    if call.text("StackSetName"):
        body = find_stack_set(world, call).body
    elif call.text("StackName"):
        body = find_stack(world, call).input.body
    else:
        body = call.text("TemplateBody")
    template = read_template(body)
    types = sorted({resource["Type"] for resource in template.resources.values()})
    return _summary(template) | {"ResourceTypes": types, "Version": template.document.get("AWSTemplateFormatVersion")}


def validate_template(world: World, call: Call) -> Answer:
    del world
    if not call.text("TemplateBody"):
        raise invalid("Either Template URL or Template Body must be specified.")
    return _summary(read_template(call.text("TemplateBody")))


def activate_organizations_access(world: World, call: Call) -> Answer:
    _check_management(world, call)
    if world.organization is not None and not world.organization.has_all_features:
        raise Refusal("InvalidOperationException", "All features must be enabled in the organization to activate organizations access")
    world.organizations_access = "ENABLED"
    return {}


def deactivate_organizations_access(world: World, call: Call) -> Answer:
    _check_management(world, call)
    world.organizations_access = "DISABLED"
    return {}


def describe_organizations_access(world: World, call: Call) -> Answer:
    organization = world.organization
    if organization is None or owner_of(world, call) != organization.management_account:
        raise invalid(
            "You must be the management account or delegated admin account of an organization before operating a SERVICE_MANAGED stack set"
        )
    return {"Status": world.organizations_access}


def _check_management(world: World, call: Call) -> None:
    organization = world.organization
    if organization is None or call.account != organization.management_account:
        raise Refusal("InvalidOperationException", "Only the management account of an organization can change organizations access")


def _summary(template: Template) -> dict[str, Any]:
    parameters = [
        {
            "ParameterKey": name,
            "DefaultValue": None if "Default" not in item else str(item["Default"]),
            "ParameterType": item.get("Type", "String"),
            "NoEcho": str(item.get("NoEcho", "")).lower() == "true",
            "Description": item.get("Description"),
        }
        for name, item in template.parameters.items()
    ]
    return {
        "Parameters": parameters,
        "Description": template.document.get("Description"),
        "Capabilities": required_capabilities(template),
    }
