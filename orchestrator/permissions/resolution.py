"""A template with its intrinsic functions evaluated, as CloudFormation deploys it.

Functions: CloudFormation template reference, "Intrinsic functions". What only AWS knows at deployment, such as ``AWS::AccountId``,
stays in the text as ``${AWS::AccountId}``: equal in all accounts, so that one answer serves them all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestrator.templates.reading import Document

ACCOUNT_HERE = "${AWS::AccountId}"
PLACEHOLDER = re.compile(r"\$\{([^!{}][^{}]*)\}")
LITERAL = re.compile(r"\$\{!([^{}]*)\}")
LIST_TYPES = ("CommaDelimitedList", "List<")


class _Absent:
    """``AWS::NoValue``: the property, key or item is left out."""


ABSENT = _Absent()


@dataclass(frozen=True, slots=True)
class Resolver:
    """One template with the values of its parameters; those not given take their defaults."""

    document: Document
    values: Mapping[str, str] = field(default_factory=dict)

    def resources(self) -> Mapping[str, Mapping[str, object]]:
        """Logical id to resource, functions evaluated; a resource whose condition is false is left out."""
        found = mapping(self.document.get("Resources"))
        return {
            name: mapping(self.resolve(resource))
            for name, resource in found.items()
            if "Condition" not in mapping(resource) or self._holds(str(mapping(resource)["Condition"]))
        }

    def resolve(self, value: object) -> object:
        """The value as deployed; ABSENT for ``AWS::NoValue``."""
        match value:
            case Mapping() if len(value) == 1 and (function := _function(next(iter(value)))):
                return self._call(function, next(iter(value.values())))
            case Mapping():
                resolved = {str(key): self.resolve(item) for key, item in value.items()}
                return {key: item for key, item in resolved.items() if item is not ABSENT}
            case list():
                return [item for item in map(self.resolve, value) if item is not ABSENT]
            case _:
                return value

    def _call(self, function: str, argument: object) -> object:
        match function, argument:
            case "Ref", str():
                return self._reference(argument)
            case "Sub", str():
                return self._substitute(argument)
            case "If", [str() as condition, then, otherwise]:
                return self.resolve(then if self._holds(condition) else otherwise)
            case "Join", [str() as separator, items]:
                return separator.join(texts(self.resolve(items)))
            case (("Equals" | "Not" | "And" | "Or" | "Condition"), _):
                return self._truth(function, argument)
            case "GetAtt", _:
                return f"${{{'.'.join(texts(argument))}}}"
            case _:
                return {f"Fn::{function}": self.resolve(argument)}

    def _truth(self, function: str, argument: object) -> bool:
        parts = [self.resolve(part) for part in argument] if isinstance(argument, list) else [argument]
        match function:
            case "Equals":
                return len(parts) == 2 and parts[0] == parts[1]  # noqa: PLR2004 - the function's two sides
            case "Not":
                return not parts[0]
            case "And":
                return all(parts)
            case "Or":
                return any(parts)
            case _:
                return self._holds(str(argument))

    def _holds(self, condition: str) -> bool:
        return bool(self.resolve(mapping(self.document.get("Conditions")).get(condition)))

    def _reference(self, name: str) -> object:
        if name == "AWS::NoValue":
            return ABSENT
        declared = mapping(mapping(self.document.get("Parameters")).get(name))
        value = self.values.get(name, declared.get("Default"))
        if value is None:
            return f"${{{name}}}"
        if str(declared.get("Type", "")).startswith(LIST_TYPES):
            return [part.strip() for part in str(value).split(",")]
        return str(value)

    def _substitute(self, text: str) -> str:
        filled = PLACEHOLDER.sub(lambda found: ",".join(texts(self._reference(found[1]))), text)
        return LITERAL.sub(r"${\1}", filled)


def _function(key: object) -> str:
    """``If`` of ``!If`` and ``Fn::If``; empty for a key that names no function."""
    name = str(key)
    for mark in ("!", "Fn::"):
        if name.startswith(mark):
            return name.removeprefix(mark)
    return name if name == "Ref" else ""


def mapping(value: object) -> Mapping[str, object]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def texts(value: object) -> list[str]:
    """A text or a list of them, either way of writing."""
    return [as_text(item) for item in (value if isinstance(value, list) else [value])]


def as_text(value: object) -> str:
    """As IAM reads it: booleans in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)
