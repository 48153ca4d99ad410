"""What a stack is: its template and values, the resources it made, and what happened to it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orchestrator.sandbox.resources import Ask, everything


@dataclass(slots=True)
class Resource:
    """``properties`` are those the resource was last given, all functions evaluated."""

    logical_id: str
    type: str
    physical_id: str
    properties: Mapping[str, Any]
    status: str
    at: datetime
    reason: str | None = None
    drift: str = "NOT_CHECKED"


@dataclass(frozen=True, slots=True)
class Event:
    id: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Conflict:
    """A resource that was to be made under an identifier that exists."""

    logical_id: str
    type: str
    identifier: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StackInput:
    """What a caller gives to make or change a stack. ``parameters`` are complete; ``is_validated`` before anything is made."""

    body: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    capabilities: tuple[str, ...] = ()
    description: str | None = None
    is_validated: bool = True


@dataclass(slots=True)
class Stack:
    """``stack_set`` names the StackSet it belongs to; such a stack is not its account's to change.

    ``ask`` is for the caller of the last operation, with whose rights CloudFormation works.
    """

    name: str
    account: str
    region: str
    input: StackInput
    created: datetime
    status: str = "CREATE_IN_PROGRESS"
    reason: str | None = None
    updated: datetime | None = None
    deleted: datetime | None = None
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: list[dict[str, str]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    conflicts: tuple[Conflict, ...] = ()
    protected: bool = False
    stack_set: str | None = None
    drift: str = "NOT_CHECKED"
    drift_at: datetime | None = None
    busy_until: datetime | None = None
    ask: Ask = everything
    id: str = ""

    def __post_init__(self) -> None:
        self.id = self.id or f"arn:aws:cloudformation:{self.region}:{self.account}:stack/{self.name}/{uuid.uuid4()}"

    @property
    def is_failed_create(self) -> bool:
        return self.status in {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"}

    @property
    def was_made(self) -> bool:
        return any((event.physical_id, event.status) == (self.id, "CREATE_COMPLETE") for event in self.events)

    def note(self, status: str, reason: str | None, at: datetime) -> None:
        """Move the stack to a status and remember it as an event."""
        self.status, self.reason = status, reason
        self.events.append(Event(str(uuid.uuid4()), self.name, self.id, "AWS::CloudFormation::Stack", status, reason, at))

    def note_resource(self, resource: Resource, status: str, reason: str | None, at: datetime) -> None:
        resource.status, resource.reason, resource.at = status, reason, at
        self.events.append(Event(str(uuid.uuid4()), resource.logical_id, resource.physical_id, resource.type, status, reason, at))
