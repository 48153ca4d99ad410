"""Writes values down as Python that makes them again: dataclasses, enumerations, times and plain collections."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

WIDTH = 120


class Writer:
    """Writes expressions, and knows afterwards what they need to be imported."""

    def __init__(self) -> None:
        self._needed: dict[str, set[str]] = {}

    def imports(self) -> str:
        return "".join(f"from {module} import {', '.join(sorted(names))}\n" for module, names in sorted(self._needed.items()))

    def write(self, value: object, depth: int = 0) -> str:
        """An expression, on one line where that is short. Raises TypeError for what has no such form."""
        match value:
            case Enum():
                return f"{self._name(type(value))}.{value.name}"
            case None | bool() | int() | float() | str() | bytes():
                return repr(value)
            case datetime() if value.tzinfo is not None:
                self._need("datetime", "UTC")
                return f"{self._name(datetime)}.fromtimestamp({value.timestamp()!r}, UTC)"
            case timedelta():
                return f"{self._name(timedelta)}(seconds={value.total_seconds()!r})"
            case _:
                return self._write_parts(value, depth)

    def _write_parts(self, value: object, depth: int) -> str:
        match value:
            case Mapping():
                return spread(
                    "{", [f"{self.write(key, depth + 1)}: {self.write(item, depth + 1)}" for key, item in value.items()], "}", depth
                )
            case tuple() | list():
                begin, end = ("(", ",)" if len(value) == 1 else ")") if isinstance(value, tuple) else ("[", "]")
                return spread(begin, [self.write(item, depth + 1) for item in value], end, depth)
            case frozenset() | set():
                items = [self.write(item, depth + 1) for item in sorted(value, key=repr)]
                return spread(f"{type(value).__name__}([", items, "])", depth)
            case _ if is_dataclass(value) and not isinstance(value, type):
                given = [(field.name, getattr(value, field.name)) for field in fields(value) if field.init and is_given(value, field)]
                return spread(f"{self._name(type(value))}(", [f"{name}={self.write(item, depth + 1)}" for name, item in given], ")", depth)
            case _:
                raise TypeError(f"a {type(value).__name__} cannot be written down")

    def _name(self, kind: type | Callable[..., Any]) -> str:
        return self._need(kind.__module__, kind.__qualname__)

    def _need(self, module: str, name: str) -> str:
        self._needed.setdefault(module, set()).add(name)
        return name


def is_given(value: object, field: "Field[Any]") -> bool:
    """Whether the value differs from the field's default."""
    default = field.default_factory() if field.default_factory is not MISSING else field.default
    return default is MISSING or getattr(value, field.name) != default


def spread(begin: str, items: list[str], end: str, depth: int) -> str:
    """On one line, or one item a line."""
    line = f"{begin}{', '.join(items)}{end}"
    if len(line) + 4 * depth <= WIDTH and "\n" not in line:
        return line
    inner, outer = " " * 4 * (depth + 1), " " * 4 * depth
    return begin + "\n" + "".join(f"{inner}{item},\n" for item in items) + outer + end.lstrip(",")
