"""Where the external id of a role comes from: the file itself, a variable of the environment, or another file that is not in git."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag

from orchestrator.adapters.files.reading.choice import WORD, check_choice, tag_of
from orchestrator.adapters.files.reading.texts import EXTERNAL_ID, ExternalIdText, LineText, Matching
from orchestrator.adapters.files.reading.validation import Entry, Fault
from orchestrator.adapters.files.reading.yaml_document import Plain
from orchestrator.model.roles import RoleKind

LARGEST = 8192
"""Bytes read of a file: more than any external id has."""

VariableText = Annotated[
    str, Matching(r"^[A-Za-z_][A-Za-z0-9_]*$", "the name of a variable of the environment", "Write its name alone, without $.", secret=True)
]


class FromVariable(Entry):
    env: VariableText = Field(description="The variable of the environment that holds it")


class FromFile(Entry):
    file: LineText = Field(description="The file that holds it and nothing else, relative to the folder of this file")


Source: TypeAlias = str | FromVariable | FromFile


def check_source(value: Plain) -> Plain:
    """A mapping says where it is; a text is the id itself."""
    return check_choice("place of an external id", (), ("env", "file"))(value) if isinstance(value, dict) else value


ExternalIdEntry = Annotated[
    Annotated[ExternalIdText, Tag(WORD)] | Annotated[FromVariable, Tag("<env>")] | Annotated[FromFile, Tag("<file>")],
    Discriminator(tag_of),
    BeforeValidator(check_source),
]


def read_external_ids(sources: Mapping[RoleKind, Source], folder: Path) -> tuple[Mapping[RoleKind, str], tuple[Fault, ...]]:
    """The external ids by role, and what is wrong with those that cannot be had."""
    found: dict[RoleKind, str] = {}
    faults = []
    for kind, source in sources.items():
        try:
            found[kind] = external_id_of(source, folder)
        except ValueError as error:
            remedy = "Set it to the external id, or write another place."
            faults.append(Fault(("roles", kind, "external_id"), f"roles.{kind}.external_id: {error}.", remedy))
    return found, tuple(faults)


def external_id_of(entry: Source, folder: Path) -> str:
    """The id. Raises ValueError with what is wrong, and never with what was found."""
    match entry:
        case FromVariable():
            return checked(os.environ.get(entry.env), f"the variable {entry.env}", "is not set")
        case FromFile():
            return checked(content_of(folder / entry.file), f"the file {folder / entry.file}", "cannot be read")
        case _:
            return entry


def content_of(path: Path) -> str | None:
    """Without the line break editors put at its end."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST).decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        return None


def checked(found: str | None, where: str, when_missing: str) -> str:
    if found is None:
        raise ValueError(f"{where} {when_missing}")
    if not found:
        raise ValueError(f"{where} is empty")
    if not re.fullmatch(EXTERNAL_ID, found, re.ASCII):
        raise ValueError(f"what {where} holds is no external id of 2 to 1224 letters, digits and +=,.@:/_-")
    return found
