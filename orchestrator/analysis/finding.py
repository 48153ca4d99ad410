"""A finding of the linter about a statement, alone or together with everything else its role can get."""

from dataclasses import dataclass
from enum import StrEnum

from orchestrator.model.identifiers import GroupName
from orchestrator.model.roles import RoleKind


class Rule(StrEnum):
    """What may be wrong. The first five mean that something is not granted although it is written."""

    UNKNOWN_ACTION = "unknown-action"
    DEAD_RESOURCE = "dead-resource"
    DEAD_CONDITION = "dead-condition"
    PARTLY_DEAD = "partly-dead"
    UNKNOWN_OPERATOR = "unknown-operator"
    SPELLING = "spelling"
    UNDONE_CONDITION = "undone-condition"
    FORGEABLE_TAG = "forgeable-tag"
    OVERBROAD = "overbroad"
    STALE_ACCEPTANCE = "stale-acceptance"


class Severity(StrEnum):
    """How much it matters: high can take over or take away, medium changes things, low is untidy."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Finding:
    """``role`` is the variant; ``in_union`` says it takes other group sets of that role too. ``because`` is set once it is accepted."""

    rule: Rule
    severity: Severity
    group: GroupName
    role: RoleKind
    sid: str
    action: str
    message: str
    in_union: bool = False
    because: str | None = None
    location: str = ""
