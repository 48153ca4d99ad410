"""What is done in which order, wave by wave."""

from orchestrator.model.operation import Operation
from orchestrator.model.plan import Plan
from orchestrator.presentation.plan.waves import operation_row
from orchestrator.presentation.report.model import OperationRow, WaveRow


def waves_of(plan: Plan) -> tuple[WaveRow, ...]:
    """In the order of their first operations."""
    found: dict[str, list[Operation]] = {}
    for operation in plan.operations:
        found.setdefault(operation.wave, []).append(operation)
    return tuple(
        WaveRow(
            name,
            len({account for operation in operations for account in operation.accounts}),
            tuple(row_of(operation) for operation in operations),
        )
        for name, operations in found.items()
    )


def row_of(operation: Operation) -> OperationRow:
    identifier, kind, _, words = operation_row(operation)
    return OperationRow(identifier, kind, operation.place.name, words)
