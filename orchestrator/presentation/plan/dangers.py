"""Actions that a reader must see by name: those the settings call sensitive, and those that are powerful wherever they stand."""

from collections.abc import Iterable, Sequence

from orchestrator.model.permission import PermissionChange, RoleChange, ScopeChange
from orchestrator.model.plan import Plan
from orchestrator.model.powerful_actions import Power, powers_of
from orchestrator.planning.permissions import is_sensitive, sensitive_notices
from orchestrator.planning.widening import widening_notices

POWERS = list(Power)


def sensitive_among(actions: Iterable[str], patterns: Sequence[str]) -> tuple[str, ...]:
    """The sensitive and the powerful ones, what hands on permissions first."""
    lowered = tuple(pattern.lower() for pattern in patterns)
    found = [action for action in actions if is_sensitive(action, lowered) or any(powers_of(action))]
    return tuple(sorted(found, key=lambda action: (rank(action), action)))


def rank(action: str) -> int:
    return min((POWERS.index(powerful.power) for powerful in powers_of(action)), default=len(POWERS))


def newly_sensitive(plan: Plan) -> dict[str, dict[str, set[int]]]:
    """Role to the sensitive actions it may do more with, each with the numbers of accounts."""
    found: dict[str, dict[str, set[int]]] = {}
    for row in plan.permissions:
        for action in sensitive_among(row.gains, plan.header.sensitive_actions):
            found.setdefault(row.role, {}).setdefault(action, set()).add(row.accounts)
    return {role: dict(sorted(actions.items(), key=lambda entry: (rank(entry[0]), entry[0]))) for role, actions in found.items()}


def explained(actions: Iterable[str]) -> list[str]:
    """``ec2:DeleteSnapshot, ec2:DeleteVolume (can delete disks and snapshots)``, each reason once; those without one as they are."""
    reasons: dict[str, list[str]] = {}
    for action in actions:
        reasons.setdefault(" and ".join(dict.fromkeys(power.why for power in powers_of(action))), []).append(action)
    return [f"{', '.join(names)} ({why})" if why else ", ".join(names) for why, names in reasons.items()]


def widened(plan: Plan) -> tuple[tuple[PermissionChange, ...], tuple[RoleChange, ...]]:
    """Actions that were allowed and are more widely, and roles that more may come into."""
    permissions = tuple(row for row in plan.permissions if row.change in (ScopeChange.WIDER, ScopeChange.OTHER))
    return permissions, tuple(row for row in plan.roles if row.widens)


def other_notices(plan: Plan) -> tuple[str, ...]:
    """The notices without those that rows of permissions and roles say by themselves."""
    said = {*sensitive_notices(plan.permissions, plan.header.sensitive_actions), *widening_notices(plan.permissions, plan.roles)}
    return tuple(notice for notice in plan.notices if notice not in said)
