"""The four IAM roles a rollout knows, and where each of them lives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from orchestrator.model.identifiers import AccountId
from orchestrator.model.selectors import Selector


class RoleKind(StrEnum):
    """Which role: two in the hub account, one in member accounts, one in the management account."""

    PLATFORM = "platform"
    ACQUISITION = "acquisition"
    SPOKE = "spoke"
    DISCOVERY = "discovery"

    @property
    def is_hub(self) -> bool:
        """Platform and acquisition live in the hub account alone."""
        return self in (RoleKind.PLATFORM, RoleKind.ACQUISITION)


class Handling(StrEnum):
    """What becomes of a role of that name which an account has already.

    ATTACH: the role stays as it is, and our policies are added to it. LEAVE: the account gets no group set of this role.
    """

    ATTACH = "attach"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class ExistingRole:
    """How the accounts that ``where`` selects are handled: the role exists there already, made by others."""

    where: Selector
    handling: Handling
    because: str
    location: str = field(default="", compare=False)

    @property
    def description(self) -> str:
        """As it is shown beside an account."""
        return f"{self.handling}: {self.because}"


@dataclass(frozen=True, slots=True)
class Role:
    """What rollout.yaml says of one role.

    ``account`` is set for the hub roles alone. ``max_session`` is in seconds. With ``managed`` false the role
    exists already: nothing is deployed for it, policies only attach to it. ``existing`` says the same of single accounts.
    """

    kind: RoleKind
    name: str
    account: AccountId | None = None
    trusted: tuple[RoleKind, ...] = ()
    external_id: str | None = field(default=None, repr=False)
    managed: bool = True
    path: str = "/"
    permissions_boundary: str | None = None
    max_session: int = 43_200
    tags: Mapping[str, str] = field(default_factory=dict)
    existing: tuple[ExistingRole, ...] = ()
