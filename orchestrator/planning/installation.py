"""The operations that bring one place to its definition in the accounts of one stage."""

from collections.abc import Iterable, Mapping

from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Create, CreateInstances, Update, UpdateInstances
from orchestrator.model.state import Definition, Window
from orchestrator.planning.batches import MAX_ACCOUNTS, blocks, overridden_blocks
from orchestrator.planning.changes import PlaceChange
from orchestrator.planning.sequence import DRAFT, Before, Sequence
from orchestrator.planning.stages import Stage, bearers


def install(change: PlaceChange, stage: Stage, sequence: Sequence, before: Before) -> None:
    """Grants, updates and repairs that fall in this stage. What is replaced is deleted by now."""
    part, definition = stage.share(change), change.first_definition
    if definition is None or not part.is_installing:
        return
    if change.place.is_stack:
        install_stack(part, definition, stage.wave, sequence, before)
        return
    if change.place not in sequence.defined:
        sequence.defined.add(change.place)
        define(change, definition, stage, part.update, sequence, before)
    install_instances(part, stage.wave, sequence, before)


def install_stack(part: PlaceChange, definition: Definition, wave: str, sequence: Sequence, before: Before) -> None:
    """The management account's share."""
    place = part.place
    for (window, revision), block in overridden_blocks((*part.create, *part.replace), windows_of_new(part), part.revisions):
        create = Create(id=DRAFT, place=place, wave=wave, accounts=block, definition=definition, window=window, revision=revision)
        sequence.add(create, before(block))
    for (window, revision), block in overridden_blocks(sequence.pending(place, part.update), part.windows, part.revisions):
        update = Update(id=DRAFT, place=place, wave=wave, accounts=block, definition=definition, window=window, revision=revision)
        sequence.add(update, before(block))


def define(change: PlaceChange, definition: Definition, stage: Stage, due: Iterable[AccountId], sequence: Sequence, before: Before) -> None:
    """Create or update the definition, once per plan but where the hub moves.

    UpdateStackSet without targets updates every instance. So when this stage has no account to update, the first of a later one is
    taken; without any, all old instances are gone by now. Accounts beyond one block follow as instance updates.
    """
    place = change.place
    if change.difference.before is None:
        sequence.add(Create(id=DRAFT, place=place, wave=stage.wave, definition=definition))
    elif change.difference.before.definition != definition:
        targets = (tuple(due) or bearers(change, stage.old_hubs)[:1])[:MAX_ACCOUNTS]
        sequence.add(Update(id=DRAFT, place=place, wave=stage.wave, accounts=targets, definition=definition), before(targets))
        overridden = {*change.windows, *change.revisions}
        sequence.mark(place, (account for account in targets if account in change.update and account not in overridden))


def trust_new_hub(change: PlaceChange, wave: str, sequence: Sequence, before: Before) -> None:
    """From the definition that trusts both hubs to the one that trusts the new hub alone."""
    if change.interim is None or change.definition is None:
        return
    for number, block in enumerate(blocks(change.remaining)):
        if number == 0:
            first = Update(id=DRAFT, place=change.place, wave=wave, accounts=block, definition=change.definition)
            sequence.add(first, before(block))
        else:
            sequence.add(UpdateInstances(id=DRAFT, place=change.place, wave=wave, accounts=block), before(block))


def install_instances(part: PlaceChange, wave: str, sequence: Sequence, before: Before) -> None:
    place, updated = part.place, sequence.pending(part.place, part.update)
    for (window, revision), block in overridden_blocks(updated, windows_of_updated(part), part.revisions):
        sequence.add(UpdateInstances(id=DRAFT, place=place, wave=wave, accounts=block, window=window, revision=revision), before(block))
    for (window, revision), block in overridden_blocks((*part.create, *part.replace), windows_of_new(part), part.revisions):
        sequence.add(CreateInstances(id=DRAFT, place=place, wave=wave, accounts=block, window=window, revision=revision), before(block))


def windows_of_new(part: PlaceChange) -> Mapping[AccountId, Window]:
    """Windows of what is made in this stage: those opened, and a replaced instance gets back the one it had."""
    return windows_in(part, (*part.create, *part.replace))


def windows_of_updated(part: PlaceChange) -> Mapping[AccountId, Window]:
    """Those opened or moved; and of repaired instances the one they have, for a list of overrides resets what it leaves out."""
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStackInstances.html
    return {**windows_in(part, (account for account in part.update if account in part.revisions)), **part.windows}


def windows_in(part: PlaceChange, accounts: Iterable[AccountId]) -> Mapping[AccountId, Window]:
    wanted = part.difference.after.instances if part.difference.after else {}
    return {account: window for account in accounts if (window := wanted[account].window) is not None}
