"""The list of operations under construction: numbers them and keeps those on one StackSet in order."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from orchestrator.model.identifiers import AccountId, OperationKey, StackSetName
from orchestrator.model.operation import CreateStack, DeleteStack, Operation, UpdateStack, accounts_of

DRAFT = OperationKey("")
"""The id of an operation before it has its place."""

Keys = tuple[OperationKey, ...]


@dataclass(slots=True)
class Sequence:
    """Operations so far; ``done`` are the (StackSet, account) pairs already updated or deleted ahead of their wave."""

    operations: list[Operation] = field(default_factory=list)
    defined: set[StackSetName] = field(default_factory=set)
    done: set[tuple[StackSetName, AccountId]] = field(default_factory=set)

    def add(self, operation: Operation, before: Iterable[OperationKey] = ()) -> None:
        """Add a draft. It runs after ``before`` and after the last operation on the same StackSet or stack."""
        key = OperationKey(f"op-{len(self.operations) + 1:03}")
        own = [earlier.id for earlier in self.operations if place(earlier) == place(operation)][-1:]
        self.operations.append(replace(operation, id=key, after=tuple(dict.fromkeys((*own, *before)))))

    def pending(self, stack_set: StackSetName, accounts: Iterable[AccountId]) -> tuple[AccountId, ...]:
        """Those of the accounts that are not done yet."""
        return tuple(account for account in accounts if (stack_set, account) not in self.done)

    def mark(self, stack_set: StackSetName, accounts: Iterable[AccountId]) -> None:
        """Note that these are done."""
        self.done.update((stack_set, account) for account in accounts)

    def touching(self, part: slice, accounts: Iterable[AccountId]) -> tuple[OperationKey, ...]:
        """Operations in this part of the list that change one of the accounts."""
        mine = set(accounts)
        return tuple(operation.id for operation in self.operations[part] if mine & set(accounts_of(operation)))


def place(operation: Operation) -> tuple[StackSetName, bool]:
    """A StackSet and a plain stack may share a name; they are different things."""
    return operation.stack_set, isinstance(operation, CreateStack | UpdateStack | DeleteStack)
