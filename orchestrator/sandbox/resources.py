"""What a stack can hold: the protocol every resource type follows, and how properties are compared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from orchestrator.sandbox.iam_store import IamStore

Properties = Mapping[str, Any]
DriftStatus = Literal["IN_SYNC", "MODIFIED", "DELETED", "NOT_CHECKED"]
Ask = Callable[[str, str], None]
"""Takes an action and an ARN; raises IamFailure where who asked for the stack's operation may not do that."""


def everything(action: str, arn: str) -> None:
    """The administrator of an account may do everything in it."""
    del action, arn


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resource goes: the account's IAM, the stack that owns it with its tags, and what is asked before IAM is.

    Roles made after ``shown`` are not seen yet.
    """

    iam: IamStore
    stack_name: str
    logical_id: str
    tags: Mapping[str, str]
    suffix: str
    at: datetime
    shown: datetime
    ask: Ask = everything

    def generated_name(self) -> str:
        """CloudFormation's name for a resource without one: stack, logical id and a random part."""
        return f"{self.stack_name[:24]}-{self.logical_id[:24]}-{self.suffix}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One property that is not as the template says."""

    path: str
    expected: str
    actual: str


class ResourceType(Protocol):
    """Every method raises IamFailure when the account says no. ``identified_by`` are the properties that name it in the account."""

    @property
    def identified_by(self) -> tuple[str, ...]: ...

    def replaces(self, old: Properties, new: Properties) -> bool:
        """Whether the change needs a new resource in place of the old one."""

    def create(self, place: Place, properties: Properties) -> str:
        """Make it; returns its physical id."""

    def update(self, place: Place, physical: str, old: Properties, new: Properties) -> None: ...

    def delete(self, place: Place, physical: str, properties: Properties) -> None:
        """Take it away; one that is gone already is no failure."""

    def attributes(self, place: Place, physical: str) -> Mapping[str, str]:
        """What Fn::GetAtt can ask for."""

    def exists(self, place: Place, physical: str) -> bool: ...

    def differences(self, place: Place, physical: str, properties: Properties) -> list[Difference]:
        """How the account differs from the properties the template sets; only those are compared."""


def changed(old: Properties, new: Properties, *names: str) -> bool:
    return any(old.get(name) != new.get(name) for name in names)
