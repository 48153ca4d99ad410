"""What AWS must look like while a plan is under way: what the plan saw, changed by what the plan has done,
and the latitude its own unfinished operations have.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial, reduce

from orchestrator.execution.run_state import RunState
from orchestrator.model.identifiers import AccountId
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
from orchestrator.model.plan import Plan
from orchestrator.model.state import Definition, Instance, Place, State, Unit
from orchestrator.planning.delta import instances_of
from orchestrator.planning.projection import project


@dataclass(frozen=True, slots=True)
class Latitude:
    """What unfinished operations may have changed already, or not yet.

    ``accounts`` may be in any condition; ``busy`` StackSets may have instances CURRENT or OUTDATED; ``forms`` are definitions a
    StackSet may have besides the expected one, None where it may be absent; ``whole`` are plain stacks that are worked on;
    ``switches`` are StackSets whose automatic deployment may be off already.
    """

    accounts: frozenset[tuple[Place, AccountId]]
    busy: frozenset[Place]
    forms: Mapping[Place, Definition | None]
    whole: frozenset[Place]
    switches: frozenset[Place] = frozenset()


def expected(plan: Plan, run: RunState) -> State:
    """The state after this plan's completed operations and no other change."""
    return project(done_parts(plan, run), plan.observed)


def done_parts(plan: Plan, run: RunState) -> Iterator[Operation]:
    """Finished operations, and of the others the accounts they have reached."""
    for operation in plan.operations:
        state = run.of(operation)
        done = tuple(sorted(state.done))
        match operation:
            case _ if run.is_complete(operation):
                yield operation
            case Update() if state.is_accepted and not operation.place.is_stack:
                # Without accounts it would mean everybody; those that failed are in the latitude anyway.
                yield replace(operation, accounts=done or operation.accounts)
            case CreateInstances() | UpdateInstances() | DeleteInstances() if done:
                yield replace(operation, accounts=done)
            case _:
                pass


def unchanged_by(plan: Plan, run: RunState, observed: State) -> State:
    """The state observed, without the grants the plan has made itself and with those it has revoked: limits are those of the whole plan."""
    return reduce(partial(undo, plan.observed), reversed(tuple(done_parts(plan, run))), observed)


def undo(seen: State, state: State, operation: Operation) -> State:
    """The instances as they were before the operation, removed ones as the plan saw them; their definition does not count."""
    unit = state.get(operation.place)
    if isinstance(operation, CreateInstances | Create) and unit is not None:
        instances = {account: instance for account, instance in unit.instances.items() if account not in operation.accounts}
        return {**state, operation.place: replace(unit, instances=instances)}
    if isinstance(operation, DeleteInstances | Delete):
        before, held = unit or Unit(Definition("")), instances_of(seen.get(operation.place))
        removed = {account: held.get(account, Instance()) for account in operation.accounts}
        return {**state, operation.place: replace(before, instances={**removed, **before.instances})}
    return state


def latitude(plan: Plan, run: RunState) -> Latitude:
    """What operations that were started and are not complete allow."""
    switched = (operation for operation in plan.operations if isinstance(operation, StopAutoDeployment) and run.of(operation).last)
    passed_over = frozenset(operation.place for operation in switched)
    unfinished = [operation for operation in plan.operations if run.of(operation).last is not None and not run.is_complete(operation)]
    return Latitude(
        accounts=frozenset((operation.place, account) for operation in unfinished for account in run.remaining(operation)),
        busy=frozenset(operation.place for operation in unfinished if run.of(operation).in_flight is not None) | passed_over,
        forms={operation.place: form for operation in unfinished for form in forms_of(operation, run)},
        whole=frozenset(operation.place for operation in unfinished if operation.place.is_stack),
        switches=frozenset(operation.place for operation in unfinished if isinstance(operation, StopAutoDeployment)),
    )


def forms_of(operation: Operation, run: RunState) -> tuple[Definition | None, ...]:
    """The definition the operation leads to, when it may have got there or not."""
    match operation:
        case Create():
            return (operation.definition,)
        case Update() if not run.of(operation).is_accepted:
            return (operation.definition,)
        case Delete():
            return (None,)
        case _:
            return ()
