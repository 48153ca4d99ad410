"""What a plan does, wave by wave, in its order."""

from collections.abc import Sequence

from orchestrator.model.counts import counted
from orchestrator.model.operation import DeleteInstances, Operation, StopAutoDeployment
from orchestrator.model.plan import Plan
from orchestrator.planning.estimate import estimate
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.plan.changes import NAMED
from orchestrator.presentation.words import expected_span, listed


def operation_lines(plan: Plan, page: Page) -> list[str]:
    if not plan.operations:
        return []
    waves: dict[str, list[Operation]] = {}
    for operation in plan.operations:
        waves.setdefault(operation.wave, []).append(operation)
    time = page.wrap(expected_span(estimate(plan.operations, plan.header.pace)), "  ")
    return [page.paint("Operations", Tone.TITLE), *time, *(line for wave, found in waves.items() for line in wave_lines(wave, found, page))]


def wave_lines(wave: str, operations: Sequence[Operation], page: Page) -> list[str]:
    accounts = {account for operation in operations for account in operation.accounts}
    title = f"wave {wave}: {counted(len(operations), 'operation')} in {counted(len(accounts), 'account')}"
    return [*page.wrap(title, "  "), *page.table(map(operation_row, operations), "    ")]


def operation_row(operation: Operation) -> tuple[str, ...]:
    many, after = len(operation.accounts), operation.after
    preceding = listed(after) if len(after) <= NAMED else counted(len(after), "operation")
    what = "automatic deployment off" if isinstance(operation, StopAutoDeployment) else counted(many, "account") if many else ""
    retained = "stacks stay" if isinstance(operation, DeleteInstances) and operation.retains else ""
    details = (what, retained, f"after {preceding}" if after else "")
    return (operation.id, operation.kind.replace("_", " "), operation.place.name, ", ".join(filter(None, details)))
