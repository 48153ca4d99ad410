"""The four IAM roles a rollout knows, and where each of them lives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from orchestrator.model.identifiers import AccountId


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


@dataclass(frozen=True, slots=True)
class Role:
    """What rollout.yaml says of one role.

    ``account`` is set for the hub roles alone. ``max_session`` is in seconds. With ``managed`` false the role
    exists already: nothing is deployed for it, policies only attach to it.
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
