"""Snapshots as ``discover`` writes them: YAML with one line of JSON per entry, which is read many times faster than other YAML."""

import json
import re
from collections.abc import Iterable

from orchestrator.adapters.files.reading.yaml_document import HALF_LETTERS, Plain
from orchestrator.model.letters import escape_unseen

HEAD = re.compile(r"(?P<name>[a-z_]+):(?P<value> .+)?")
ITEM = "  - "


def line_of(value: Plain) -> str:
    """JSON that is YAML too; letters that do not show are escapes."""
    return escape_unseen(json.dumps(value, ensure_ascii=False))


def entries_of(text: str) -> dict[str, Plain] | None:
    """The file's values, equal to what the YAML reader gives; None when some line is written in another way, or is not sound."""
    try:
        return read(line for line in text.split("\n") if line and not line.startswith("#"))
    except (ValueError, RecursionError):
        return None


def read(lines: Iterable[str]) -> dict[str, Plain]:
    """Raises ValueError for a line that only the YAML reader understands, or that it would complain about."""
    found: dict[str, Plain] = {}
    section: list[Plain] | None = None
    for line in lines:
        if line.startswith(ITEM) and section is not None:
            section.append(value_of(line.removeprefix(ITEM)))
            continue
        head = HEAD.fullmatch(line)
        if head is None or head["name"] in found:
            raise ValueError(line)
        section = [] if head["value"] is None else None
        found[head["name"]] = section if section is not None else value_of(head["value"])
    return found


def value_of(text: str) -> Plain:
    """One value of JSON. Numbers with a fraction are left to YAML, which knows them by other rules."""
    value: Plain = json.loads(text, object_pairs_hook=without_repeats, parse_float=refuse, parse_constant=refuse)
    if "\\u" in text and HALF_LETTERS.search(json.dumps(value, ensure_ascii=False)):
        raise ValueError(text)
    return value


def without_repeats(pairs: list[tuple[str, Plain]]) -> dict[str, Plain]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(pairs)
    return found


def refuse(text: str) -> Plain:
    raise ValueError(text)
