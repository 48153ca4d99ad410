"""What a deployed template grants: read from its text, so that StackSets of any age can be compared with the catalog's."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode

from orchestrator.model.state import Definition

Document: TypeAlias = Mapping[str, object]
"""A template as written: plain values, functions as ``{"!Ref": name}`` or as their long forms."""

Permission = tuple[str, str]
"""An action, and in canonical text what it is granted on and under which condition."""


class _Reader(SafeConstructor):
    """Reads short-form tags, ``!Sub``, as ``{"!Sub": …}``."""


def _construct_tag(reader: SafeConstructor, suffix: str, node: Node) -> object:
    if isinstance(node, ScalarNode):
        return {f"!{suffix}": reader.construct_scalar(node)}
    if isinstance(node, SequenceNode):
        return {f"!{suffix}": reader.construct_sequence(node, deep=True)}
    return {f"!{suffix}": reader.construct_mapping(node, deep=True)}


_Reader.add_multi_constructor("!", _construct_tag)


def granted_permissions(definition: Definition) -> frozenset[Permission]:
    """Every action the definition grants with its scope, parameter values included. A template we cannot read grants nothing we know."""
    return frozenset(
        (action, scope(statement, definition.parameters))
        for statement in statements(definition.template)
        if statement.get("Effect") == "Allow"
        for action in as_list(statement.get("Action"))
    )


def scope(statement: Mapping[str, object], parameters: Mapping[str, str]) -> str:
    """Resources and conditions as text, with the values of the parameters they name."""
    text = json.dumps([statement.get("Resource"), statement.get("Condition")], sort_keys=True, default=str)
    named = {name: value for name, value in parameters.items() if f'"{name}"' in text or f"{{{name}}}" in text}
    return text + json.dumps(named, sort_keys=True)


def is_unbounded(permission: Permission) -> bool:
    """Granted on everything, unconditionally."""
    return permission[1] in (f"{json.dumps([everything, None])}{{}}" for everything in ("*", ["*"]))


@lru_cache(maxsize=256)
def read_template(template: str) -> Document:
    """The template as written; empty when it cannot be read."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Reader
    try:
        document = yaml.load(template)
    except (YAMLError, ValueError, RecursionError):  # no such date, an alias inside itself
        return {}
    return document if isinstance(document, Mapping) else {}


@lru_cache(maxsize=256)
def statements(template: str) -> tuple[Mapping[str, object], ...]:
    """The statements of every inline policy in the template."""
    try:
        return tuple(policy_statements(read_template(template)))
    except RecursionError:
        return ()


def policy_statements(document: object) -> Iterator[Mapping[str, object]]:
    if isinstance(document, Mapping):
        for key, value in document.items():
            if key == "PolicyDocument" and isinstance(value, Mapping):
                yield from (item for item in as_items(value.get("Statement")) if isinstance(item, Mapping))
            else:
                yield from policy_statements(value)
    elif isinstance(document, list):
        for item in document:
            yield from policy_statements(item)


def as_items(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def as_list(value: object) -> list[str]:
    return [item for item in as_items(value) if isinstance(item, str)]
