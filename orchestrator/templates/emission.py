"""Ordered values to the YAML text of a CloudFormation template, with short-form functions. The text is what gets deployed.

CloudFormation reads YAML 1.1 (User Guide, "CloudFormation template format"), and gives every letter beyond ASCII back as ``?``
(GetTemplate), so texts that 1.1 takes for something else are quoted, and other letters written as escapes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = "str | int | Sub | Ref | If | Call | Sequence[Value] | Mapping[str, Value]"


NOT_TEXT = re.compile(r"(?i)y|n|yes|no|on|off|true|false|null|~|=|<<|[-+]?\.(inf|nan)|[-+]?[.0-9][0-9a-fox_tz:.,+\s-]*")
"""What YAML 1.1 may take for a boolean, null, a value or merge key, a number or a time: rather a word too many than one too few."""

PLAIN = re.compile(r"(?![-?:](?: |$)|---|\.\.\.|[ #,\[\]{}&*!|>'\"%@`])(?:[ -\"$-9;-~]|:(?! |$)|(?<! )#)+(?<! )")
"""What may stand without quotes: no indicator at its beginning, no ``: `` and no `` #``."""
SIMPLE = re.compile(r"[ -&(-~]*")
"""What needs no escape in single quotes."""


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
    return "".join(f"{line}\n" for line in (*(f"# {line}" for line in comment.splitlines()), *mapping_lines(template)))


def lines(value: Value) -> tuple[str, list[str]]:
    """What follows a key or a dash on its line, and the lines below it, indented from where the value stands."""
    match value:
        case Sub(text):
            return f" !Sub {scalar(text)}", []
        case Ref(name):
            return f" !Ref {scalar(name)}", []
        case If(condition, then, otherwise):
            return tagged("!If", (condition, then, otherwise))
        case Call(function, arguments):
            return tagged(function, arguments)
        case str():
            return f" {scalar(value)}", []
        case int():
            return f" {value}", []
        case Mapping():
            return ("", mapping_lines(value)) if value else (" {}", [])
        case _:
            return ("", list_lines(value)) if value else (" []", [])


def tagged(tag: str, items: Sequence[Value]) -> tuple[str, list[str]]:
    rest, below = lines(items)
    return f" {tag}{rest}", below


def mapping_lines(value: Mapping[str, Value]) -> list[str]:
    found: list[str] = []
    for key, item in value.items():
        rest, below = lines(item)
        found += (f"{scalar(key)}:{rest}", *(f"  {line}" for line in below))
    return found


def list_lines(value: Sequence[Value]) -> list[str]:
    """A mapping, or a list without a function, begins on the line of its dash."""
    found: list[str] = []
    for item in value:
        rest, below = lines(item)
        offset = "  " if isinstance(item, Mapping) else "    "
        if not rest:
            first, *below = below
            rest = f"{offset[1:]}{first}"
        found += (f"-{rest}", *(f"{offset}{line}" for line in below))
    return found


def scalar(text: str) -> str:
    """The text as it stands, or in quotes where it would be read as something else."""
    if PLAIN.fullmatch(text) and not NOT_TEXT.fullmatch(text):
        return text
    return f"'{text}'" if SIMPLE.fullmatch(text) else quoted(text)


def quoted(text: str) -> str:
    """In double quotes, with the escapes of YAML."""
    return f'"{"".join(map(escaped, text))}"'


def escaped(letter: str) -> str:
    if " " <= letter <= "~":
        return f"\\{letter}" if letter in '"\\' else letter
    return f"\\u{ord(letter):04x}" if letter <= "\uffff" else f"\\U{ord(letter):08x}"
