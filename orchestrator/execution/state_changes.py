"""The differences between the state a plan expects and the one observed, in words, what its own unfinished work explains left out."""

from collections.abc import Iterator

from orchestrator.execution.expectation import Latitude
from orchestrator.model.state import Condition, Instance, State
from orchestrator.planning.delta import Difference, changed_parts, compare, instances_of
from orchestrator.temporary.windows import format_time


def state_changes(expected: State, observed: State, allowed: Latitude) -> Iterator[str]:
    """One line per change. Foreign StackSets and stacks are compared by their presence alone."""
    for difference in compare(expected, observed).values():
        yield from place_changes(difference, allowed)


def place_changes(difference: Difference, allowed: Latitude) -> Iterator[str]:
    place, before, now = difference.place, difference.before, difference.after
    is_ours = now is None or not now.is_foreign
    if not is_ours and before and before.is_foreign:
        return
    if is_ours and place in allowed.whole:
        return
    is_allowed = is_ours and place in allowed.forms and allowed.forms[place] == (now.definition if now else None)
    if not is_allowed:
        yield from form_changes(difference)
    if before and now and before.auto_deploys is not now.auto_deploys and place not in allowed.switches:
        yield f"automatic deployment of {place} was switched {'on' if now.auto_deploys else 'off'}"
    # Of what was created, deleted or became foreign, the instances need no mention.
    if now and is_ours and (before or is_allowed):
        yield from instance_changes(difference, allowed)


def form_changes(difference: Difference) -> Iterator[str]:
    """Created, deleted, become foreign, or defined otherwise."""
    place, before, now = difference.place, difference.before, difference.after
    if before is None and now is not None:
        yield f"{place} was created" + (" outside this program, without our tags" if now.is_foreign else "")
    elif before is not None and now is None:
        yield f"{place} was deleted"
    elif before is not None and now is not None:
        if before.is_foreign is not now.is_foreign:
            yield f"{place} {'lost' if now.is_foreign else 'got'} the tags that make it ours"
        elif parts := changed_parts(before.definition, now.definition):
            yield f"{place} has other {' and '.join(parts)}"


def instance_changes(difference: Difference, allowed: Latitude) -> Iterator[str]:
    place = difference.place
    for account in sorted((*difference.added, *difference.removed, *(account for account, _, _ in difference.changed()))):
        old, new = instances_of(difference.before).get(account), instances_of(difference.after).get(account)
        is_explained = (place, account) in allowed.accounts or (place in allowed.busy and differ_in_age_alone(old, new))
        if not is_explained:
            where = str(place) if place.is_stack else f"{place.name} in account {account}"
            yield f"{where}: {describe(old)}, now {describe(new)}"


def differ_in_age_alone(old: Instance | None, new: Instance | None) -> bool:
    """CURRENT and OUTDATED take turns while an operation runs on the StackSet."""
    if old is None or new is None:
        return False
    return old.window == new.window and Condition.INOPERABLE not in (old.condition, new.condition)


def describe(instance: Instance | None) -> str:
    if instance is None:
        return "no instance"
    window = instance.window
    until = f" with a window from {format_time(window.not_before)} to {format_time(window.not_after)}" if window else ""
    return f"{instance.condition}{until}"
