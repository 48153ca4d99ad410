"""Ordered values to the YAML text of a CloudFormation template, with short-form functions. The text is what gets deployed.

CloudFormation reads YAML 1.1 (User Guide, "CloudFormation template format"), and gives every letter beyond ASCII back as ``?``
(GetTemplate), so texts that 1.1 takes for something else are quoted, and other letters written as escapes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq, TaggedScalar
from ruamel.yaml.scalarstring import SingleQuotedScalarString
from ruamel.yaml.tag import Tag

Value: TypeAlias = "str | int | Sub | Ref | If | Call | Sequence[Value] | Mapping[str, Value]"


NOT_TEXT = re.compile(r"(?i)y|n|yes|no|on|off|true|false|null|~|=|<<|[-+]?\.(inf|nan)|[-+]?[.0-9][0-9a-fox_tz:.,+\s-]*")
"""What YAML 1.1 may take for a boolean, null, a value or merge key, a number or a time: rather a word too many than one too few."""


@dataclass(frozen=True, slots=True)
class Sub:
    """``!Sub text``."""

    text: str


@dataclass(frozen=True, slots=True)
class Ref:
    """``!Ref name``."""

    name: str


NO_VALUE = Ref("AWS::NoValue")


@dataclass(frozen=True, slots=True)
class If:
    """``!If [condition, then, otherwise]``."""

    condition: str
    then: "Value"
    otherwise: "Value" = NO_VALUE


@dataclass(frozen=True, slots=True)
class Call:
    """Any other function over a list of arguments."""

    function: str
    arguments: "tuple[Value, ...]"


def is_given(value: Value) -> Value:
    """``!Not [!Equals [value, '']]``."""
    return Call("!Not", (Call("!Equals", (value, "")),))


def join(separator: str, items: Value) -> Value:
    """``!Join [separator, items]``: a list parameter as one text."""
    return Call("!Join", (separator, items))


def dump(template: Mapping[str, Value], comment: str) -> str:
    """ASCII in the order given, ending with one line feed; ``comment`` becomes its first lines."""
    yaml = YAML()
    yaml.allow_unicode = False
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(plain(template), stream)
    return "".join(f"# {line}\n" for line in comment.splitlines()) + stream.getvalue()


def plain(value: Value) -> object:
    """The value as ruamel.yaml represents it."""
    match value:
        case Sub(text):
            return tagged_text("!Sub", text)
        case Ref(name):
            return tagged_text("!Ref", name)
        case If(condition, then, otherwise):
            return tagged_list("!If", (condition, then, otherwise))
        case Call(function, arguments):
            return tagged_list(function, arguments)
        case Mapping():
            return {quoted(key): plain(item) for key, item in value.items()}
        case str():
            return quoted(value)
        case int():
            return value
        case _:
            return [plain(item) for item in value]


def quoted(value: str) -> str:
    """The text, in quotes where it would be read as something else."""
    return SingleQuotedScalarString(value) if NOT_TEXT.fullmatch(value) else value


def tagged_text(tag: str, text: str) -> TaggedScalar:
    scalar = TaggedScalar(text)
    scalar.yaml_set_ctag(Tag(suffix=tag))
    return scalar


def tagged_list(tag: str, items: Sequence[Value]) -> CommentedSeq:
    sequence = CommentedSeq([plain(item) for item in items])
    sequence.yaml_set_ctag(Tag(suffix=tag))
    return sequence
