"""How two plans of one rollout differ: what a reviewer who signed the one has yet to look at in the other."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from orchestrator.model.identifiers import AccountId, GroupSetName, StackSetName
from orchestrator.model.permission import PermissionChange, RoleChange
from orchestrator.model.plan import ChangeKind
from orchestrator.model.state import Window
from orchestrator.model.temporary import TemporaryState

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Entry(Generic[V]):
    """What the plans say of one subject, in these accounts alike; None: nothing. Without accounts it is of the plan as a whole."""

    subject: str
    before: V | None
    after: V | None
    accounts: tuple[AccountId, ...] = ()


@dataclass(frozen=True, slots=True)
class Intention:
    """What a plan does to an instance of a StackSet, and why."""

    change: ChangeKind
    because: str


@dataclass(frozen=True, slots=True)
class ChangeDifference:
    """What the plans do to one StackSet in these accounts. ``is_done``: the later plan does nothing there and found it done."""

    stack_set: StackSetName
    group_set: GroupSetName | None
    before: Intention | None
    after: Intention | None
    is_done: bool
    accounts: tuple[AccountId, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a plan saw a temporary grant, and the window it ``opens`` or moves."""

    state: TemporaryState
    window: Window | None
    opens: Window | None
    asked_for: str | None
    excluded: str | None


@dataclass(frozen=True, slots=True)
class Texts:
    """Sentences that only one of the plans has."""

    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDifference:
    """From the earlier plan to the later one. ``permissions`` and ``roles`` compare the roles as each plan leaves them.

    ``waves`` has accounts that both plans change, in another wave each; ``targets`` those that were renamed, moved or have another state.
    """

    settings: tuple[Entry[str], ...]
    summary: tuple[Entry[int], ...]
    overrides: Texts
    violations: Texts
    notices: Texts
    warnings: Texts
    rules: Texts
    temporary: tuple[Entry[Standing], ...]
    permissions: tuple[PermissionChange, ...]
    roles: tuple[RoleChange, ...]
    changes: tuple[ChangeDifference, ...]
    waves: tuple[Entry[str], ...]
    excluded: tuple[Entry[str], ...]
    withheld: tuple[Entry[str], ...]
    targets: tuple[Entry[str], ...]

    @property
    def is_empty(self) -> bool:
        """The plans say the same, but for when, by whom and from what they were made."""
        parts = (getattr(self, name) for name in self.__slots__)
        return all(part in ((), Texts()) for part in parts)
