"""A plan is evidence of what was reviewed, not authority: the plan is made again, and what both agree on is applied."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from orchestrator.errors import OrchestratorError, RefusedError
from orchestrator.execution.expectation import unchanged_by
from orchestrator.execution.freshness import stale_plan
from orchestrator.execution.guard import Guard
from orchestrator.execution.narrowing import narrow
from orchestrator.execution.run_state import RunState
from orchestrator.model.operation import Delete, DeleteInstances, Operation, StopAutoDeployment
from orchestrator.model.plan import Plan
from orchestrator.model.state import State
from orchestrator.planning.basis import Basis
from orchestrator.planning.excess import excesses
from orchestrator.planning.make_plan import make_plan
from orchestrator.planning.mandate import mandate_of
from orchestrator.ports import Deployer
from orchestrator.runs.planning import basis_for, check_grant, intent_of
from orchestrator.runs.tools import Tools
from orchestrator.runs.world import World

SKEW = timedelta(minutes=5)
"""How far the clock of another machine may be ahead."""


def authorize(tools: Tools, plan: Plan, run: RunState, world: World) -> Deployer:
    """A deployer that applies what is left of the plan, and nothing that the rules do not want now.

    Raises RefusedError (``stale_plan``) with every rule, setting or account that speaks against the plan.
    """
    basis = replace(made_again(tools, plan, world), before=unchanged_by(plan, run, world.observed))
    mandate, left = mandate_of(basis), tuple(operations_left(plan, run, world.observed))
    found = (
        *settings_changed(tools, plan, left, world.now),
        *(violation.message for violation in make_plan(basis).violations),
        *(f"{operation.id} {operation.kind}: {excess}" for operation in left for excess in excesses(operation, mandate)),
    )
    if found:
        raise stale(found)
    in_flight = {operation.id: form for operation in plan.operations if (form := form_in_flight(operation, run)) is not None}
    return Guard(world.reach.deployer, mandate, in_flight)


def made_again(tools: Tools, plan: Plan, world: World) -> Basis:
    """What the plan would be made from now, for what it was asked for. Raises RefusedError for a grant that may not be asked for now."""
    intent = intent_of(plan)
    try:
        check_grant(tools, intent, world)
    except OrchestratorError as error:
        raise stale([error.message]) from error
    return basis_for(tools, intent, world)


def settings_changed(tools: Tools, plan: Plan, left: Iterable[Operation], now: datetime) -> Iterator[str]:
    """The plan follows its own waves, which rollout.yaml sets; a window begins when it is planned, not later."""
    if plan.header.pace != tools.rollout.pace:
        yield "rollout.yaml has other waves, concurrency or tolerance under rollout"
    for operation in left:
        if operation.window is not None and operation.window.not_before > now + SKEW:
            yield f"{operation.id} {operation.kind}: {operation.place}: the window begins in the future"


def operations_left(plan: Plan, run: RunState, observed: State) -> Iterator[Operation]:
    """What the plan has yet to do, in the accounts in which it has yet to do it."""
    for operation in plan.operations:
        if run.is_complete(operation) or has_landed(operation, run, observed):
            continue
        owed, attempt = run.remaining(operation), run.of(operation).in_flight
        gone = () if attempt is None else revoked_in_flight(operation, observed)
        left = tuple(account for account in owed if account not in gone)
        if left or not owed:
            form = narrow(operation, left, run.of(operation))
            # Where a repair in flight has arrived, nothing is altered any more.
            yield form if attempt is None else replace(form, revision=None)


def revoked_in_flight(operation: Operation, observed: State) -> tuple[str, ...]:
    """Accounts in which a revocation in flight has nothing left to do."""
    unit = observed.get(operation.place)
    is_revocation = isinstance(operation, DeleteInstances | Delete)
    return tuple(account for account in operation.accounts if is_revocation and (unit is None or account not in unit.instances))


def has_landed(operation: Operation, run: RunState, observed: State) -> bool:
    """Whether an operation in flight that concerns no account has done what it was to do."""
    if run.of(operation).in_flight is None or operation.accounts:
        return False
    unit = observed.get(operation.place)
    match operation:
        case Delete():
            return unit is None
        case StopAutoDeployment():
            return unit is not None and not unit.auto_deploys
        case _:
            return False


def form_in_flight(operation: Operation, run: RunState) -> Operation | None:
    """As an earlier run sent it, when its end is not known."""
    attempt = run.of(operation).in_flight
    return None if attempt is None else narrow(operation, attempt.accounts, run.of(operation))


def stale(reasons: Sequence[str]) -> RefusedError:
    remedy = (
        "Nothing was done, and nothing is lost. Make a new plan and review it: orchestrator plan --out FILE. "
        "If this one is unfinished, applying the new one takes its place."
    )
    return stale_plan("It is not what the rules want now", reasons, remedy)
