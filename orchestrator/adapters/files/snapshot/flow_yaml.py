"""Writes values as YAML on one line: texts bare where that is safe, in double quotes where it is not."""

import json
import re

from orchestrator.adapters.files.reading.yaml_document import Plain
from orchestrator.model.letters import escape_unseen

BARE = re.compile(r"[A-Za-z/][A-Za-z0-9_./@+ -]*[A-Za-z0-9_/@+-]|/")
OTHER_TYPES = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def flow(value: Plain) -> str:
    """``{id: ou-ab12-11111111, path: /Workloads}``."""
    match value:
        case dict():
            return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(flow, value)) + "]"
        case str():
            return write_text(value)
        case _:
            return json.dumps(value)


def write_text(text: str) -> str:
    if BARE.fullmatch(text) and text.lower() not in OTHER_TYPES:
        return text
    return escape_unseen(json.dumps(text, ensure_ascii=False), lambda letter: f"\\U{ord(letter):08x}")
