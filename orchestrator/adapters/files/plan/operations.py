"""The operations of a plan file: every kind has the same columns, those it does not need stay empty.

An ``update_stack_set`` without a definition leaves the definition as it is and switches automatic deployment off.
"""

from collections.abc import Callable, Mapping
from typing import TypedDict

from orchestrator.adapters.files.plan.rows import OperationRow
from orchestrator.model.identifiers import OperationKey, StackSetName
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
    accounts_of,
    kind_of,
    window_of,
)
from orchestrator.model.state import Definition


def operation_row(operation: Operation, refer: Callable[[Definition], str]) -> OperationRow:
    """One row; ``refer`` remembers a definition and answers with its reference."""
    definition = definition_of(operation)
    return OperationRow(
        id=operation.id,
        kind=kind_of(operation),
        stack_set=operation.stack_set,
        accounts=accounts_of(operation),
        wave=operation.wave,
        after=operation.after,
        definition=None if definition is None else refer(definition),
        window=window_of(operation),
    )


def definition_of(operation: Operation) -> Definition | None:
    match operation:
        case CreateStackSet() | UpdateStackSet() | CreateStack() | UpdateStack():
            return operation.definition
        case StopAutoDeployment() | CreateInstances() | UpdateInstances() | DeleteInstances() | DeleteStackSet() | DeleteStack():
            return None


class Place(TypedDict):
    """What every operation has."""

    id: OperationKey
    stack_set: StackSetName
    wave: str
    after: tuple[OperationKey, ...]


def operation_of(row: OperationRow, definitions: Mapping[str, Definition]) -> Operation:
    """The operation. Raises LookupError for an unknown kind, a definition that is not there or a stack without its account."""
    place = Place(id=row.id, stack_set=row.stack_set, wave=row.wave, after=row.after)
    match row.kind:
        case "create_stack_set":
            return CreateStackSet(**place, definition=definitions[row.definition or ""])
        case "update_stack_set" if row.definition is None:
            return StopAutoDeployment(**place)
        case "update_stack_set":
            return UpdateStackSet(**place, definition=definitions[row.definition or ""], accounts=row.accounts)
        case "delete_stack_set":
            return DeleteStackSet(**place)
        case "create_instances" | "update_instances" | "delete_instances":
            return instances_operation(row, place)
        case _:
            return stack_operation(row, place, definitions)


def instances_operation(row: OperationRow, place: Place) -> Operation:
    match row.kind:
        case "create_instances":
            return CreateInstances(**place, accounts=row.accounts, window=row.window)
        case "update_instances":
            return UpdateInstances(**place, accounts=row.accounts, window=row.window)
        case _:
            return DeleteInstances(**place, accounts=row.accounts)


def stack_operation(row: OperationRow, place: Place, definitions: Mapping[str, Definition]) -> Operation:
    account = row.accounts[0]
    match row.kind:
        case "create_stack":
            return CreateStack(**place, account=account, definition=definitions[row.definition or ""], window=row.window)
        case "update_stack":
            return UpdateStack(**place, account=account, definition=definitions[row.definition or ""], window=row.window)
        case "delete_stack":
            return DeleteStack(**place, account=account)
        case unknown:
            raise LookupError(unknown)
