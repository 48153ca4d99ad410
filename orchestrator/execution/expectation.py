"""What AWS must look like while a plan is under way: what the plan saw, changed by what the plan has done,
and the latitude its own unfinished operations have.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from orchestrator.execution.run_state import RunState
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.operation import (
    CreateInstances,
    CreateStackSet,
    DeleteInstances,
    DeleteStackSet,
    Operation,
    StopAutoDeployment,
    UpdateInstances,
    UpdateStackSet,
)
from orchestrator.model.plan import Plan
from orchestrator.model.state import Definition, State
from orchestrator.planning.projection import project
from orchestrator.planning.sequence import place


@dataclass(frozen=True, slots=True)
class Latitude:
    """What unfinished operations may have changed already, or not yet.

    ``accounts`` may be in any condition; ``busy`` StackSets may have instances CURRENT or OUTDATED; ``forms`` are definitions a
    StackSet may have besides the expected one, None where it may be absent; ``stacks`` are plain stacks that are worked on;
    ``switches`` are StackSets whose automatic deployment may be off already.
    """

    accounts: frozenset[tuple[StackSetName, AccountId]]
    busy: frozenset[StackSetName]
    forms: Mapping[StackSetName, Definition | None]
    stacks: frozenset[StackSetName]
    switches: frozenset[StackSetName] = frozenset()


def expected(plan: Plan, run: RunState) -> State:
    """The state if nobody but this plan did anything, and nothing but what the journal calls done."""
    return project(done_parts(plan, run), plan.observed)


def done_parts(plan: Plan, run: RunState) -> Iterator[Operation]:
    """Finished operations, and of the others the accounts they have reached."""
    for operation in plan.operations:
        state = run.of(operation)
        done = tuple(sorted(state.done))
        match operation:
            case _ if run.is_complete(operation):
                yield operation
            case UpdateStackSet() if state.is_accepted:
                # Without accounts it would mean everybody; those that failed are in the latitude anyway.
                yield replace(operation, accounts=done or operation.accounts)
            case CreateInstances() | UpdateInstances() | DeleteInstances() if done:
                yield replace(operation, accounts=done)
            case _:
                pass


def latitude(plan: Plan, run: RunState) -> Latitude:
    """What operations that were begun and are not finished allow."""
    switched = (operation for operation in plan.operations if isinstance(operation, StopAutoDeployment) and run.of(operation).last)
    passed_over = frozenset(operation.stack_set for operation in switched)
    begun = [operation for operation in plan.operations if run.of(operation).last is not None and not run.is_complete(operation)]
    return Latitude(
        accounts=frozenset((operation.stack_set, account) for operation in begun for account in run.remaining(operation)),
        busy=frozenset(operation.stack_set for operation in begun if run.of(operation).in_flight is not None) | passed_over,
        forms={operation.stack_set: form for operation in begun for form in forms_of(operation, run)},
        stacks=frozenset(operation.stack_set for operation in begun if place(operation)[1]),
        switches=frozenset(operation.stack_set for operation in begun if isinstance(operation, StopAutoDeployment)),
    )


def forms_of(operation: Operation, run: RunState) -> tuple[Definition | None, ...]:
    """The definition the operation leads to, when it may have got there or not."""
    match operation:
        case CreateStackSet():
            return (operation.definition,)
        case UpdateStackSet() if not run.of(operation).is_accepted:
            return (operation.definition,)
        case DeleteStackSet():
            return (None,)
        case _:
            return ()
