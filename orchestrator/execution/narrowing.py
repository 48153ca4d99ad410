"""What an operation becomes when only some of its accounts are still owed."""

from dataclasses import replace

from orchestrator.execution.run_state import OperationState
from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Operation, Update, UpdateInstances


def narrow(operation: Operation, accounts: tuple[AccountId, ...], state: OperationState) -> Operation:
    """The operation for these accounts alone, given the attempts before.

    Once a StackSet's definition is updated, accounts that failed are brought up to it by UpdateStackInstances: another
    UpdateStackSet would make every instance OUTDATED again.
    """
    if isinstance(operation, Update) and state.is_accepted and not operation.place.is_stack:
        return UpdateInstances(id=operation.id, place=operation.place, wave=operation.wave, after=operation.after, accounts=accounts)
    return replace(operation, accounts=accounts)
