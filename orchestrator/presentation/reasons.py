"""The rules behind a row of permissions, each shown once."""

from collections.abc import Iterable, Mapping

from orchestrator.model.permission import PermissionChange
from orchestrator.model.plan import Plan
from orchestrator.presentation.words import rules_in


def permission_reasons(plan: Plan) -> tuple[tuple[PermissionChange, tuple[str, ...]], ...]:
    """Each row of permissions, in the plan's order, with its reasons; one that names several rules is shown as several."""
    return tuple((row, apart(row.because, plan.rules)) for row in plan.permissions)


def apart(reasons: Iterable[str], rules: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for because in reasons for part in rules_in(because, rules) or (because,)))
