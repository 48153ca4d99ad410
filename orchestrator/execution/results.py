"""What became of a plan, read off its run state: the status of each operation, and every account that failed with the cause."""

from collections.abc import Iterator, Mapping

from orchestrator.execution.remembering import temporary_after
from orchestrator.execution.run_state import RunState
from orchestrator.model.identifiers import AccountId, OperationKey
from orchestrator.model.operation import Operation
from orchestrator.model.outcome import NOT_ATTEMPTED, Failure, OperationOutcome, OperationStatus, Outcome
from orchestrator.model.plan import Plan

Blocked = Mapping[OperationKey, str]


def outcome_of(
    plan: Plan, state: RunState, skipped: Blocked, blocked: Blocked, stopped_after: str | None, changed: Mapping[AccountId, str]
) -> Outcome:
    """``skipped`` had nothing left to work on; ``blocked``, among them, could not be done for anybody.

    ``changed`` accounts were left out, for they are not what the plan saw any more.
    """
    operations = tuple(
        OperationOutcome(operation.id, operation.kind, operation.place.name, status_of(operation, state, skipped))
        for operation in plan.operations
    )
    is_done = bool(plan.operations) and state.is_verified and state.are_complete(plan.operations)
    left = tuple(left_out(plan, state, changed))
    failed = (*left, *(found for found in failures_of(plan, state, blocked) if found.account not in changed))
    temporary = temporary_after(plan, state)
    is_narrowed = plan.narrowing is not None and plan.narrowing.changes_left_out > 0
    return Outcome(
        plan.digest, operations, failed, stopped_after, already_done=is_done, left_out=left, temporary=temporary, is_narrowed=is_narrowed
    )


def status_of(operation: Operation, state: RunState, skipped: Blocked) -> OperationStatus:
    """SUCCEEDED only when no account is left to do, whatever AWS calls it."""
    last = state.of(operation).last
    if operation.id in skipped:
        return OperationStatus.SKIPPED
    if last is None:
        return OperationStatus.PENDING
    if last.is_in_flight:
        return OperationStatus.RUNNING
    return OperationStatus.SUCCEEDED if state.is_complete(operation) else OperationStatus.FAILED


def left_out(plan: Plan, state: RunState, changed: Mapping[AccountId, str]) -> Iterator[Failure]:
    """What was not done in accounts that changed during the run."""
    for operation in plan.operations:
        for account in state.remaining(operation):
            if account in changed:
                reason = f"{NOT_ATTEMPTED}since the plan was made the account {changed[account]}"
                yield Failure(account, operation.place.name, reason, "Make a new plan.")


def failures_of(plan: Plan, state: RunState, blocked: Blocked) -> Iterator[Failure]:
    """The failures of the last attempts; an account left out elsewhere because of one is not named again."""
    for operation in plan.operations:
        last = state.of(operation).last
        if last is not None and not state.is_complete(operation):
            yield from last.failures
        elif operation.id in blocked:
            for account in state.remaining(operation):
                yield Failure(account, operation.place.name, f"{NOT_ATTEMPTED}{blocked[operation.id]}")
