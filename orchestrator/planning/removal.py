"""The operations that take grants back in one place."""

from collections.abc import Iterable

from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Delete, DeleteInstances
from orchestrator.planning.batches import blocks
from orchestrator.planning.changes import PlaceChange
from orchestrator.planning.sequence import DRAFT, Keys, Sequence


def withdraw(change: PlaceChange, wave: str, accounts: Iterable[AccountId], sequence: Sequence, before: Keys) -> None:
    """Delete the instances, or the plain stack of the management account, of these accounts that are not deleted yet."""
    place = change.place
    due = sequence.pending(place, accounts)
    deletion = Delete if place.is_stack else DeleteInstances
    for block in blocks(due):
        sequence.add(deletion(id=DRAFT, place=place, wave=wave, accounts=block), before)
    sequence.mark(place, due)
