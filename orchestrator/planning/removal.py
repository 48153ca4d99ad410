"""The operations that take grants back in one place."""

from collections.abc import Iterable

from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Delete, DeleteInstances
from orchestrator.planning.batches import overridden_blocks
from orchestrator.planning.changes import PlaceChange
from orchestrator.planning.sequence import DRAFT, Before, Sequence


def withdraw(change: PlaceChange, wave: str, accounts: Iterable[AccountId], sequence: Sequence, before: Before) -> None:
    """Delete the instances, or the plain stack of the management account, of these accounts."""
    for (_, revision), block in overridden_blocks(accounts, {}, change.revisions):
        deletion = (
            Delete(id=DRAFT, place=change.place, wave=wave, accounts=block, revision=revision)
            if change.place.is_stack
            else DeleteInstances(id=DRAFT, place=change.place, wave=wave, accounts=block, revision=revision, retains=change.retains)
        )
        sequence.add(deletion, before(block))
        sequence.mark(change.place, block)
