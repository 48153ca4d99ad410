"""How what a role may do changes, action by action: new, gone, wider, narrower, or other where neither includes the other."""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.model.permission import ScopeChange
from orchestrator.permissions.allowances import Allowances, Scope, essential, is_within, scope_of


@dataclass(frozen=True, slots=True)
class ActionChange:
    """One action pattern with its scope before and after, in the fewest allowances."""

    action: str
    change: ScopeChange
    before: Scope
    after: Scope


def compare_allowances(before: Allowances, after: Allowances) -> Iterator[ActionChange]:
    """One row per action pattern whose scope changes in meaning, sorted by action; rewording alone is no change."""
    for action in sorted({*before, *after}):
        old, new = scope_of(action, before), scope_of(action, after)
        change = compare_scopes(old, new)
        if change is not None:
            yield ActionChange(action, change, essential(old), essential(new))


def compare_scopes(before: Scope, after: Scope) -> ScopeChange | None:
    """None where both allow the same requests."""
    if not before or not after:
        return ScopeChange.NEW if after else ScopeChange.GONE if before else None
    grows, shrinks = not is_within(after, before), not is_within(before, after)
    match grows, shrinks:
        case False, False:
            return None
        case True, False:
            return ScopeChange.WIDER
        case False, True:
            return ScopeChange.NARROWER
        case _:
            return ScopeChange.OTHER
