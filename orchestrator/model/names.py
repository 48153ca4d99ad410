"""Names in AWS: every StackSet, stack and inline policy is ``<prefix>-<group set or role set>``, tagged as ours."""

from orchestrator.model.identifiers import GroupSetName, StackSetName
from orchestrator.model.roles import RoleKind

MANAGED_BY = "managed-by"
OWNER = "org-permission-orchestrator"
ROLLOUT = "rollout"


def group_stack_set(prefix: str, name: GroupSetName) -> StackSetName:
    """``cado-spoke-kms``."""
    return StackSetName(f"{prefix}-{name}")


def role_stack_set(prefix: str, kind: RoleKind) -> StackSetName:
    """``cado-role-spoke``."""
    return StackSetName(f"{prefix}-role-{kind}")


def role_kind_of(prefix: str, name: StackSetName) -> RoleKind | None:
    """Which role set this is, or None for a group set."""
    return next((kind for kind in RoleKind if role_stack_set(prefix, kind) == name), None)


def group_set_of(prefix: str, name: StackSetName) -> GroupSetName | None:
    """Which group set this is, whether or not the catalog still knows it; None for a role set."""
    return None if role_kind_of(prefix, name) else GroupSetName(name.removeprefix(f"{prefix}-"))


def ownership_tags(prefix: str) -> dict[str, str]:
    """The tags by which we know our own."""
    return {MANAGED_BY: OWNER, ROLLOUT: prefix}
