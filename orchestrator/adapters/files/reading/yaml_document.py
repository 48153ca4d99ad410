"""Reads a YAML file into plain values with their positions, so that every problem names file, line and column.

Duplicate keys, unknown tags and keys that are no text are collected, not raised: the rest of the file is still checked.
YAML 1.2: ``on`` and ``no`` are text, ``true`` is a boolean. Dates stay text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from orchestrator.errors import ConfigurationError, Problem
from orchestrator.model.letters import REPLACEMENT, whole

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
Location = tuple[str | int, ...]
"""Keys and list indices from the top of a file down to a value."""

TAG = "tag:yaml.org,2002:"
UNTYPED = ("str", "timestamp")
SCALARS = ("int", "float", "bool", "null")
MOST_REPEATED = 100_000
"""Values that aliases may repeat; only nested aliases reach it."""

HALF_LETTERS = re.compile("[\ud800-\udfff]")
"""Surrogates: JSON writes a letter beyond U+FFFF as two escapes, and YAML reads each for itself."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A position, counted from one, and the scalar there as written."""

    line: int
    column: int
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is YAML. ``keys`` and ``values`` hold the place of every key and of every value."""

    path: Path
    data: Plain
    values: Mapping[Location, Mark]
    keys: Mapping[Location, Mark]
    problems: tuple[Problem, ...] = ()

    def mark(self, at: Location, *, key: bool = False) -> Mark:
        """The place of a value, or of its key; of the nearest thing around it when it is not in the file."""
        if key and at in self.keys:
            return self.keys[at]
        while at and at not in self.values:
            at = at[:-1]
        return self.values.get(at, Mark(1, 1))

    def where(self, at: Location = (), *, key: bool = False) -> str:
        """``file:line:column`` of a value, or of its key."""
        return place(self.path, self.mark(at, key=key))


def place(path: Path, mark: Mark) -> str:
    return f"{path}:{mark.line}:{mark.column}"


def load_document(path: Path, *, when_missing: str = "Check the name of the file.") -> Document:
    """Read a file. Raises ConfigurationError when it cannot be read, is empty or is not YAML; ``when_missing`` is the remedy."""
    return read_document(path, read_text(path, when_missing))


@lru_cache(maxsize=64)
def read_document(path: Path, text: str) -> Document:
    """Each text is parsed once: profiles share their groups, and parsing dominates short commands."""
    yaml = YAML(typ="safe", pure=True)
    try:
        root = yaml.compose(text)
        if root is None:
            raise refuse(f"{path}:1:1", "the file is empty.", "`orchestrator init` in an empty folder shows what belongs there.")
        reader = Reader(path, yaml)
        data = reader.read(root, ())
    except YAMLError as error:
        raise ConfigurationError([describe_syntax_error(path, text, error)]) from error
    except RecursionError as error:
        raise refuse(f"{path}:1:1", "values lie too deep inside each other, or an alias contains itself.", "Flatten them.") from error
    return Document(path, data, reader.values, reader.keys, tuple(reader.problems))


def read_text(path: Path, when_missing: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise refuse(str(path), "there is no such file.", when_missing) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        column = error.start - error.object.rfind(b"\n", 0, error.start)
        raise refuse(f"{path}:{line}:{column}", "the file is not UTF-8 text.", "Save it with the encoding UTF-8.") from error
    except OSError as error:
        raise refuse(str(path), f"the file cannot be read: {error.strerror}.", "It must be a file that you may read.") from error


def refuse(where: str, message: str, remedy: str) -> ConfigurationError:
    return ConfigurationError([Problem(where, message, remedy)])


def describe_syntax_error(path: Path, text: str, error: YAMLError) -> Problem:
    """Where the parser stopped, and where the construct it was reading starts."""
    if isinstance(error, ReaderError):
        before = text[: error.position]
        where = place(path, Mark(before.count("\n") + 1, len(before) - before.rfind("\n")))
        return Problem(where, f"the character {chr(error.character)!r} is not allowed in YAML.", "Remove it.")
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    if mark is None or not isinstance(error, MarkedYAMLError):
        return Problem(f"{path}:1:1", f"this is not YAML: {error}.", "Correct it.")
    where = place(path, Mark(mark.line + 1, mark.column + 1))
    return Problem(where, f"this is not YAML: {error.problem}{describe_context(error)}.", advise(str(error.problem)))


def describe_context(error: MarkedYAMLError) -> str:
    return f" ({error.context}, which begins at line {error.context_mark.line + 1})" if error.context and error.context_mark else ""


def advise(problem: str) -> str:
    """The most likely mistake: tabs, an open quote or bracket, text with a colon in it."""
    if "\\t" in problem:
        return "Indent with spaces; YAML allows no tabs."
    if "end of stream" in problem:
        return "Close the quote or the bracket."
    if "mapping values are not allowed" in problem:
        return "Check the indentation, and quote texts that contain a colon."
    if "another document" in problem:
        return "Keep one document per file: remove the line ---."
    return "Check indentation, quotes and brackets."


class Reader:
    """Turns nodes into plain values and records their positions."""

    def __init__(self, path: Path, yaml: YAML) -> None:
        self.path = path
        self.yaml = yaml
        self.values: dict[Location, Mark] = {}
        self.keys: dict[Location, Mark] = {}
        self.problems: list[Problem] = []
        self.nodes: set[Node] = set()
        self.repeated = 0

    def read(self, node: Node, at: Location) -> Plain:
        self.values[at] = mark_of(node)
        self.visit(node)
        if isinstance(node, MappingNode):
            return self.read_mapping(node, at)
        if isinstance(node, SequenceNode):
            return [self.read(item, (*at, index)) for index, item in enumerate(node.value)]
        return self.read_scalar(node)

    def visit(self, node: Node) -> None:
        """Raises ConfigurationError once aliases repeat more than any sensible file does: they can make a short text endless."""
        self.repeated += node in self.nodes
        self.nodes.add(node)
        if self.repeated > MOST_REPEATED:
            where = place(self.path, mark_of(node))
            raise refuse(where, f"aliases repeat more than {MOST_REPEATED:,} values, this one among them.", "Write it with fewer aliases.")

    def read_scalar(self, node: Node) -> Plain:
        """Text stays as it was written; only numbers, booleans and null mean something else."""
        kind = str(node.tag).removeprefix(TAG)
        if kind in SCALARS:
            return self.read_number(node)
        if kind not in UNTYPED:
            self.complain(node, f"the tag {node.tag} means nothing here.", "Remove it.")
        return self.read_text(node)

    def read_text(self, node: Node) -> str:
        """The text, with letters made whole that were escaped as two halves, as JSON does."""
        text = str(node.value)
        if not HALF_LETTERS.search(text):
            return text
        if whole(text).count(REPLACEMENT) > text.count(REPLACEMENT):
            self.complain(node, "the text holds half a letter, a surrogate without its other half.", "Write the letter itself.")
        return whole(text)

    def read_number(self, node: Node) -> bool | float | str | None:
        """Also reads booleans and null; a number beyond what Python converts stays text."""
        try:
            value: bool | float | str | None = self.yaml.constructor.construct_object(node)
        except ValueError:
            return str(node.value)
        return value

    def read_mapping(self, node: MappingNode, at: Location) -> dict[str, Plain]:
        """The mapping with its merged keys (``<<``) filled in; of a key given twice the first counts."""
        found: dict[str, Plain] = {}
        merged: dict[str, Plain] = {}
        for key, value in sorted(node.value, key=lambda entry: not is_merge(entry[0])):
            if is_merge(key):
                merged |= self.read_merged(value, at)
            elif isinstance(key, ScalarNode):
                self.read_entry(found, key, value, at)
            else:
                self.complain(key, "a key must be a text.", "Write it on one line, without brackets.")
        return merged | found

    def read_entry(self, found: dict[str, Plain], key: ScalarNode, value: Node, at: Location) -> None:
        name = self.read_text(key)
        here = (*at, name)
        if name in found:
            first = self.keys[here].line
            self.complain(key, f'the key "{name}" is given twice; the first is at line {first}.', "Keep one of them.")
            return
        self.keys[here] = mark_of(key)
        found[name] = self.read(value, here)
        if value.tag == f"{TAG}null" and not value.value:
            self.values[here] = self.keys[here]  # an absent value stands on some later line; its key is the place to look at

    def read_merged(self, node: Node, at: Location) -> dict[str, Plain]:
        """What ``<<`` brings in: one mapping, or several of which the first wins."""
        sources = node.value if isinstance(node, SequenceNode) else [node]
        merged: dict[str, Plain] = {}
        for source in reversed(sources):
            self.visit(source)
            if isinstance(source, MappingNode):
                merged |= self.read_mapping(source, at)
            else:
                self.complain(node, "<< takes a mapping.", "Name one with *.")
        return merged

    def complain(self, node: Node, message: str, remedy: str) -> None:
        self.problems.append(Problem(place(self.path, mark_of(node)), message, remedy))


def is_merge(key: Node) -> bool:
    return bool(key.tag == f"{TAG}merge")


def mark_of(node: Node) -> Mark:
    start = node.start_mark
    return Mark(start.line + 1, start.column + 1, str(node.value) if isinstance(node, ScalarNode) else "")


def mapping(data: Plain, *at: str) -> dict[str, Plain]:
    found = lookup(data, at)
    return found if isinstance(found, dict) else {}


def items(data: Plain, *at: str) -> list[Plain]:
    found = lookup(data, at)
    return found if isinstance(found, list) else []


def lookup(data: Plain, at: Location) -> Plain:
    for key in at:
        data = data.get(str(key)) if isinstance(data, dict) else None
    return data
