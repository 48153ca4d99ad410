"""Validates a document against a pydantic model and reports every problem with its place and a remedy."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from orchestrator.adapters.files.reading.known_keys import known_keys
from orchestrator.adapters.files.reading.yaml_document import Document, Location, Plain
from orchestrator.errors import ConfigurationError, Problem
from orchestrator.model.nearness import did_you_mean

SECRETS = ("external_id",)
"""Keys whose values no message quotes."""

KEY = "[key]"
TYPES = {
    "string_type": "a text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}
TRUTH = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}
BOUNDS = {"greater_than_equal": "at least {ge}", "less_than_equal": "at most {le}", "greater_than": "more than {gt}"}


class Entry(BaseModel):
    """A mapping in a file: unknown keys are refused, values are not converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, validate_by_name=True, validate_by_alias=True)


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem, its place still as keys and indices."""

    at: Location
    message: str
    remedy: str = ""
    on_key: bool = False


Model = TypeVar("Model", bound=BaseModel)


def refuse(message: str, remedy: str = "") -> PydanticCustomError:
    """The error a validator raises; the message starts with the value's key."""
    return PydanticCustomError("fault", "{message}", {"message": message, "remedy": remedy})


def parse(document: Document, model: type[Model], context: object = None) -> Model:
    """The document as a model. Raises ConfigurationError with every problem."""
    parsed, faults = validate(document, model, context)
    problems = report(document, faults)
    if parsed is None or problems:
        raise ConfigurationError(problems)
    return parsed


def validate(document: Document, model: type[Model], context: object = None) -> tuple[Model | None, tuple[Fault, ...]]:
    """The model, or None with the problems."""
    try:
        return model.model_validate(document.data, context=context), ()
    except ValidationError as error:
        return None, tuple(describe(details, document, model) for details in error.errors(include_url=False))


def report(document: Document, faults: Iterable[Fault]) -> tuple[Problem, ...]:
    """Every problem of the document in the order of its lines."""
    placed = {Problem(document.where(fault.at, key=fault.on_key), fault.message, fault.remedy): None for fault in faults}
    return tuple(sorted((*document.problems, *placed), key=line_and_column))


def line_and_column(problem: Problem) -> tuple[int, ...]:
    return tuple(int(part) for part in problem.where.rsplit(":", 2)[1:] if part.isdecimal())


def describe(error: ErrorDetails, document: Document, model: type[BaseModel]) -> Fault:
    """One finding of pydantic as a message about the file."""
    at = tuple(part for part in error["loc"] if part != KEY and not str(part).startswith("<"))
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            return describe_unknown_key(at, model)
        case "missing":
            return Fault(at[:-1], f"{label(at)} is missing.", f'Add the key "{at[-1]}" here.')
        case "literal_error" | "enum":
            return describe_choice(at, str(context["expected"]), error["input"])
        case "too_short" | "string_too_short":
            return Fault(at, f"{label(at)}: must not be empty.", "Add what is meant, or remove the key.")
        case kind if kind in TYPES:
            return describe_type(at, error, document)
        case kind if kind in BOUNDS:
            return Fault(at, f"{label(at)}: must be {BOUNDS[kind].format(**context)}, not {error['input']}.")
        case _:
            return Fault(at, f"{label(at)}: {error['msg']}", str(context.get("remedy", "")), on_key=KEY in error["loc"])


def describe_unknown_key(at: Location, model: type[BaseModel]) -> Fault:
    known = known_keys(model, at[:-1])
    remedy = did_you_mean(str(at[-1]), known, f"Known here: {', '.join(known)}." if known else "Take it out.")
    return Fault(at, f'unknown key "{at[-1]}" in {label(at[:-1])}.', remedy, on_key=True)


def describe_choice(at: Location, expected: str, value: Plain) -> Fault:
    choices = re.findall("'([^']*)'", expected)
    return Fault(at, f"{label(at)}: must be {expected}, not {show(value)}.", did_you_mean(str(value), choices))


def describe_type(at: Location, error: ErrorDetails, document: Document) -> Fault:
    """A value of the wrong type; for a text that YAML reads as another type, how to quote it."""
    wanted, value = TYPES[error["type"]], error["input"]
    if set(SECRETS) & set(at):
        return Fault(at, f"{label(at)}: must be {wanted}.", "Quote it.")
    written = document.mark(at).text
    if wanted == "a text" and isinstance(value, bool | int | float):
        kind = "truth value" if isinstance(value, bool) else "number"
        message = f"must be a text, but YAML reads {written} as the {kind} {str(value).lower()}."
        return Fault(at, f"{label(at)}: {message}", f'Quote it: "{written}".')
    return Fault(at, f"{label(at)}: must be {wanted}, not {show(value)}.", advise(wanted, value))


def advise(wanted: str, value: Plain) -> str:
    """The remedy: how to write what was probably meant."""
    if isinstance(value, str) and wanted == "a list":
        return f'Write ["{value}"].'
    if isinstance(value, str) and wanted == "true or false" and value.lower() in TRUTH:
        return f"Write {TRUTH[value.lower()]}."
    return f"Write {value.removesuffix('%')}." if isinstance(value, str) and wanted == "a whole number" and is_number(value) else ""


def is_number(text: str) -> bool:
    return text.removesuffix("%").isdecimal()


def show(value: Plain) -> str:
    """The value as quoted in a message."""
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case str():
            return f'the text "{value}"'
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case _:
            return f"the number {value}"


def label(at: Location) -> str:
    """``rules[2].where.ou``."""
    if not at:
        return "the file"
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in at).removeprefix(".")
