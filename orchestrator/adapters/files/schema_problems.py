"""Turns what pydantic complains about into problems with file, line, column and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from orchestrator.adapters.files.yaml_document import Document, Location
from orchestrator.errors import Problem

Schema = TypeVar("Schema", bound=BaseModel)


def parse(document: Document, schema: type[Schema]) -> tuple[Schema | None, list[Problem]]:
    """The file as its schema sees it, or None, and every problem found in it."""
    try:
        return schema.model_validate(document.data), list(document.problems)
    except ValidationError as error:
        return None, [*document.problems, *(describe(document, detail) for detail in error.errors())]


def describe(document: Document, detail: ErrorDetails) -> Problem:
    at = known_location(document, detail["loc"])
    match detail["type"]:
        case "extra_forbidden":
            return Problem(document.where(at, key=True), f'unknown key "{at[-1]}".', "Remove it or correct its spelling.")
        case "missing":
            return Problem(document.where(at), f'the key "{detail["loc"][-1]}" is missing.', "Add it.")
        case "string_pattern_mismatch":
            pattern = detail.get("ctx", {}).get("pattern")
            return Problem(
                document.where(at, key="[key]" in detail["loc"]), f"{detail['input']!r} has not the form {pattern}.", "Correct it."
            )
        case _:
            return Problem(document.where(at), f"{path(at)}: {detail['msg']}.", "Correct the value.")


def known_location(document: Document, loc: tuple[int | str, ...]) -> Location:
    """The location without what pydantic adds to it, such as the member of a union or ``[key]``."""
    at: Location = ()
    for part in loc:
        if (*at, part) in document.values:
            at = (*at, part)
    return at


def path(at: Location) -> str:
    return ".".join(map(str, at)) or "the file"


def suggest(name: str, known: Iterable[str]) -> str:
    """What to do about a name that is not known: the near ones, or all when there are few."""
    names = list(known)
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"Known are: {', '.join(names)}." if 0 < len(names) <= 8 else "Correct the name."  # noqa: PLR2004 - a line's worth
