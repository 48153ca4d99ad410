"""The rules behind a row of permissions, each shown once."""

from collections.abc import Iterable, Mapping

from orchestrator.model.permission import PermissionChange
from orchestrator.model.plan import Plan
from orchestrator.presentation.words import rules_in


def permission_reasons(plan: Plan) -> tuple[tuple[PermissionChange, tuple[str, ...]], ...]:
    """Each row of permissions, in the plan's order, with its reasons; one that names several rules is shown as several."""
    return tuple((row, apart(row.because, plan.rules)) for row in plan.permissions)


def apart(reasons: Iterable[str], rules: Mapping[str, str]) -> tuple[str, ...]:
    """Rule by rule; what happens to the grants of several rules alike follows them once."""
    alike: dict[str, dict[str, None]] = {}
    for because in reasons:
        names, event = rules_and_event(because, rules)
        alike.setdefault(event, {}).update(dict.fromkeys(names))
    return tuple(part for event, names in alike.items() for part in (*names, *filter(None, [event])))


def rules_and_event(because: str, rules: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """``a, b; its definition or window changes`` apart; a reason that is neither is an event."""
    if names := rules_in(because, rules):
        return names, ""
    granting, _, event = because.partition("; ")
    names = rules_in(granting, rules)
    return (names, event) if names else ((), because)
