"""Names under which the vendor's own templates make roles."""

from dataclasses import dataclass

from orchestrator.model.roles import RoleKind


@dataclass(frozen=True, slots=True)
class VendorRole:
    """``names`` are globs of what the vendor calls such a role, ``source`` where it does."""

    role: RoleKind
    names: tuple[str, ...]
    source: str
