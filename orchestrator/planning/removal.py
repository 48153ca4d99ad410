"""The operations that take one StackSet's grants back in the accounts of one wave."""

from collections.abc import Iterable

from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import DeleteStack
from orchestrator.planning.diff import Difference
from orchestrator.planning.installation import Keys, delete
from orchestrator.planning.sequence import DRAFT, Sequence


def withdraw(difference: Difference, wave: str, accounts: Iterable[AccountId], sequence: Sequence, before: Keys) -> None:
    """Revocations: stack instances, or the plain stack of the management account."""
    if not difference.is_stack:
        delete(difference, wave, accounts, sequence, before)
        return
    for account in accounts:
        sequence.add(DeleteStack(id=DRAFT, stack_set=difference.stack_set, wave=wave, account=account), before)
