"""Reads config/catalog/privileges.yaml: known ways to privilege, their bounds, alarms."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from orchestrator.adapters.files.catalog.file import reference_file
from orchestrator.adapters.files.catalog.schema import Action, Role, Text
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


class AlarmSchema(Entry):
    event: Text
    source: Text
    action: Action
    because: Text


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
    known = {way.id for way in parsed.ways}
    if strangers := sorted({bound.way for bound in parsed.bounds} - known):
        place = str(reference_file(folder, "privileges.yaml"))
        raise ConfigurationError([Problem(place, f"bounds name unknown ways: {', '.join(strangers)}.", "Name a way of the list above.")])
    return Privileges(
        ways=tuple(Way(way.id, tuple(way.actions), way.technique) for way in parsed.ways),
        bounds=tuple(
            Bound(bound.way, tuple(map(RoleKind, bound.roles)), Weight(bound.weight), bound.bounded_by) for bound in parsed.bounds
        ),
        alarms=tuple(Alarm(alarm.event, alarm.source, alarm.action, alarm.because) for alarm in parsed.alarms),
    )
