"""PlaceChanges become operations in order: wave by wave, roles before the group sets that attach to them, deletions in reverse."""

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Ordered

from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Delete, Operation, StopAutoDeployment
from orchestrator.planning.changes import PlaceChange
from orchestrator.planning.installation import install
from orchestrator.planning.removal import withdraw
from orchestrator.planning.sequence import DRAFT, Sequence

Waves = Mapping[AccountId, str]


def order(changes: Ordered[PlaceChange], waves: Waves, wave_names: Ordered[str]) -> tuple[Operation, ...]:
    """Every operation of the plan. An account appears once per StackSet, but for one that is replaced.

    First of all automatic deployment goes off: it would bring back what is taken away.
    """
    roles = [change for change in changes if change.group_set is None]
    groups = [change for change in changes if change.group_set is not None]
    sequence = Sequence()
    for change in (*roles, *groups):
        if change.difference.stops_auto_deployment:
            sequence.add(StopAutoDeployment(id=DRAFT, place=change.place, wave=wave_names[0]))
    for wave in wave_names:
        order_wave(wave, roles, groups, waves, sequence)
        for change in (*groups, *roles):
            if is_vanishing(change) and wave == last_wave(change, waves, wave_names):
                sequence.add(Delete(id=DRAFT, place=change.place, wave=wave))
    return tuple(sequence.operations)


def is_vanishing(change: PlaceChange) -> bool:
    """A StackSet that nothing will be left in; a plain stack goes with its only instance."""
    return change.difference.before is not None and change.definition is None and not change.place.is_stack


def last_wave(change: PlaceChange, waves: Waves, wave_names: Ordered[str]) -> str:
    """The wave in which the last instance goes; the first when there is none left."""
    return wave_names[max((wave_names.index(waves[account]) for account in change.delete), default=0)]


def order_wave(wave: str, roles: Iterable[PlaceChange], groups: Iterable[PlaceChange], waves: Waves, sequence: Sequence) -> None:
    start = len(sequence.operations)
    renewed = {account for role in roles for account in in_wave(role, wave, waves).replace}
    for group in groups:
        # IAM deletes no role that a policy hangs on: what is revoked where a role is replaced goes before the role.
        revoked = tuple(account for account in due(group, wave, waves) if account in renewed)
        withdraw(group, wave, (*in_wave(group, wave, waves).replace, *revoked), sequence, ())
    cleared = range(start, len(sequence.operations))
    for role in roles:
        part = in_wave(role, wave, waves)
        install(role, wave, part, sequence, sequence.touching(cleared, part.replace))
    middle = len(sequence.operations)
    installed = range(start, middle)
    for group in groups:
        part = in_wave(group, wave, waves)
        install(group, wave, part, sequence, sequence.touching(installed, part.touched))
    for group in groups:
        withdraw(group, wave, due(group, wave, waves), sequence, ())
    withdrawn = range(middle, len(sequence.operations))
    for role in roles:
        gone = due(role, wave, waves)
        withdraw(role, wave, gone, sequence, sequence.touching(withdrawn, gone))


def in_wave(change: PlaceChange, wave: str, waves: Waves) -> PlaceChange:
    """The part of the change that is installed in this wave."""
    return change.narrowed(lambda account: waves[account] == wave)


def due(change: PlaceChange, wave: str, waves: Waves) -> tuple[AccountId, ...]:
    """The accounts whose revocation falls in this wave."""
    return tuple(account for account in change.delete if waves[account] == wave)
