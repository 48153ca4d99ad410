"""The operations that bring one place to its definition in the accounts of one wave."""

from collections.abc import Iterable, Mapping

from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Create, CreateInstances, Update, UpdateInstances
from orchestrator.model.state import Definition, Window
from orchestrator.planning.batches import MAX_ACCOUNTS, windowed_blocks
from orchestrator.planning.changes import PlaceChange
from orchestrator.planning.removal import withdraw
from orchestrator.planning.sequence import DRAFT, Keys, Sequence


def install(change: PlaceChange, wave: str, part: PlaceChange, sequence: Sequence, before: Keys) -> None:
    """Grants, updates and repairs of ``part``, the share of ``change`` that falls in this wave."""
    if change.definition is None or not part.is_installing:
        return
    if change.place.is_stack:
        install_stack(part, change.definition, wave, sequence, before)
        return
    if change.place not in sequence.defined:
        sequence.defined.add(change.place)
        define(change, change.definition, wave, part.update, sequence, before)
    install_instances(part, wave, sequence, before)


def install_stack(part: PlaceChange, definition: Definition, wave: str, sequence: Sequence, before: Keys) -> None:
    """The management account's share. A stack whose deletion failed is deleted again, then made anew."""
    place = part.place
    withdraw(part, wave, part.replace, sequence, before)
    for window, block in windowed_blocks((*part.create, *part.replace), windows_of_new(part)):
        sequence.add(Create(id=DRAFT, place=place, wave=wave, accounts=block, definition=definition, window=window), before)
    for window, block in windowed_blocks(part.update, part.windows):
        sequence.add(Update(id=DRAFT, place=place, wave=wave, accounts=block, definition=definition, window=window), before)


def define(change: PlaceChange, definition: Definition, wave: str, due: Iterable[AccountId], sequence: Sequence, before: Keys) -> None:
    """Create or update the definition, once per plan.

    UpdateStackSet without targets updates everybody. So when this wave has no account to update, the first of a later
    wave is taken, and when every old instance is to go, they go first. Accounts beyond one block follow as instance updates.
    """
    place = change.place
    if change.difference.before is None:
        sequence.add(Create(id=DRAFT, place=place, wave=wave, definition=definition))
    elif change.difference.is_redefined:
        if not change.update:
            withdraw(change, wave, (*change.delete, *change.replace), sequence, before)
        targets = (tuple(due) or change.update[:1])[:MAX_ACCOUNTS]
        sequence.add(Update(id=DRAFT, place=place, wave=wave, accounts=targets, definition=definition), before)
        sequence.mark(place, (account for account in targets if account not in change.windows))


def install_instances(part: PlaceChange, wave: str, sequence: Sequence, before: Keys) -> None:
    place = part.place
    for window, block in windowed_blocks(sequence.pending(place, part.update), part.windows):
        sequence.add(UpdateInstances(id=DRAFT, place=place, wave=wave, accounts=block, window=window), before)
    withdraw(part, wave, part.replace, sequence, before)
    for window, block in windowed_blocks((*part.create, *part.replace), windows_of_new(part)):
        sequence.add(CreateInstances(id=DRAFT, place=place, wave=wave, accounts=block, window=window), before)


def windows_of_new(part: PlaceChange) -> Mapping[AccountId, Window]:
    """Windows of what is made in this wave: those opened, and a replaced instance gets back the one it had."""
    wanted = part.difference.after.instances if part.difference.after else {}
    return {account: window for account in (*part.create, *part.replace) if (window := wanted[account].window) is not None}
