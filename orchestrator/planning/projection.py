"""What each operation means: the state of AWS after it, given the state before. The planner is tested against it,
the in-memory fake is made of it, and stale plans, resumption and verification are judged by it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import assert_never

from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.operation import (
    CreateInstances,
    CreateStack,
    CreateStackSet,
    DeleteInstances,
    DeleteStack,
    DeleteStackSet,
    Operation,
    StackOperation,
    StackSetOperation,
    StopAutoDeployment,
    UpdateInstances,
    UpdateStack,
    UpdateStackSet,
)
from orchestrator.model.state import Condition, Instance, Stack, StackSet, State, Window


def project(operations: Iterable[Operation], state: State) -> State:
    """The state once every operation has succeeded in full. Operations on a StackSet that is not there change nothing."""
    return reduce(step, operations, state)


def step(state: State, operation: Operation) -> State:
    match operation:
        case CreateStack() | UpdateStack() | DeleteStack():
            return replace(state, stacks=change_stack(operation, state.stacks))
        case _:
            return replace(state, stack_sets=change_stack_set(operation, state.stack_sets))


def change_stack(operation: StackOperation, stacks: Mapping[StackSetName, Stack]) -> Mapping[StackSetName, Stack]:
    others = {name: stack for name, stack in stacks.items() if name != operation.stack_set}
    match operation:
        case DeleteStack():
            return others
        case CreateStack():
            return {**others, operation.stack_set: Stack(operation.definition, Instance(window=operation.window))}
        case UpdateStack():
            before = stacks.get(operation.stack_set)
            window = operation.window or (before.instance.window if before else None)
            return {**others, operation.stack_set: Stack(operation.definition, Instance(window=window))}
        case _:
            assert_never(operation)


def change_stack_set(operation: StackSetOperation, stack_sets: Mapping[StackSetName, StackSet]) -> Mapping[StackSetName, StackSet]:
    others = {name: stack_set for name, stack_set in stack_sets.items() if name != operation.stack_set}
    before = stack_sets.get(operation.stack_set)
    if isinstance(operation, CreateStackSet):
        return {**others, operation.stack_set: StackSet(operation.definition)}
    if isinstance(operation, DeleteStackSet):
        return others
    if before is None:
        return stack_sets
    if isinstance(operation, UpdateStackSet):
        after = replace(before, definition=operation.definition, instances=redefine(before.instances, operation.accounts))
    elif isinstance(operation, StopAutoDeployment):
        after = replace(before, auto_deploys=False)
    else:
        after = replace(before, instances=change_instances(operation, before.instances))
    return {**others, operation.stack_set: after}


def redefine(instances: Mapping[AccountId, Instance], accounts: tuple[AccountId, ...]) -> Mapping[AccountId, Instance]:
    """Without accounts every instance is updated; with them the others stay OUTDATED. INOPERABLE ones are passed over."""
    return {
        account: instance if instance.condition is Condition.INOPERABLE else replace(instance, condition=reached(account, accounts))
        for account, instance in instances.items()
    }


def reached(account: AccountId, accounts: tuple[AccountId, ...]) -> Condition:
    return Condition.CURRENT if not accounts or account in accounts else Condition.OUTDATED


def change_instances(
    operation: CreateInstances | UpdateInstances | DeleteInstances, instances: Mapping[AccountId, Instance]
) -> Mapping[AccountId, Instance]:
    match operation:
        case DeleteInstances():
            return {account: instance for account, instance in instances.items() if account not in operation.accounts}
        case CreateInstances():
            return {**instances, **dict.fromkeys(operation.accounts, Instance(window=operation.window))}
        case UpdateInstances():
            updated = {account: instances[account] for account in operation.accounts if account in instances}
            return {**instances, **{account: update(instance, operation.window) for account, instance in updated.items()}}
        case _:
            assert_never(operation)


def update(instance: Instance, window: Window | None) -> Instance:
    """An update without a window leaves the overrides as they are."""
    return Instance(window=window or instance.window)
