"""Changes become operations in order: stage by stage, and in each stage what is revoked goes before what is installed.

What stands on a role goes before the role and comes after it: IAM deletes no role that a policy hangs on. A new hub comes before
whatever trusts it, and the old one goes last of all.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Sequence as Ordered

from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Delete, DeleteInstances, Operation, StopAutoDeployment
from orchestrator.model.state import Condition
from orchestrator.planning.changes import PlaceChange
from orchestrator.planning.installation import install, trust_new_hub
from orchestrator.planning.removal import withdraw
from orchestrator.planning.sequence import DRAFT, Before, Keys, Sequence
from orchestrator.planning.stages import Stage, stages_of

Changes = Iterable[PlaceChange]


def order(
    changes: Ordered[PlaceChange], waves: Mapping[AccountId, str], wave_names: Ordered[str], hub: AccountId | None = None
) -> tuple[Operation, ...]:
    """Every operation of the plan. An account appears once per StackSet, but for one that is replaced.

    First of all automatic deployment goes off: it would bring back what is taken away.
    """
    roles = [change for change in changes if change.group_set is None]
    groups = [change for change in changes if change.group_set is not None]
    sequence = Sequence()
    for change in (*roles, *groups):
        if change.difference.stops_auto_deployment:
            sequence.add(StopAutoDeployment(id=DRAFT, place=change.place, wave=wave_names[0]))
    for change in roles:
        sequence.mark(change.place, trusting_both(change))
    for stage in stages_of(changes, waves, wave_names, hub):
        order_stage(stage, roles, groups, sequence)
    gone = removed([change for change in changes if change.role.is_hub], sequence)
    for change in roles:
        trust_new_hub(change, wave_names[-1], sequence, lambda _: gone)
    return tuple(sequence.operations)


def trusting_both(change: PlaceChange) -> Iterator[AccountId]:
    """Accounts that have the definition for the time until an old hub is gone, from an earlier run."""
    before = change.difference.before
    if before is not None and before.definition == change.interim:
        settled = (account for account in change.update if change.held[account].condition is Condition.CURRENT)
        yield from (account for account in settled if account not in change.revisions)


def removed(changes: Changes, sequence: Sequence) -> Keys:
    """The operations that take instances out of these places."""
    places = {change.place for change in changes}
    taking = (operation for operation in sequence.operations if isinstance(operation, Delete | DeleteInstances) and operation.accounts)
    return tuple(operation.id for operation in taking if operation.place in places)


def order_stage(stage: Stage, roles: Changes, groups: Changes, sequence: Sequence) -> None:
    """Group sets go, roles go; then the hub's roles come and what stands on them, and those of all others.

    An old hub waits for the new one and for all that trusts it, and what trusts the new one waits for it.
    """
    start, of_hub = sequence.length, [change for change in (*roles, *groups) if change.role.is_hub]
    last = installed((*roles, *of_hub), sequence) if stage.is_end else ()
    for group in groups:
        withdraw(group, stage.wave, stage.going(group), sequence, lambda _: last)
    before = sequence.after(start, last)
    for role in roles:
        withdraw(role, stage.wave, stage.going(role), sequence, before)
    for is_hub in (True, False):
        hub = installed(of_hub, sequence) if stage.old_hubs and not is_hub else ()
        install_all([role for role in roles if role.role.is_hub is is_hub], stage, sequence, sequence.after(start, hub))
        install_all([group for group in groups if group.role.is_hub is is_hub], stage, sequence, sequence.after(start))
    for change in (*groups, *roles):
        if is_empty(change, sequence):
            sequence.defined.add(change.place)
            sequence.add(Delete(id=DRAFT, place=change.place, wave=stage.wave))


def install_all(changes: Changes, stage: Stage, sequence: Sequence, before: Before) -> None:
    for change in changes:
        install(change, stage, sequence, before)


def installed(changes: Changes, sequence: Sequence) -> Keys:
    """The operations so far that install something in these places."""
    places = {change.place for change in changes}
    installing = (operation for operation in sequence.operations if not isinstance(operation, Delete | DeleteInstances))
    return tuple(operation.id for operation in installing if operation.place in places)


def is_empty(change: PlaceChange, sequence: Sequence) -> bool:
    """A StackSet that nothing is left in and no rule wants; a plain stack goes with its only instance."""
    is_going = change.difference.before is not None and change.definition is None and not change.place.is_stack
    return is_going and change.place not in sequence.defined and not sequence.pending(change.place, change.delete)
