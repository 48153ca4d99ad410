"""Differences become operations in order: wave by wave, roles before the group sets that attach to them, revocations in reverse."""

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Ordered

from orchestrator.model.identifiers import AccountId, OperationKey
from orchestrator.model.operation import DeleteStackSet, Operation
from orchestrator.planning.diff import Difference
from orchestrator.planning.installation import install
from orchestrator.planning.removal import withdraw
from orchestrator.planning.sequence import DRAFT, Sequence

Waves = Mapping[AccountId, str]


def order(differences: Ordered[Difference], waves: Waves, wave_names: Ordered[str]) -> tuple[Operation, ...]:
    """Every operation of the plan. An account appears once per StackSet, but for one that is replaced."""
    ours = [difference for difference in differences if not difference.observed.is_foreign]
    roles = [difference for difference in ours if difference.group_set is None]
    groups = [difference for difference in ours if difference.group_set is not None]
    sequence = Sequence()
    for wave in wave_names:
        order_wave(wave, roles, groups, waves, sequence)
    for difference in (*groups, *roles):
        if difference.is_vanishing and not difference.is_stack:
            sequence.add(DeleteStackSet(id=DRAFT, stack_set=difference.stack_set, wave=wave_names[-1]))
    return tuple(sequence.operations)


def order_wave(wave: str, roles: Iterable[Difference], groups: Iterable[Difference], waves: Waves, sequence: Sequence) -> None:
    start = len(sequence.operations)
    for role in roles:
        install(role, wave, in_wave(role, wave, waves), sequence, ())
    for group in groups:
        install(group, wave, in_wave(group, wave, waves), sequence, earlier(sequence, start, group))
    revocations = len(sequence.operations)
    for group in groups:
        withdraw(group, wave, [account for account in group.delete if waves[account] == wave], sequence, ())
    for role in roles:
        withdraw(role, wave, [account for account in role.delete if waves[account] == wave], sequence, earlier(sequence, revocations, role))


def in_wave(difference: Difference, wave: str, waves: Waves) -> Difference:
    """The part of the difference that is installed in this wave."""
    return difference.narrowed(lambda account: waves[account] == wave)


def earlier(sequence: Sequence, since: int, difference: Difference) -> tuple[OperationKey, ...]:
    """Operations this one must wait for: those on its accounts, roles before groups or groups before roles."""
    return sequence.touching(since, difference.touched)
