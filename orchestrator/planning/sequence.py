"""The list of operations under construction: numbers them, keeps those in one place in order, and finds those that change an account."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from orchestrator.model.identifiers import AccountId, OperationKey
from orchestrator.model.operation import Operation
from orchestrator.model.state import Place

DRAFT = OperationKey("")
"""The id of an operation before it has its position."""

Keys = tuple[OperationKey, ...]
Before = Callable[[Iterable[AccountId]], Keys]
"""What an operation on these accounts comes after."""


@dataclass(slots=True)
class Sequence:
    """Operations so far; ``defined`` are the places whose definition is settled, ``done`` the instances that are updated or deleted."""

    operations: list[Operation] = field(default_factory=list)
    defined: set[Place] = field(default_factory=set)
    done: set[tuple[Place, AccountId]] = field(default_factory=set)
    last: dict[Place, OperationKey] = field(default_factory=dict)
    positions: dict[AccountId, list[int]] = field(default_factory=dict)

    def add(self, operation: Operation, before: Iterable[OperationKey] = ()) -> None:
        """Add a draft. It runs after ``before`` and after the last operation in the same place."""
        position = len(self.operations)
        key = OperationKey(f"op-{position + 1:03}")
        own = filter(None, (self.last.get(operation.place),))
        self.operations.append(replace(operation, id=key, after=tuple(dict.fromkeys((*own, *before)))))
        self.last[operation.place] = key
        for account in operation.accounts:
            self.positions.setdefault(account, []).append(position)

    @property
    def length(self) -> int:
        """How many operations there are so far."""
        return len(self.operations)

    def pending(self, place: Place, accounts: Iterable[AccountId]) -> tuple[AccountId, ...]:
        """Those of the accounts that are not done yet."""
        return tuple(account for account in accounts if (place, account) not in self.done)

    def mark(self, place: Place, accounts: Iterable[AccountId]) -> None:
        """Note that these are done."""
        self.done.update((place, account) for account in accounts)

    def after(self, start: int, others: Keys = ()) -> Before:
        """For each block of accounts: the operations from ``start`` on, up to now, that change one of them, and these others."""
        end = self.length
        return lambda accounts: (*self.touching(range(start, end), accounts), *others)

    def touching(self, part: range, accounts: Iterable[AccountId]) -> Keys:
        """Operations in this part of the list that change one of the accounts."""
        found = {position for account in accounts for position in self.positions.get(account, ()) if position in part}
        return self.keys(sorted(found))

    def keys(self, positions: Iterable[int]) -> Keys:
        """The operations at these positions."""
        return tuple(self.operations[position].id for position in positions)
