"""States, in as few words as tests need."""

from collections.abc import Mapping

from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.state import Definition, Instance, Place, State, Unit

MANAGEMENT = AccountId("999999999999")


def state(stack_sets: Mapping[StackSetName, Unit] | None = None, stacks: Mapping[StackSetName, Unit] | None = None) -> State:
    """StackSets by name, and plain stacks by name."""
    return {**{Place(name): unit for name, unit in (stack_sets or {}).items()}, **{at_management(n): u for n, u in (stacks or {}).items()}}


def at_management(name: StackSetName) -> Place:
    """The place of a plain stack."""
    return Place(name, is_stack=True)


def stack(definition: Definition, instance: Instance | None = None, *, account: AccountId = MANAGEMENT, is_foreign: bool = False) -> Unit:
    """A plain stack; nothing is read of a foreign one."""
    return Unit(definition, {} if is_foreign else {account: instance or Instance()}, is_foreign)
