"""The operations of a plan file: every kind has the same columns, those it does not need stay empty.

An ``update_stack_set`` without a definition leaves the definition as it is and switches automatic deployment off.
"""

from collections.abc import Callable, Mapping
from typing import TypedDict

from orchestrator.adapters.files.plan.rows import OperationRow
from orchestrator.model.identifiers import AccountId, OperationKey
from orchestrator.model.operation import (
    Create,
    CreateInstances,
    Delete,
    DeleteInstances,
    Operation,
    StopAutoDeployment,
    Update,
    UpdateInstances,
)
from orchestrator.model.state import Definition, Place, Window

INSTANCES: Mapping[str, type[CreateInstances | UpdateInstances | DeleteInstances]] = {
    operation.verb: operation for operation in (CreateInstances, UpdateInstances, DeleteInstances)
}


def operation_row(operation: Operation, refer: Callable[[Definition], str]) -> OperationRow:
    """One row; ``refer`` remembers a definition and answers with its reference."""
    return OperationRow(
        id=operation.id,
        kind=operation.kind,
        stack_set=operation.place.name,
        accounts=operation.accounts,
        wave=operation.wave,
        after=operation.after,
        definition=refer(operation.definition) if isinstance(operation, Create | Update) else None,
        window=operation.window,
    )


class Columns(TypedDict):
    """What every operation has."""

    id: OperationKey
    place: Place
    wave: str
    after: tuple[OperationKey, ...]
    accounts: tuple[AccountId, ...]
    window: Window | None


def operation_of(row: OperationRow, definitions: Mapping[str, Definition]) -> Operation:
    """The operation. Raises LookupError for an unknown kind, a definition that is not there or a stack without its account."""
    place = Place(row.stack_set, row.kind.endswith("_stack"))
    columns = Columns(id=row.id, place=place, wave=row.wave, after=row.after, accounts=row.accounts, window=row.window)
    if place.is_stack and not row.accounts:
        raise LookupError(f"the account of {row.id}")
    match row.kind:
        case "create_stack_set" | "create_stack":
            return Create(**columns, definition=definitions[row.definition or ""])
        case "update_stack_set" if row.definition is None:
            return StopAutoDeployment(**columns)
        case "update_stack_set" | "update_stack":
            return Update(**columns, definition=definitions[row.definition or ""])
        case "delete_stack_set" | "delete_stack":
            return Delete(**columns)
        case kind:
            return INSTANCES[kind](**columns)
