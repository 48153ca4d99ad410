"""Reads config/catalog/privileges.yaml: known ways to privilege, their bounds, alarms."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from orchestrator.adapters.files.catalog.file import reference_file
from orchestrator.adapters.files.catalog.guardrails import load_guardrails
from orchestrator.adapters.files.catalog.schema import Action, Role, SetName, Text
from orchestrator.adapters.files.reading.validation import Entry, report, validate
from orchestrator.adapters.files.reading.yaml_document import load_document
from orchestrator.errors import ConfigurationError, Problem
from orchestrator.model.privilege import Alarm, Bound, Privileges, Way, Weight
from orchestrator.model.roles import RoleKind

WayId = Annotated[str, Field(pattern=r"^[a-z0-9-]+-[0-9]{3}$")]
Technique = Annotated[str, Field(pattern=r"^(T[0-9]{4}(\.[0-9]{3})?)?$")]


class WaySchema(Entry):
    id: WayId
    actions: Annotated[list[Action], Field(min_length=1)]
    technique: Technique = ""


class BoundSchema(Entry):
    way: WayId
    roles: Annotated[list[Role], Field(min_length=1)]
    weight: Literal["inherent", "avoidable"]
    bounded_by: Text
    guardrail: SetName | None = None


class AlarmSchema(Entry):
    event: Text
    source: Text
    action: Action
    because: Text
    guardrail: SetName | None = None


class PrivilegesFile(Entry):
    ways: list[WaySchema]
    bounds: list[BoundSchema]
    alarms: list[AlarmSchema]


def load_privileges(folder: Path) -> Privileges:
    """What the catalog knows. Raises ConfigurationError with every problem of the file."""
    document = load_document(reference_file(folder, "privileges.yaml"))
    parsed, faults = validate(document, PrivilegesFile)
    if parsed is None:
        raise ConfigurationError(report(document, faults))
    guardrails = {guardrail.name: guardrail for guardrail in load_guardrails(folder)}
    if problems := tuple(unknown_names(parsed, guardrails, str(reference_file(folder, "privileges.yaml")))):
        raise ConfigurationError(problems)
    return Privileges(
        ways=tuple(Way(way.id, tuple(way.actions), way.technique) for way in parsed.ways),
        bounds=tuple(
            Bound(
                bound.way,
                tuple(map(RoleKind, bound.roles)),
                Weight(bound.weight),
                bound.bounded_by,
                guardrails[bound.guardrail] if bound.guardrail else None,
            )
            for bound in parsed.bounds
        ),
        alarms=tuple(
            Alarm(alarm.event, alarm.source, alarm.action, alarm.because, guardrails[alarm.guardrail] if alarm.guardrail else None)
            for alarm in parsed.alarms
        ),
    )


def unknown_names(parsed: PrivilegesFile, guardrails: Collection[str], place: str) -> Iterator[Problem]:
    if strangers := sorted({bound.way for bound in parsed.bounds} - {way.id for way in parsed.ways}):
        yield Problem(place, f"bounds name unknown ways: {', '.join(strangers)}.", "Name a way of the list above.")
    named = (*(bound.guardrail for bound in parsed.bounds), *(alarm.guardrail for alarm in parsed.alarms))
    if strangers := sorted({name for name in named if name} - set(guardrails)):
        yield Problem(place, f"there is no guardrail {', '.join(strangers)}.", f"guardrails.yaml has {', '.join(guardrails)}.")
