"""The operations that take one StackSet's grants back."""

from collections.abc import Iterable

from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import DeleteInstances, DeleteStack
from orchestrator.planning.batches import blocks
from orchestrator.planning.diff import Difference
from orchestrator.planning.sequence import DRAFT, Keys, Sequence


def withdraw(difference: Difference, wave: str, accounts: Iterable[AccountId], sequence: Sequence, before: Keys) -> None:
    """Delete the instances, or the plain stack of the management account, of these accounts that are not deleted yet."""
    name, due = difference.stack_set, sequence.pending(difference.stack_set, accounts)
    for block in blocks(due):
        if difference.is_stack:
            for account in block:
                sequence.add(DeleteStack(id=DRAFT, stack_set=name, wave=wave, account=account), before)
        else:
            sequence.add(DeleteInstances(id=DRAFT, stack_set=name, wave=wave, accounts=block), before)
    sequence.mark(name, due)
