"""Which waves run now, and whether so much of one failed that the next must wait."""

from collections.abc import Iterable

from orchestrator.errors import UsageError
from orchestrator.execution.events import WaveHeld
from orchestrator.execution.run_state import RunState
from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Operation
from orchestrator.model.plan import Plan


def wave_names(plan: Plan) -> tuple[str, ...]:
    """The waves in order, those without operations included."""
    return tuple(dict.fromkeys((*(wave.name for wave in plan.header.pace.waves), *(operation.wave for operation in plan.operations))))


def waves_until(plan: Plan, until: str | None) -> tuple[str, ...]:
    """The waves up to and including ``until``. Raises UsageError when the plan has no such wave."""
    names = wave_names(plan)
    if until is None:
        return names
    if until not in names:
        raise UsageError(f'the plan has no wave "{until}".', remedy=f"Its waves are: {', '.join(names)}.")
    return names[: names.index(until) + 1]


def operations_of(plan: Plan, wave: str) -> tuple[Operation, ...]:
    return tuple(operation for operation in plan.operations if operation.wave == wave)


def operations_after(plan: Plan, wave: str) -> tuple[Operation, ...]:
    """The operations of every later wave."""
    names = wave_names(plan)
    later = names[names.index(wave) + 1 :]
    return tuple(operation for operation in plan.operations if operation.wave in later)


def accounts_in(operations: Iterable[Operation]) -> frozenset[AccountId]:
    return frozenset(account for operation in operations for account in operation.accounts)


def held(plan: Plan, wave: str, state: RunState) -> WaveHeld | None:
    """The news that a wave failed beyond tolerance, when there is a later wave to keep from starting."""
    operations = operations_of(plan, wave)
    if state.are_complete(operations) or state.are_complete(operations_after(plan, wave)):
        return None
    accounts = accounts_in(operations)
    failed = {account for operation in operations for account in state.remaining(operation)}
    tolerance = plan.header.pace.failure_tolerance_percent
    if len(failed) * 100 <= tolerance * len(accounts) and accounts:
        return None
    return WaveHeld(wave, len(failed), len(accounts), tolerance)
