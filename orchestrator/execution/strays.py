"""Accounts that an operation reached though it did not name them: a service that passes over the filter of accounts must not go on."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import CreateInstances, DeleteInstances, Operation
from orchestrator.model.outcome import Failure
from orchestrator.model.plan import Plan
from orchestrator.model.state import Place

HINT = "Find out what did it before anything else is applied. A new plan revokes what no rule grants, except in excluded accounts."


class Bounds:
    """Which accounts a StackSet may have while a plan is applied, and which of them it keeps."""

    def __init__(self, plan: Plan) -> None:
        self._observed = plan.observed
        self._made, self._taken = named(plan, CreateInstances), named(plan, DeleteInstances)

    def strays(self, operation: Operation, reached: Collection[AccountId]) -> Iterator[Failure]:
        """``reached`` are the accounts the operation changed, as AWS reports of the operation itself.

        What came to other accounts by another way is found when AWS is compared with the plan at the end.
        """
        place = operation.place
        known = self._observed.get(place)
        before = set(known.instances if known else ())
        if isinstance(operation, DeleteInstances):
            beyond, what = before.intersection(reached) - self._taken.get(place, set()), "lost its"
        else:
            beyond, what = set(reached) - before - self._made.get(place, set()), "got an"
        for account in sorted(beyond):
            yield Failure(account, place.name, f"{what} instance of this StackSet, though no operation named the account.", HINT)


def named(plan: Plan, kind: type[CreateInstances] | type[DeleteInstances]) -> Mapping[Place, set[AccountId]]:
    """The accounts that operations of this kind name, by StackSet."""
    found: defaultdict[Place, set[AccountId]] = defaultdict(set)
    for operation in plan.operations:
        if isinstance(operation, kind):
            found[operation.place].update(operation.accounts)
    return found
