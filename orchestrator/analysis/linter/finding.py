"""A finding: what the linter holds against a statement, alone or beside everything else its role can get."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from orchestrator.model.identifiers import GroupName
from orchestrator.model.roles import RoleKind


class Rule(StrEnum):
    """What may be wrong."""

    UNKNOWN_ACTION = "unknown-action"
    SPELLING = "spelling"
    DUPLICATE = "duplicate"
    MALFORMED_ARN = "malformed-arn"
    DEAD_RESOURCE = "dead-resource"
    PARTLY_DEAD = "partly-dead"
    DEAD_CONDITION = "dead-condition"
    UNKNOWN_OPERATOR = "unknown-operator"
    MISREAD_VALUE = "misread-value"
    IDLE_CONDITION = "idle-condition"
    OVERBROAD = "overbroad"
    CHANGES_PERMISSIONS = "changes-permissions"
    READS_DATA = "reads-data"
    UNDONE_CONDITION = "undone-condition"
    FORGEABLE_TAG = "forgeable-tag"
    STALE_ACCEPTANCE = "stale-acceptance"


REASONS: Mapping[Rule, str] = {
    Rule.UNKNOWN_ACTION: "AWS ignores an action it does not know, so the statement grants less than it says.",
    Rule.SPELLING: "IAM does not mind the case of an action; simulations, reports and comparisons do.",
    Rule.DUPLICATE: "What stands twice is changed once, and the other one goes on granting it.",
    Rule.MALFORMED_ARN: "IAM matches a pattern that is no ARN against nothing, or refuses the policy.",
    Rule.DEAD_RESOURCE: "An action on a kind of resource it does not work on grants nothing.",
    Rule.PARTLY_DEAD: "An action that is checked on several resources fails when one of them is not allowed.",
    Rule.DEAD_CONDITION: "A condition that can never hold grants nothing.",
    Rule.UNKNOWN_OPERATOR: "IAM refuses a policy with an operator it does not know.",
    Rule.MISREAD_VALUE: "An operator that reads a value otherwise than meant matches never, or something else.",
    Rule.IDLE_CONDITION: "A condition that holds for everybody or everything looks like a limit and is none.",
    Rule.OVERBROAD: "An action that changes something reaches everything of its kind without a limit.",
    Rule.CHANGES_PERMISSIONS: (
        "Who may change permissions, hand on a role or run code with another's rights may do more than the statement says, "
        "whatever condition or narrower ARN stands beside it."
    ),
    Rule.READS_DATA: "Reading disks, logs, images, user data, secrets or output is what an intruder wants first.",
    Rule.UNDONE_CONDITION: "A limit in one group counts for nothing where another group of the same role goes without it.",
    Rule.FORGEABLE_TAG: "A condition on a tag counts for nothing where the same role may set that tag.",
    Rule.STALE_ACCEPTANCE: "A reason holds for what it was given for, and for nothing wider.",
}
"""Why each rule is there."""


class Severity(StrEnum):
    """How much it matters: high can take over or take away, medium changes things, low is untidy."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Finding:
    """``role`` is the variant; ``in_union`` says it takes other statements of that role too, ``beside`` which: group and Sid.

    ``because`` is set once it is accepted.
    """

    rule: Rule
    severity: Severity
    group: GroupName
    role: RoleKind
    sid: str
    action: str
    message: str
    in_union: bool = False
    beside: frozenset[tuple[GroupName, str]] = frozenset()
    because: str | None = None
    location: str = ""

    def together_with(self, place: tuple[GroupName, str]) -> "Finding":
        """The finding is about another statement as well."""
        return replace(self, in_union=True, beside=self.beside | {place})


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a rule says of one statement before it is known whose statement it is. ``action`` is the pattern as written."""

    rule: Rule
    severity: Severity
    action: str
    message: str
