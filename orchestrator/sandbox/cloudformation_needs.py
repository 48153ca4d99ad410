"""What a call of CloudFormation is authorized for: stacks, StackSets, what their operations reach, and tags.

Listing calls and CreateStackSet know no resource. An operation on instances is asked for on its StackSet, on every target and on the type
of every resource in the template (CloudFormation user guide, "Control access with IAM").
"""

from collections.abc import Iterator, Mapping

from orchestrator.sandbox.call import Call
from orchestrator.sandbox.conditions import Context
from orchestrator.sandbox.evaluation import Request
from orchestrator.sandbox.refusals import Refusal
from orchestrator.sandbox.stack_model import Stack
from orchestrator.sandbox.stack_set_calls import find_stack_set
from orchestrator.sandbox.stack_set_model import StackSet
from orchestrator.sandbox.stacks_api import find_stack
from orchestrator.sandbox.templates import read_template
from orchestrator.sandbox.world import World

_REACHING = frozenset({"CreateStackInstances", "DeleteStackInstances", "UpdateStackInstances", "UpdateStackSet"})
_NEW_ID = "00000000-0000-0000-0000-000000000000"


def cloudformation_needs(world: World, call: Call) -> Iterator[Request]:
    action = f"cloudformation:{call.operation}"
    if call.operation == "CreateStackSet":
        yield Request(action, "*", _asked_tags(call))
        yield from _tagging(call, _stack_set_arn(call, f"{call.text('StackSetName')}:{_NEW_ID}"), {})
    elif call.text("StackSetName"):
        yield from _on_stack_set(world, call, action)
    elif call.text("StackName"):
        yield from _on_stack(world, call, action)
    else:
        yield Request(action, "*", {})
        if call.operation == "DescribeStacks":
            yield Request("cloudformation:ListStacks", "*", {})


def _on_stack_set(world: World, call: Call, action: str) -> Iterator[Request]:
    stack_set = _stack_set(world, call)
    context = {"cloudformation:TargetRegion": tuple(call.parameters["Regions"])} if call.parameters.get("Regions") else {}
    yield Request(action, stack_set.arn if stack_set else _stack_set_arn(call, call.text("StackSetName")), context)
    if stack_set is None or call.operation not in _REACHING:
        return
    for arn in (*_targets(call, stack_set), *_types(call, stack_set)):
        yield Request(action, arn, context)
    if call.operation == "UpdateStackSet":
        yield from _tagging(call, stack_set.arn, stack_set.tags)


def _targets(call: Call, stack_set: StackSet) -> Iterator[str]:
    asked = call.parameters.get("DeploymentTargets") or {}
    for target in (*asked.get("OrganizationalUnitIds", ()), *asked.get("Accounts", ()), *call.parameters.get("Accounts", ())):
        yield f"arn:aws:cloudformation:{call.region}:{stack_set.owner}:stackset-target/{stack_set.id}/{target}"


def _types(call: Call, stack_set: StackSet) -> Iterator[str]:
    resources = read_template(call.text("TemplateBody") or stack_set.body).resources.values()
    for name in sorted({str(resource["Type"]) for resource in resources}):
        yield f"arn:aws:cloudformation:{call.region}::type/resource/{name.replace('::', '-')}"


def _on_stack(world: World, call: Call, action: str) -> Iterator[Request]:
    stack = _stack(world, call)
    name = call.text("StackName")
    named = name if name.startswith("arn:") else f"arn:aws:cloudformation:{call.region}:{call.account}:stack/{name}/{_NEW_ID}"
    arn = stack.id if stack else named
    yield Request(action, arn, _asked_tags(call))
    if call.operation == "DetectStackDrift":
        yield Request("cloudformation:DetectStackResourceDrift", arn, {})
        yield Request("cloudformation:BatchDescribeTypeConfigurations", "*", {})
    if call.operation in {"CreateStack", "UpdateStack"}:
        yield from _tagging(call, arn, stack.input.tags if stack else {})


def _tagging(call: Call, arn: str, before: Mapping[str, str]) -> Iterator[Request]:
    """Tags that are left out are taken off (API UpdateStackSet, "Tags")."""
    if "Tags" not in call.parameters:
        return
    after = {tag["Key"]: tag["Value"] for tag in call.parameters["Tags"]}
    if after.items() - before.items():
        yield Request("cloudformation:TagResource", arn, _asked_tags(call) | {"cloudformation:CreateAction": (call.operation,)})
    if before.keys() - after.keys():
        yield Request("cloudformation:UntagResource", arn, {"aws:TagKeys": tuple(before.keys() - after.keys())})


def _asked_tags(call: Call) -> dict[str, tuple[str, ...]]:
    tags = call.parameters.get("Tags") or []
    keys: Context = {f"aws:RequestTag/{tag['Key']}": (tag["Value"],) for tag in tags}
    return {**keys, "aws:TagKeys": tuple(tag["Key"] for tag in tags)} if tags else {}


def _stack_set_arn(call: Call, name: str) -> str:
    return name if name.startswith("arn:") else f"arn:aws:cloudformation:{call.region}:{call.account}:stackset/{name}"


def _stack_set(world: World, call: Call) -> StackSet | None:
    try:
        return find_stack_set(world, call)
    except Refusal:
        return None


def _stack(world: World, call: Call) -> Stack | None:
    try:
        return find_stack(world, call, deleted=True)
    except Refusal:
        return None
