"""Typed values as JSON and back: the one codec of everything the program keeps for itself.

Reading is strict, since what is resumed depends on every word: no field is missing, unknown or of another type, and nothing is
guessed. Times carry their zone and come back in UTC.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Any, Generic, TypeVar

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, SchemaValidator, core_schema

T = TypeVar("T")

FORMAT = "format"
"""The field that numbers a format, where there is one; format 1 had none."""


class UnreadableError(ValueError):
    """The content is invalid; the message completes "it cannot be read:" and repeats no value."""


class OtherFormatError(UnreadableError):
    """The content is of another format than this program's."""


class Codec(Generic[T]):
    """Values of one type, made of frozen dataclasses; with ``tag``, of a union whose members that field distinguishes."""

    def __init__(self, kind: object, *, tag: str | None = None) -> None:
        self._kind = kind
        self._tag = tag

    def encode(self, value: T) -> bytes:
        """JSON on one line, without the newline."""
        return self._adapter.dump_json(value, warnings="error")

    def plain(self, value: T) -> Any:  # noqa: ANN401 - what JSON knows
        """The value as JSON knows it, not yet text."""
        return self._adapter.dump_python(value, mode="json", warnings="error")

    def decode(self, content: bytes) -> T:
        """Raises UnreadableError, whatever the content is."""
        try:
            value: T = self._validator.validate_json(content, strict=True)
        except ValidationError as error:
            raise fault_of(error.errors(include_url=False)) from None
        return value

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        kind: Any = self._kind
        return TypeAdapter(Annotated[kind, Field(discriminator=self._tag)] if self._tag else kind)

    @cached_property
    def _validator(self) -> SchemaValidator:
        return SchemaValidator(tightened(self._adapter.core_schema))


def tightened(schema: Any) -> Any:  # noqa: ANN401 - a core schema is nested plain data
    """The schema with every field required, no other allowed, and times in UTC: what dataclasses cannot say of themselves."""
    match schema:
        case {"type": "default", "schema": inner}:
            return tightened(inner)
        case {"type": "datetime"}:
            return core_schema.no_info_after_validator_function(in_utc, core_schema.datetime_schema(tz_constraint="aware"))
        case dict():
            closed = {"extra_behavior": "forbid"} if schema.get("type") == "dataclass-args" else {}
            return {key: tightened(value) for key, value in schema.items()} | closed
        case list():
            return list(map(tightened, schema))
        case _:
            return schema


def in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def fault_of(errors: Sequence[ErrorDetails]) -> UnreadableError:
    """The first fault in words; another format explains all others."""
    other = next((error for error in errors if error["loc"][-1:] == (FORMAT,)), None)
    if other is not None:
        found = 1 if other["type"] == "missing" else other["input"]
        known = found if isinstance(found, int) else "unknown"
        return OtherFormatError(f"its format is {known}, which this program does not read")
    error = errors[0]
    where, context = ".".join(map(str, error["loc"])), error.get("ctx", {})
    match error["type"]:
        case "json_invalid":
            return UnreadableError(f"it is not JSON: {context['error']}")
        case "missing":
            return UnreadableError(f'"{where}" is missing')
        case "unexpected_keyword_argument":
            return UnreadableError(f'"{where}" is unknown')
        case "union_tag_invalid":
            return UnreadableError(f'"{context["tag"]}" is none of {context["expected_tags"]}')
        case _:
            return UnreadableError(f'"{where}": {error["msg"]}' if where else error["msg"])
