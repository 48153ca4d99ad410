"""Known ways from permission to privilege, what bounds those our roles touch, and what to watch them by."""

from dataclasses import dataclass
from enum import StrEnum

from orchestrator.model.guardrail import Guardrail
from orchestrator.model.roles import RoleKind


@dataclass(frozen=True, slots=True)
class Way:
    """A published way by its id (pathfinding.cloud); ``actions`` are all needed. ``technique`` is MITRE ATT&CK's id, or empty."""

    id: str
    actions: tuple[str, ...]
    technique: str = ""


class Weight(StrEnum):
    """INHERENT: the platform cannot work without it. AVOIDABLE: a group set that can be withheld, or an option, takes it away."""

    INHERENT = "inherent"
    AVOIDABLE = "avoidable"


@dataclass(frozen=True, slots=True)
class Bound:
    """What keeps a way that some roles touch from leading further, and how to do without it; ``guardrail`` holds it from outside."""

    way: str
    roles: tuple[RoleKind, ...]
    weight: Weight
    bounded_by: str
    guardrail: Guardrail | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """An event in CloudTrail worth an alarm when one of these roles causes it; ``guardrail`` denies what should never be."""

    event: str
    source: str
    action: str
    because: str
    guardrail: Guardrail | None = None


@dataclass(frozen=True, slots=True)
class Privileges:
    """Everything known, as the catalog has it."""

    ways: tuple[Way, ...]
    bounds: tuple[Bound, ...]
    alarms: tuple[Alarm, ...]

    def bound_of(self, way: Way, role: RoleKind) -> Bound | None:
        """What bounds a way in one role; None where the catalog does not say."""
        return next((bound for bound in self.bounds if bound.way == way.id and role in bound.roles), None)
