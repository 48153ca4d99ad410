"""CloudFormation templates as text: reading them (YAML with its short tags, or JSON) and refusing what AWS refuses before it deploys.

Reading costs far more than evaluating, and a StackSet deploys one body to a thousand accounts, so a body is read once.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from orchestrator.sandbox.refusals import Refusal, invalid

LARGEST_BODY = 51_200
_NAMES = frozenset({"GroupName", "InstanceProfileName", "ManagedPolicyName", "RoleName", "UserName"})
_NAMED_TYPES = frozenset({"AWS::IAM::Role", "AWS::IAM::InstanceProfile", "AWS::IAM::ManagedPolicy", "AWS::IAM::User", "AWS::IAM::Group"})


@dataclass(frozen=True, slots=True)
class Template:
    """``order`` names the resources so that each comes after those it refers to."""

    body: str
    document: Mapping[str, Any]
    order: tuple[str, ...]

    @property
    def parameters(self) -> Mapping[str, Any]:
        return self.document.get("Parameters") or {}

    @property
    def conditions(self) -> Mapping[str, Any]:
        return self.document.get("Conditions") or {}

    @property
    def resources(self) -> Mapping[str, Any]:
        resources: Mapping[str, Any] = self.document["Resources"]
        return resources

    @property
    def outputs(self) -> Mapping[str, Any]:
        return self.document.get("Outputs") or {}


class _Constructor(SafeConstructor):
    """YAML's dates stay text, as in CloudFormation: a policy's Version is no date."""

    def short_form(self, suffix: str, node: Node) -> dict[str, Any]:
        match node:
            case ScalarNode():
                value: Any = node.value
            case SequenceNode():
                value = self.construct_sequence(node, deep=True)
            case MappingNode():
                value = self.construct_mapping(node, deep=True)
            case _:
                value = None
        if suffix == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Constructor.add_multi_constructor("!", _Constructor.short_form)
_Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def shown_body(body: str) -> str:
    """As AWS gives it back: a question mark for every letter beyond ASCII."""
    return body.encode("ascii", "replace").decode()


@lru_cache(maxsize=512)
def read_template(body: str) -> Template:
    """Read and check a template body.

    Raises Refusal (ValidationError) with CloudFormation's words when it is too large, malformed, or refers to what it lacks.
    """
    if len(body.encode()) > LARGEST_BODY:
        raise invalid(
            f"1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
            f"Member must have length less than or equal to {LARGEST_BODY}"
        )
    document = _parse(body)
    resources = document.get("Resources")
    if not isinstance(resources, dict) or not resources:
        raise invalid("Template format error: At least one Resources member must be defined.")
    _check_resources(resources)
    return Template(body, document, _order(document, resources))


def _parse(body: str) -> dict[str, Any]:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Constructor
    try:
        document = json.loads(body) if body.lstrip().startswith("{") else yaml.load(body)
    except (ValueError, YAMLError) as error:
        raise invalid(f"Template format error: JSON or YAML not well-formed. ({str(error).splitlines()[0]})") from error
    if not isinstance(document, dict):
        raise invalid("Template format error: unsupported structure.")
    return document


def _check_resources(resources: Mapping[str, Any]) -> None:
    for name, resource in resources.items():
        if not name.isalnum():
            raise invalid(f"Template format error: Resource name {name} is non alphanumeric.")
        if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
            raise invalid(f"Template format error: Every Resources object must contain a Type member. ({name})")


def _order(document: Mapping[str, Any], resources: Mapping[str, Any]) -> tuple[str, ...]:
    known = set(resources) | set(document.get("Parameters") or {})
    graph: dict[str, set[str]] = {}
    for name, resource in resources.items():
        wanted = set(_references(resource.get("Properties", {}))) | set(_listed(resource.get("DependsOn")))
        if missing := sorted(item for item in wanted if item not in known and not item.startswith("AWS::")):
            raise invalid(
                f"Template format error: Unresolved resource dependencies [{', '.join(missing)}] in the Resources block of the template"
            )
        graph[name] = wanted & set(resources)
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise invalid(f"Circular dependency between resources: [{', '.join(error.args[1])}]") from error


def _listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


def _references(value: object) -> Iterator[str]:
    """Every name a value refers to by Ref, GetAtt or Sub."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::GetAtt": str(dotted)}:
            yield dotted.split(".", 1)[0]
        case {"Fn::Sub": str(text)}:
            yield from variables(text)
        case {"Fn::Sub": [str(text), dict(own)]}:
            yield from (name for name in variables(text) if name not in own)
            yield from _references(own)
        case dict() | list():
            for item in value.values() if isinstance(value, dict) else value:
                yield from _references(item)
        case _:
            return


def variables(text: str) -> Iterator[str]:
    """The names in ``${...}``, without attributes; ``${!x}`` is text."""
    for part in text.split("${")[1:]:
        name = part.partition("}")[0].strip()
        if not name.startswith("!"):
            yield name.split(".", 1)[0]


# ------------------------------------------------------------------ before deploying


def check_capabilities(template: Template, capabilities: list[str]) -> None:
    """IAM resources are only made by those who say they know.

    Raises Refusal (InsufficientCapabilitiesException).
    """
    iam = [item for item in template.resources.values() if item["Type"].startswith("AWS::IAM::")]
    named = any(item["Type"] in _NAMED_TYPES and _NAMES & (item.get("Properties") or {}).keys() for item in iam)
    if named and "CAPABILITY_NAMED_IAM" not in capabilities:
        raise Refusal("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_NAMED_IAM]")
    if iam and not {"CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"} & set(capabilities):
        raise Refusal("InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]")


def required_capabilities(template: Template) -> list[str]:
    """What ``check_capabilities`` would ask for."""
    for wanted in ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"):
        try:
            check_capabilities(template, [wanted])
        except Refusal:
            continue
        has_iam = any(item["Type"].startswith("AWS::IAM::") for item in template.resources.values())
        return [wanted] if has_iam else []
    return []
