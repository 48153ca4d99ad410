"""What each operation means: the state of AWS after it, given the state before. The planner is tested against it,
the in-memory fake is made of it, and stale plans, resumption and verification are judged by it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import assert_never

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
from orchestrator.model.state import Condition, Instance, State, Unit

Instances = Mapping[AccountId, Instance]


def project(operations: Iterable[Operation], state: State) -> State:
    """The state once every operation has succeeded in full. Operations on what is not there change nothing."""
    return reduce(step, operations, state)


def step(state: State, operation: Operation) -> State:
    others = {place: unit for place, unit in state.items() if place != operation.place}
    before = state.get(operation.place)
    match operation:
        case Delete():
            return others
        case Create():
            return {**others, operation.place: Unit(operation.definition, made(operation))}
        case _ if before is None:
            return state
        case _:
            return {**others, operation.place: change(before, operation)}


def change(before: Unit, operation: Update | StopAutoDeployment | CreateInstances | UpdateInstances | DeleteInstances) -> Unit:
    instances, accounts = before.instances, operation.accounts
    match operation:
        case Update():
            return replace(before, definition=operation.definition, instances=redefine(instances, operation))
        case StopAutoDeployment():
            return replace(before, auto_deploys=False)
        case CreateInstances():
            return replace(before, instances={**instances, **made(operation)})
        case UpdateInstances():
            updated = {account: renew(instances[account], operation) for account in accounts if account in instances}
            return replace(before, instances={**instances, **updated})
        case DeleteInstances():
            return replace(before, instances={account: instance for account, instance in instances.items() if account not in accounts})
        case _:
            assert_never(operation)


def made(operation: Create | CreateInstances) -> Instances:
    return dict.fromkeys(operation.accounts, Instance(window=operation.window))


def redefine(instances: Instances, operation: Update) -> Instances:
    """Without accounts every instance is updated; with them the others stay OUTDATED. INOPERABLE ones are passed over."""
    reached = frozenset(operation.accounts or instances)
    return {
        account: instance if instance.condition is Condition.INOPERABLE else redefined(instance, operation, is_reached=account in reached)
        for account, instance in instances.items()
    }


def redefined(instance: Instance, operation: Update, *, is_reached: bool) -> Instance:
    return renew(instance, operation) if is_reached else replace(instance, condition=Condition.OUTDATED)


def renew(instance: Instance, operation: Update | UpdateInstances) -> Instance:
    """An update without a window leaves the overrides as they are; one without a revision leaves what was altered as it is."""
    kept = instance.alteration
    if kept is not None and operation.revision:
        kept = replace(kept, rewritable=())
    return Instance(window=operation.window or instance.window, alteration=kept)
