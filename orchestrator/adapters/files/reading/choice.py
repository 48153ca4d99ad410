"""A value that is one of a few words, or a mapping whose only key says what it is: selectors and evidence."""

from collections.abc import Callable, Sequence

from orchestrator.adapters.files.reading.validation import refuse, show
from orchestrator.adapters.files.reading.yaml_document import Plain
from orchestrator.model.nearness import did_you_mean

WORD = "<word>"


def tag_of(value: Plain) -> str:
    """The tag of the branch: angle brackets keep it apart from the keys of the file."""
    return f"<{next(iter(value))}>" if isinstance(value, dict) and value else WORD


def check_choice(what: str, words: Sequence[str], keys: Sequence[str]) -> Callable[[Plain], Plain]:
    """A validator that accepts exactly one branch and names the alternatives."""
    known = ", ".join((*words, *(f"{{{key}: …}}" for key in keys)))

    def check(value: Plain) -> Plain:
        match value:
            case str() if value in words:
                return value
            case str():
                raise refuse(f'"{value}" is no {what}.', did_you_mean(value, (*words, *keys), f"Write one of {known}."))
            case dict() if not value:
                raise refuse(f"the {what} is empty.", f"Write one of {known}.")
            case dict() if len(value) > 1:
                raise refuse(f"a {what} has exactly one key, not {' and '.join(value)}.", "Combine several with {all: […]} or {any: […]}.")
            case dict() if next(iter(value)) in keys:
                return value
            case dict():
                key = next(iter(value))
                raise refuse(f'unknown key "{key}" in a {what}.', did_you_mean(key, keys, f"Write one of {known}."))
            case _:
                raise refuse(f"must be a {what}, not {show(value)}.", f"Write one of {known}.")

    return check
