"""What a control policy above an account blocks: actions of a group set, of the role that StackSets works with, or of a hub role."""

from dataclasses import dataclass
from enum import StrEnum

from orchestrator.model.identifiers import AccountId


class Concern(StrEnum):
    """Whose calls they are: of the roles by a group set, of StackSets for this rollout, or of a hub role that assumes another."""

    GRANT = "grant"
    ROLLOUT = "rollout"
    ENTRY = "entry"


@dataclass(frozen=True, slots=True)
class Blockage:
    """Actions that one policy blocks alike in these accounts, or may block: then ``depends_on`` has the keys on which that depends.

    ``unit`` is where the policy is attached, a path or an account's id. ``policy`` and ``policy_name`` are empty where no policy there
    allows the actions. ``name`` is the group set, or the role that acts. ``keys`` are those of the statements' conditions, in lower case.
    """

    concern: Concern
    name: str
    type: str
    unit: str
    policy: str
    policy_name: str
    statements: tuple[str, ...]
    actions: tuple[str, ...]
    accounts: tuple[AccountId, ...]
    depends_on: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def is_certain(self) -> bool:
        return not self.depends_on
