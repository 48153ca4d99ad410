"""The keys allowed at a place of a file, from the JSON Schema of its model, to suggest one for an unknown key."""

from collections.abc import Iterable, Mapping
from typing import cast

from pydantic import BaseModel

from orchestrator.adapters.files.reading.yaml_document import Location

Schema = Mapping[str, object]


def known_keys(model: type[BaseModel], at: Location) -> tuple[str, ...]:
    """The keys of the mapping at this place, in the order of the model; empty where any key is allowed."""
    root = cast("Schema", model.model_json_schema())
    found = branches(root, root)
    for part in at:
        found = [branch for node in found for branch in step(node, part, root)]
    return tuple(dict.fromkeys(key for node in found for key in properties(node)))


def step(node: Schema, part: str | int, root: Schema) -> list[Schema]:
    """The alternatives one level below."""
    below = node.get("items") if isinstance(part, int) else properties(node).get(part, any_key(node))
    return branches(cast("Schema", below), root) if isinstance(below, Mapping) else []


def any_key(node: Schema) -> object:
    """The value of a key the user chooses. Its pattern is ignored: a key that breaks it is a problem of its own."""
    patterns = cast("Mapping[str, Schema]", node.get("patternProperties", {}))
    return next(iter(patterns.values()), node.get("additionalProperties"))


def branches(node: Schema, root: Schema) -> list[Schema]:
    """The node itself, or what it refers to, or every alternative it allows."""
    if isinstance(reference := node.get("$ref"), str):
        definitions = cast("Mapping[str, Schema]", root["$defs"])
        return branches(definitions[reference.rsplit("/", 1)[-1]], root)
    alternatives = cast("Iterable[Schema]", node.get("anyOf") or node.get("oneOf") or ())
    return [branch for alternative in alternatives for branch in branches(alternative, root)] or [node]


def properties(node: Schema) -> Mapping[str, Schema]:
    return cast("Mapping[str, Schema]", node.get("properties", {}))
