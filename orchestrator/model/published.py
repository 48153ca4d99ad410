"""What the vendor publishes, and how what we allow differs from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.model.catalog import Statement
from orchestrator.model.identifiers import GroupName
from orchestrator.model.permission import Block, ScopeChange
from orchestrator.model.roles import RoleKind


@dataclass(frozen=True, slots=True)
class PublishedStatement:
    """A statement of the vendor's, and the release it stands in."""

    statement: Statement
    source: str


Published = Mapping[GroupName, Mapping[RoleKind, tuple[PublishedStatement, ...]]]
"""By permission group and role. A group or role that is not in it is not published."""


@dataclass(frozen=True, slots=True)
class VendorDifference:
    """Actions that one role is allowed otherwise than published, all in the same way, and why.

    ``before`` is the vendor's scope, ``after`` ours; ``sources`` are the releases that were compared, none where nothing is published.
    """

    group: GroupName
    role: RoleKind
    change: ScopeChange
    actions: tuple[str, ...]
    before: tuple[Block, ...] = ()
    after: tuple[Block, ...] = ()
    because: str = ""
    sources: tuple[str, ...] = ()
