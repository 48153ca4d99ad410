"""The differences between the state a plan expects and the one observed, in words, what its own unfinished work explains left out."""

from collections.abc import Iterator, Mapping

from orchestrator.execution.expectation import Latitude
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.state import Condition, Definition, Instance, Stack, StackSet, State
from orchestrator.temporary.windows import format_time


def state_changes(before: State, now: State, allowed: Latitude) -> Iterator[str]:
    """One line per change. Foreign StackSets and stacks are compared by their presence alone."""
    for name in sorted({*before.stack_sets, *now.stack_sets}):
        yield from stack_set_changes(name, before.stack_sets.get(name), now.stack_sets.get(name), allowed)
    for name in sorted({*before.stacks, *now.stacks}):
        stack = now.stacks.get(name)
        if name not in allowed.stacks or (stack is not None and stack.is_foreign):
            yield from stack_changes(name, before.stacks.get(name), stack)


def stack_set_changes(name: StackSetName, before: StackSet | None, now: StackSet | None, allowed: Latitude) -> Iterator[str]:
    if before is not None and now is not None and before.is_foreign and now.is_foreign:
        return
    is_allowed = is_allowed_form(name, now, allowed)
    if not is_allowed:
        yield from form_changes(f"StackSet {name}", before, now)
    if before is not None and now is not None and before.auto_deploys is not now.auto_deploys and name not in allowed.switches:
        yield f"automatic deployment of StackSet {name} was switched {'on' if now.auto_deploys else 'off'}"
    # Created or deleted as a whole says it all.
    if now is not None and (before is not None or is_allowed):
        yield from instance_changes(name, before.instances if before else {}, now.instances, allowed)


def is_allowed_form(name: StackSetName, now: StackSet | None, allowed: Latitude) -> bool:
    """The plan's own unfinished operation explains how the StackSet is defined now."""
    if name not in allowed.forms:
        return False
    form = allowed.forms[name]
    return now is form if now is None else not now.is_foreign and now.definition == form


def form_changes(what: str, before: StackSet | Stack | None, now: StackSet | Stack | None) -> Iterator[str]:
    """Created, deleted, given to somebody else, or defined otherwise."""
    if before is None and now is not None:
        yield f"{what} was created" + (" by somebody else, without our tags" if now.is_foreign else "")
    elif before is not None and now is None:
        yield f"{what} was deleted"
    elif before is not None and now is not None:
        if before.is_foreign is not now.is_foreign:
            yield f"{what} {'lost' if now.is_foreign else 'got'} the tags that make it ours"
        elif parts := changed_parts(before.definition, now.definition):
            yield f"{what} has other {' and '.join(parts)}"


def changed_parts(before: Definition, now: Definition) -> list[str]:
    """Names alone: values of parameters may be nobody's business."""
    parameters = sorted(key for key in {*before.parameters, *now.parameters} if before.parameters.get(key) != now.parameters.get(key))
    tags = sorted(key for key in {*before.tags, *now.tags} if before.tags.get(key) != now.tags.get(key))
    return [
        *(["template"] if before.template != now.template else []),
        *([f"parameters ({', '.join(parameters)})"] if parameters else []),
        *([f"tags ({', '.join(tags)})"] if tags else []),
    ]


def instance_changes(
    name: StackSetName, before: Mapping[AccountId, Instance], now: Mapping[AccountId, Instance], allowed: Latitude
) -> Iterator[str]:
    for account in sorted({*before, *now}):
        old, new = before.get(account), now.get(account)
        is_explained = (name, account) in allowed.accounts or (name in allowed.busy and differ_in_age_alone(old, new))
        if old != new and not is_explained:
            yield f"{name} in account {account}: {describe(old)}, now {describe(new)}"


def differ_in_age_alone(old: Instance | None, new: Instance | None) -> bool:
    """CURRENT and OUTDATED take turns while an operation runs on the StackSet."""
    if old is None or new is None:
        return False
    return old.window == new.window and Condition.INOPERABLE not in (old.condition, new.condition)


def stack_changes(name: StackSetName, before: Stack | None, now: Stack | None) -> Iterator[str]:
    if before is not None and now is not None and before.is_foreign and now.is_foreign:
        return
    found = list(form_changes(f"stack {name} in the management account", before, now))
    yield from found
    if not found and before is not None and now is not None and before.instance != now.instance:
        yield f"stack {name} in the management account: {describe(before.instance)}, now {describe(now.instance)}"


def describe(instance: Instance | None) -> str:
    if instance is None:
        return "no instance"
    window = instance.window
    until = f" with a window from {format_time(window.not_before)} to {format_time(window.not_after)}" if window else ""
    return f"{instance.condition}{until}"
