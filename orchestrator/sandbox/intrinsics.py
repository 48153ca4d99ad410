"""Evaluating a template for one account: conditions, intrinsic functions and pseudo parameters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestrator.sandbox.refusals import invalid
from orchestrator.sandbox.templates import Template

Value = Any
NO_VALUE = object()


@dataclass(slots=True)
class Evaluation:
    """One template with the values of one stack. ``references`` and ``attributes`` fill up as resources come into being."""

    template: Template
    parameters: Mapping[str, str]
    pseudo: Mapping[str, str]
    references: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def has(self, logical_id: str) -> bool:
        """Whether the resource's condition, if it has one, holds."""
        condition = self.template.resources[logical_id].get("Condition")
        return condition is None or self.is_true(condition)

    def is_true(self, condition: str) -> bool:
        if condition not in self.template.conditions:
            raise invalid(f"Template format error: Unresolved condition dependency {condition} in the Conditions block of the template")
        return bool(self.resolve(self.template.conditions[condition]))

    def properties(self, logical_id: str) -> dict[str, Value]:
        resolved = self.resolve(self.template.resources[logical_id].get("Properties") or {})
        return resolved if isinstance(resolved, dict) else {}

    def outputs(self) -> list[dict[str, str]]:
        return [
            {"OutputKey": name, "OutputValue": str(self.resolve(item["Value"])), "Description": item.get("Description")}
            for name, item in self.template.outputs.items()
            if "Condition" not in item or self.is_true(item["Condition"])
        ]

    def resolve(self, value: Value) -> Value:
        """The value with every function evaluated; members that come to AWS::NoValue are dropped."""
        match value:
            case dict() if len(value) == 1 and (function := self._function(next(iter(value)))):
                return function(next(iter(value.values())))
            case dict():
                members = ((key, self.resolve(item)) for key, item in value.items())
                return {key: item for key, item in members if item is not NO_VALUE}
            case list():
                return [item for item in map(self.resolve, value) if item is not NO_VALUE]
            case _:
                return value

    def _function(self, name: str) -> Callable[[Value], Value] | None:
        functions: dict[str, Callable[[Value], Value]] = {
            "Ref": self._ref,
            "Condition": lambda argument: self.is_true(argument) if isinstance(argument, str) else {"Condition": self.resolve(argument)},
            "Fn::GetAtt": self._attribute,
            "Fn::Sub": self._substitute,
            "Fn::If": lambda argument: self.resolve(argument[1] if self.is_true(argument[0]) else argument[2]),
            "Fn::Equals": lambda argument: str(self.resolve(argument[0])) == str(self.resolve(argument[1])),
            "Fn::Not": lambda argument: not self.resolve(argument[0]),
            "Fn::And": lambda argument: all(self.resolve(item) for item in argument),
            "Fn::Or": lambda argument: any(self.resolve(item) for item in argument),
            "Fn::Join": lambda argument: str(argument[0]).join(str(item) for item in self.resolve(argument[1])),
            "Fn::Split": lambda argument: str(self.resolve(argument[1])).split(argument[0]),
            "Fn::Select": lambda argument: self.resolve(argument[1])[int(self.resolve(argument[0]))],
        }
        if name.startswith("Fn::") and name not in functions:
            raise invalid(f"Template error: the sandbox does not know {name}")
        return functions.get(name)

    def _ref(self, name: str) -> Value:
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.parameters:
            kind = str(self.template.parameters[name].get("Type", "String"))
            text = self.parameters[name]
            return [item.strip() for item in text.split(",")] if kind.startswith(("CommaDelimitedList", "List<")) else text
        if name in self.references:
            return self.references[name]
        raise invalid(f"Template error: resource {name} does not exist or its condition is false")

    def _attribute(self, argument: str | list[str]) -> str:
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        try:
            return self.attributes[name][attribute]
        except KeyError:
            raise invalid(f"Template error: resource {name} does not support attribute type {attribute} in Fn::GetAtt") from None

    def _substitute(self, argument: str | list[Value]) -> str:
        text, own = (argument, {}) if isinstance(argument, str) else argument
        head, *parts = str(text).split("${")
        return head + "".join(self._variable(*part.partition("}")[::2], own) for part in parts)

    def _variable(self, name: str, rest: str, own: Mapping[str, Value]) -> str:
        name = name.strip()
        if name.startswith("!"):
            return "${" + name[1:] + "}" + rest
        if name in own:
            return str(self.resolve(own[name])) + rest
        value = self._attribute(name) if "." in name else self._ref(name)
        return ("" if value is NO_VALUE else ",".join(value) if isinstance(value, list) else str(value)) + rest
