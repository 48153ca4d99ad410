"""How what a role may do changes, in the words of a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from orchestrator.model.identifiers import StackSetName
from orchestrator.model.roles import RoleKind


class ScopeChange(StrEnum):
    """Decided by inclusion of resources and conditions. NEW, WIDER and OTHER allow something that was denied."""

    NEW = "new"
    WIDER = "wider"
    OTHER = "other"
    NARROWER = "narrower"
    GONE = "gone"

    @property
    def allows_more(self) -> bool:
        """Some request that was denied is allowed."""
        return self in (ScopeChange.NEW, ScopeChange.WIDER, ScopeChange.OTHER)


@dataclass(frozen=True, slots=True)
class Block:
    """Resources that are allowed under the same conditions: operator to key to values, as in a policy."""

    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PermissionChange:
    """Actions whose scope changes alike for one role in the same accounts; an action is in one row per account.

    ``before`` is empty for what is new, ``after`` for what is gone. ``because`` are the reasons of the changes behind it, each once.
    """

    accounts: int
    role: RoleKind
    change: ScopeChange
    actions: tuple[str, ...]
    before: tuple[Block, ...] = ()
    after: tuple[Block, ...] = ()
    because: tuple[str, ...] = field(default=(), compare=False)

    @property
    def gains(self) -> tuple[str, ...]:
        """The actions, where some request that was denied is allowed."""
        return self.actions if self.change.allows_more else ()

    @property
    def loses(self) -> tuple[str, ...]:
        """The actions, where requests are only taken away."""
        return () if self.change.allows_more else self.actions


class RoleChangeKind(StrEnum):
    """Whether the role itself comes, goes or stays."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class RoleChange:
    """One property of a role, in words, in a number of accounts. ``widens``: a principal may do more, or may come in that could not."""

    role_set: StackSetName
    accounts: int
    change: RoleChangeKind
    property: str
    before: str
    after: str
    widens: bool = False
