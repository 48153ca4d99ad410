"""What an earlier failure holds back: accounts whose groundwork is missing, or an operation whose StackSet is not as it must be.

Nothing is built on a failure: no policy without its role, no instance of a definition that was not updated, no StackSet
deleted while it still grants something.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from orchestrator.execution.run_state import RunState
from orchestrator.model.identifiers import AccountId, OperationKey
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
from orchestrator.model.state import Place


@dataclass(frozen=True, slots=True)
class Obstruction:
    """``whole`` is why the operation cannot be done for anybody; ``accounts`` are left out, each with the reason."""

    whole: str = ""
    accounts: Mapping[AccountId, str] = field(default_factory=dict)

    @property
    def because(self) -> str:
        """One reason for all of it."""
        return self.whole or "; ".join(dict.fromkeys(self.accounts.values()))


class Groundwork:
    """Which operations of a plan each operation builds on."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._known: dict[OperationKey, Operation] = {}
        self._same_place: dict[OperationKey, tuple[Operation, ...]] = {}
        self._complete: set[OperationKey] = set()
        by_place: dict[Place, tuple[Operation, ...]] = {}
        for operation in operations:
            own = by_place.get(operation.place, ())
            self._same_place[operation.id] = own
            by_place[operation.place] = (*own, operation)
            self._known[operation.id] = operation

    def below(self, operation: Operation) -> tuple[Operation, ...]:
        """Everything that must have ended before this one starts: what it names, and all earlier work on its StackSet."""
        named = (self._known[key] for key in operation.after)
        return tuple({earlier.id: earlier for earlier in (*self._same_place[operation.id], *named)}.values())

    def obstruction(self, operation: Operation, state: RunState) -> Obstruction:
        """What stands in the way now that everything below has ended."""
        unfinished = [earlier for earlier in self.below(operation) if not self.is_complete(earlier, state)]
        wanted = set(operation.accounts)
        whole = next((reason(earlier) for earlier in unfinished if is_in_the_way(earlier, operation, state)), "")
        left_out = {account: reason(earlier) for earlier in unfinished for account in state.remaining(earlier) if account in wanted}
        return Obstruction(whole, left_out)

    def is_complete(self, operation: Operation, state: RunState) -> bool:
        """Remembered: what is complete stays so, and there are many to ask for."""
        if operation.id not in self._complete and state.is_complete(operation):
            self._complete.add(operation.id)
        return operation.id in self._complete


def is_in_the_way(earlier: Operation, operation: Operation, state: RunState) -> bool:
    """Whether ``earlier``, which is unfinished, makes all of ``operation`` impossible or unsafe.

    What it comes after elsewhere, in other accounts, has to be done in full: a new hub before the old one goes.
    """
    if earlier.place != operation.place:
        return not set(earlier.accounts) & set(operation.accounts)
    if earlier.revision and operation.revision:
        # What did not repair a few accounts is not tried in the next.
        return True
    match earlier:
        case Create() | StopAutoDeployment():
            # What follows automatic deployment would be undone by it.
            return True
        case Update():
            # The old definition must not reach another account; taking instances away stays right.
            return not state.of(earlier).is_accepted and isinstance(operation, CreateInstances | UpdateInstances | Update)
        case DeleteInstances():
            # An update without accounts would reach the instances that should be gone.
            is_update_of_all = isinstance(operation, Update) and not operation.accounts
            return is_update_of_all or isinstance(operation, Delete)
        case _:
            return False


def reason(earlier: Operation) -> str:
    return f"{earlier.kind.replace('_', ' ')} {earlier.place.name} ({earlier.id}) has not succeeded there"
