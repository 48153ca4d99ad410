"""Reads config/catalog/guardrails.yaml: the service control policies that are rendered beside the templates."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from orchestrator.adapters.files.catalog.file import reference_file
from orchestrator.adapters.files.catalog.groups import read_conditions
from orchestrator.adapters.files.catalog.schema import Action, ConditionsEntry, ParameterName, ParametersFile, SetName, Suffix, Text
from orchestrator.adapters.files.reading.validation import Entry, report, validate
from orchestrator.adapters.files.reading.yaml_document import Document, load_document
from orchestrator.errors import ConfigurationError, Problem
from orchestrator.model.catalog import Statement
from orchestrator.model.guardrail import Guardrail, GuardrailStatement
from orchestrator.model.nearness import did_you_mean
from orchestrator.templates.guardrails import OWN_VALUES
from orchestrator.templates.placeholders import used


class GuardrailStatementSchema(Entry):
    """A Deny. It is left out while a parameter in ``when_set`` is empty."""

    id: Suffix
    actions: Annotated[list[Action], Field(min_length=1)]
    resources: Annotated[list[Text], Field(min_length=1)]
    conditions: ConditionsEntry = Field(default_factory=dict)
    when_set: list[ParameterName] = Field(default_factory=list)


class GuardrailSchema(Entry):
    purpose: Text
    binds: Text
    may_break: Text
    statements: Annotated[list[GuardrailStatementSchema], Field(min_length=1)]


class GuardrailsFile(Entry):
    guardrails: dict[SetName, GuardrailSchema]


def load_guardrails(folder: Path) -> tuple[Guardrail, ...]:
    """Those of the catalog. Raises ConfigurationError with every problem of the file."""
    document = load_document(reference_file(folder, "guardrails.yaml"))
    parsed, faults = validate(document, GuardrailsFile)
    if parsed is None:
        raise ConfigurationError(report(document, faults))
    if problems := tuple(unknown_placeholders(parsed, document, parameter_names(folder))):
        raise ConfigurationError(problems)
    return tuple(
        Guardrail(name, item.purpose, item.binds, item.may_break, tuple(map(statement_of, item.statements)))
        for name, item in parsed.guardrails.items()
    )


def parameter_names(folder: Path) -> frozenset[str]:
    """Those of parameters.yaml, whose own problems are reported with the catalog."""
    parsed, _ = validate(load_document(reference_file(folder, "parameters.yaml")), ParametersFile)
    return frozenset(parsed.parameters if parsed else ())


def unknown_placeholders(parsed: GuardrailsFile, document: Document, parameters: frozenset[str]) -> Iterator[Problem]:
    """A value that nothing fills would leave its statement out for good."""
    known = parameters.union(OWN_VALUES)
    for name, item in parsed.guardrails.items():
        for index, entry in enumerate(item.statements):
            for unknown in sorted({*used([statement_of(entry).statement]), *entry.when_set} - known):
                where = document.where(("guardrails", name, "statements", index))
                yield Problem(where, f"nothing fills ${{{unknown}}}.", did_you_mean(unknown, known))


def statement_of(entry: GuardrailStatementSchema) -> GuardrailStatement:
    statement = Statement(entry.id, tuple(entry.actions), tuple(entry.resources), read_conditions(entry.conditions))
    return GuardrailStatement(statement, tuple(entry.when_set))
