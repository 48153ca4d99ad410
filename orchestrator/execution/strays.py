"""Accounts that an operation reached though it did not name them: a service that passes over the filter of accounts must not go on."""

from collections.abc import Collection, Iterator

from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import CreateInstances, DeleteInstances
from orchestrator.model.outcome import Failure
from orchestrator.model.plan import Plan
from orchestrator.model.state import Place

HINT = "Find out what did it before anything else is applied. A new plan revokes what no rule grants, except in excluded accounts."


class Bounds:
    """Which accounts a StackSet may have while a plan is applied, and which of them it keeps."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def strays(self, place: Place, present: Collection[AccountId]) -> Iterator[Failure]:
        """``present`` are the accounts the StackSet has after an operation on it."""
        known = self._plan.observed.get(place)
        before = frozenset(known.instances if known else ())
        made = self._named(place, CreateInstances)
        taken = self._named(place, DeleteInstances)
        for account in sorted(set(present) - before - made):
            yield Failure(account, place.name, "got an instance of this StackSet, though no operation named the account.", HINT)
        for account in sorted(before - taken - set(present)):
            yield Failure(account, place.name, "lost its instance of this StackSet, though no operation named the account.", HINT)

    def _named(self, place: Place, kind: type[CreateInstances] | type[DeleteInstances]) -> frozenset[AccountId]:
        operations = (operation for operation in self._plan.operations if isinstance(operation, kind) and operation.place == place)
        return frozenset(account for operation in operations for account in operation.accounts)
