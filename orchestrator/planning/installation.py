"""The operations that bring one place to its definition in the accounts of one wave."""

from collections.abc import Iterable, Mapping

from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Create, CreateInstances, Update, UpdateInstances
from orchestrator.model.state import Window
from orchestrator.planning.batches import MAX_ACCOUNTS, windowed_blocks
from orchestrator.planning.diff import Difference
from orchestrator.planning.grants import Wanted
from orchestrator.planning.removal import withdraw
from orchestrator.planning.sequence import DRAFT, Keys, Sequence


def install(difference: Difference, wave: str, part: Difference, sequence: Sequence, before: Keys) -> None:
    """Grants, updates and repairs of ``part``, the share of ``difference`` that falls in this wave."""
    if difference.wanted is None or not part.is_installing:
        return
    if difference.place.is_stack:
        install_stack(part, difference.wanted, wave, sequence, before)
        return
    if difference.place not in sequence.defined:
        sequence.defined.add(difference.place)
        define(difference, difference.wanted, wave, part.update, sequence, before)
    install_instances(part, difference.wanted, wave, sequence, before)


def install_stack(part: Difference, wanted: Wanted, wave: str, sequence: Sequence, before: Keys) -> None:
    """The management account's share. A stack whose deletion failed is deleted again, then made anew."""
    place, definition = part.place, wanted.definition
    withdraw(part, wave, part.replace, sequence, before)
    for window, block in windowed_blocks((*part.create, *part.replace), windows_of_new(part, wanted)):
        sequence.add(Create(id=DRAFT, place=place, wave=wave, accounts=block, definition=definition, window=window), before)
    for window, block in windowed_blocks(part.update, wanted.windows):
        sequence.add(Update(id=DRAFT, place=place, wave=wave, accounts=block, definition=definition, window=window), before)


def define(difference: Difference, wanted: Wanted, wave: str, due: Iterable[AccountId], sequence: Sequence, before: Keys) -> None:
    """Create or update the definition, once per plan.

    UpdateStackSet without targets updates everybody. So when this wave has no account to update, the first of a later
    wave is taken, and when every old instance is to go, they go first. Accounts beyond one block follow as instance updates.
    """
    place, definition = difference.place, wanted.definition
    if difference.observed is None:
        sequence.add(Create(id=DRAFT, place=place, wave=wave, definition=definition))
    elif difference.is_redefined:
        if not difference.update:
            withdraw(difference, wave, (*difference.delete, *difference.replace), sequence, before)
        targets = (tuple(due) or difference.update[:1])[:MAX_ACCOUNTS]
        sequence.add(Update(id=DRAFT, place=place, wave=wave, accounts=targets, definition=definition), before)
        sequence.mark(place, (account for account in targets if account not in wanted.windows))


def install_instances(part: Difference, wanted: Wanted, wave: str, sequence: Sequence, before: Keys) -> None:
    place = part.place
    for window, block in windowed_blocks(sequence.pending(place, part.update), wanted.windows):
        sequence.add(UpdateInstances(id=DRAFT, place=place, wave=wave, accounts=block, window=window), before)
    withdraw(part, wave, part.replace, sequence, before)
    for window, block in windowed_blocks((*part.create, *part.replace), windows_of_new(part, wanted)):
        sequence.add(CreateInstances(id=DRAFT, place=place, wave=wave, accounts=block, window=window), before)


def windows_of_new(part: Difference, wanted: Wanted) -> Mapping[AccountId, Window]:
    """Windows of what is made in this wave: as wanted, and a replaced instance gets back the one it had."""
    had = {account: part.instances[account].window for account in part.replace}
    return {**{account: window for account, window in had.items() if window is not None}, **wanted.windows}
