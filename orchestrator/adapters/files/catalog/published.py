"""Reads config/catalog/published.yaml: the vendor's statements, which ours are compared with."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from orchestrator.adapters.files.catalog.file import reference_file
from orchestrator.adapters.files.catalog.groups import read_conditions
from orchestrator.adapters.files.catalog.schema import Action, ConditionsEntry, Name, Role, Text
from orchestrator.adapters.files.reading.validation import Entry, report, validate
from orchestrator.adapters.files.reading.yaml_document import load_document
from orchestrator.errors import ConfigurationError
from orchestrator.model.catalog import Statement
from orchestrator.model.identifiers import GroupName
from orchestrator.model.published import Published, PublishedStatement
from orchestrator.model.roles import RoleKind


class PublishedSchema(Entry):
    """``source`` names the release and the file."""

    source: Text
    actions: Annotated[list[Action], Field(min_length=1)]
    resources: list[Text] = Field(default_factory=lambda: ["*"], min_length=1)
    conditions: ConditionsEntry = Field(default_factory=dict)


class PublishedFile(Entry):
    published: dict[Name, dict[Role, list[PublishedSchema]]]


def load_published(folder: Path) -> Published:
    """What the vendor publishes. Raises ConfigurationError with every problem of the file."""
    document = load_document(reference_file(folder, "published.yaml"))
    parsed, faults = validate(document, PublishedFile)
    if parsed is None:
        raise ConfigurationError(report(document, faults))
    return {
        GroupName(name): {RoleKind(role): tuple(statement_of(name, entry) for entry in entries) for role, entries in roles.items()}
        for name, roles in parsed.published.items()
    }


def statement_of(name: str, entry: PublishedSchema) -> PublishedStatement:
    statement = Statement(name, tuple(entry.actions), tuple(entry.resources), read_conditions(entry.conditions))
    return PublishedStatement(statement, entry.source)
