"""Differences become operations in order: wave by wave, roles before the group sets that attach to them, deletions in reverse."""

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Ordered

from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Delete, Operation, StopAutoDeployment
from orchestrator.planning.diff import Difference
from orchestrator.planning.installation import install
from orchestrator.planning.removal import withdraw
from orchestrator.planning.sequence import DRAFT, Sequence

Waves = Mapping[AccountId, str]


def order(differences: Ordered[Difference], waves: Waves, wave_names: Ordered[str]) -> tuple[Operation, ...]:
    """Every operation of the plan. An account appears once per StackSet, but for one that is replaced.

    First of all automatic deployment goes off: it would bring back what is taken away.
    """
    ours = [difference for difference in differences if not difference.is_foreign]
    roles = [difference for difference in ours if difference.group_set is None]
    groups = [difference for difference in ours if difference.group_set is not None]
    sequence = Sequence()
    for difference in (*roles, *groups):
        if difference.observed and difference.observed.auto_deploys:
            sequence.add(StopAutoDeployment(id=DRAFT, place=difference.place, wave=wave_names[0]))
    for wave in wave_names:
        order_wave(wave, roles, groups, waves, sequence)
        for difference in (*groups, *roles):
            if difference.is_vanishing and not difference.place.is_stack and wave == last_wave(difference, waves, wave_names):
                sequence.add(Delete(id=DRAFT, place=difference.place, wave=wave))
    return tuple(sequence.operations)


def last_wave(difference: Difference, waves: Waves, wave_names: Ordered[str]) -> str:
    """The wave in which the last instance goes; the first when there is none left."""
    return wave_names[max((wave_names.index(waves[account]) for account in difference.delete), default=0)]


def order_wave(wave: str, roles: Iterable[Difference], groups: Iterable[Difference], waves: Waves, sequence: Sequence) -> None:
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


def in_wave(difference: Difference, wave: str, waves: Waves) -> Difference:
    """The part of the difference that is installed in this wave."""
    return difference.narrowed(lambda account: waves[account] == wave)


def due(difference: Difference, wave: str, waves: Waves) -> tuple[AccountId, ...]:
    """The accounts whose revocation falls in this wave."""
    return tuple(account for account in difference.delete if waves[account] == wave)
