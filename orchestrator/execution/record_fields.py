"""Reads one line of JSON strictly, field by field: what is missing, of the wrong type or unknown is an error, never a guess."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from orchestrator.model.identifiers import AccountId

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


class UnreadableRecordError(ValueError):
    """The line is not a record; the message says why."""


def encode(fields: Mapping[str, object]) -> bytes:
    """One line of JSON, without the newline."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def format_moment(moment: datetime) -> str:
    """UTC with microseconds."""
    return moment.astimezone(UTC).strftime(TIME)


class Fields:
    """The fields of one record; each is taken once, and ``done`` refuses those that were never asked for."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._left = dict(fields)

    @classmethod
    def parse(cls, line: bytes) -> "Fields":
        """Raises UnreadableRecordError."""
        try:
            fields = json.loads(line.decode())
        except (ValueError, RecursionError):
            raise UnreadableRecordError("it is not JSON") from None
        if not isinstance(fields, dict):
            raise UnreadableRecordError("it is JSON, but not an object")
        return cls(fields)

    def take(self, name: str, kind: type[T]) -> T:
        """The value of a field that must be there."""
        if name not in self._left:
            raise UnreadableRecordError(f'"{name}" is missing')
        value = self._left.pop(name)
        if not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool):
            raise UnreadableRecordError(f'"{name}" is not {kind.__name__}')
        return value

    def text(self, name: str) -> str:
        return self.take(name, str)

    def number(self, name: str) -> int:
        return self.take(name, int)

    def flag(self, name: str) -> bool:
        return self.take(name, bool)

    def moment(self, name: str) -> datetime:
        try:
            return datetime.strptime(self.text(name), TIME).replace(tzinfo=UTC)
        except ValueError as error:
            raise UnreadableRecordError(f'"{name}" is not a time: {error}') from None

    def member(self, name: str, kind: type[E]) -> E:
        """A value of a closed list of words."""
        try:
            return kind(self.text(name))
        except ValueError as error:
            raise UnreadableRecordError(f'"{name}": {error}') from None

    def accounts(self, name: str) -> tuple[AccountId, ...]:
        found = self.take(name, list)
        if not all(isinstance(account, str) for account in found):
            raise UnreadableRecordError(f'"{name}" is not a list of account ids')
        return tuple(map(AccountId, found))

    def each(self, name: str, read: Callable[["Fields"], T]) -> tuple[T, ...]:
        """A list of objects, each read to its end."""
        found = []
        for item in self.take(name, list):
            if not isinstance(item, dict):
                raise UnreadableRecordError(f'"{name}" holds something other than objects')
            fields = Fields(item)
            found.append(read(fields))
            fields.done()
        return tuple(found)

    def optional(self, name: str, read: Callable[["Fields"], T]) -> T | None:
        """An object that may be null."""
        if self._left.get(name, ...) is None:
            del self._left[name]
            return None
        fields = Fields(self.take(name, dict))
        value = read(fields)
        fields.done()
        return value

    def done(self) -> None:
        """Every field was asked for."""
        if self._left:
            raise UnreadableRecordError(f"unknown: {', '.join(sorted(self._left))}")
