"""What an operation becomes when only some of its accounts are still owed."""

from dataclasses import replace
from typing import assert_never

from orchestrator.execution.run_state import OperationState
from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import (
    CreateInstances,
    CreateStack,
    CreateStackSet,
    DeleteInstances,
    DeleteStack,
    DeleteStackSet,
    Operation,
    StopAutoDeployment,
    UpdateInstances,
    UpdateStack,
    UpdateStackSet,
)


def narrow(operation: Operation, accounts: tuple[AccountId, ...], state: OperationState) -> Operation:
    """The operation for these accounts alone, given the attempts before.

    Once a definition is updated, accounts that failed are brought up to it by UpdateStackInstances: another UpdateStackSet
    would make every instance OUTDATED again.
    """
    match operation:
        case CreateInstances() | UpdateInstances() | DeleteInstances():
            return replace(operation, accounts=accounts)
        case UpdateStackSet():
            if not state.is_accepted:
                return replace(operation, accounts=accounts)
            return UpdateInstances(
                id=operation.id, stack_set=operation.stack_set, wave=operation.wave, after=operation.after, accounts=accounts
            )
        case CreateStackSet() | StopAutoDeployment() | DeleteStackSet() | CreateStack() | UpdateStack() | DeleteStack():
            return operation
        case _:
            assert_never(operation)
