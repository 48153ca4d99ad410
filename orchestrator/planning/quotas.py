"""Does the plan keep within what CloudFormation takes? What a request cannot hold is a violation, what a quota may forbid is a warning.

A request names one organizational unit, the root, of 50 that it may, and one block of accounts; an operation's accounts need no list in S3.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from orchestrator.model.operation import Create, CreateInstances, DeleteInstances, Operation, Update
from orchestrator.model.plan import Violation
from orchestrator.model.state import Definition, Place, State, ours
from orchestrator.planning.estimate import AT_ONCE
from orchestrator.templates.limits import PARAMETER_LIMIT, TEMPLATE_LIMIT

INSTANCES = 100_000
"""Stack instances of one StackSet, before any quota increase
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html)."""

INSTANCES_AT_WORK = 10_000
"""Stack instances that AWS works on at once in a region, of all StackSets of the administrator together; before any quota increase."""


def check_requests(operations: Iterable[Operation]) -> Iterator[Violation]:
    """Definitions beyond 51,200 bytes of template or 4,096 of a parameter."""
    for operation in operations:
        if isinstance(operation, Create | Update):
            yield from (Violation("size", f'"{operation.place.name}": {excess}.') for excess in excesses(operation.definition))


def excesses(definition: Definition) -> Iterator[str]:
    """What of a definition is too long for a request."""
    size = len(definition.template.encode())
    if size > TEMPLATE_LIMIT:
        yield f"the template has {size:,} bytes, a request takes {TEMPLATE_LIMIT:,}; split the group set"
    for name, value in definition.parameters.items():
        if len(value.encode()) > PARAMETER_LIMIT:
            yield f"parameter {name} has {len(value.encode()):,} bytes, a request takes {PARAMETER_LIMIT:,}"


def quota_warnings(observed: State, operations: Iterable[Operation]) -> Iterator[str]:
    """What needs more than the quotas an account begins with; ``orchestrator doctor`` reads those it has."""
    known = tuple(operations)
    for place, instances in instances_after(observed, known).items():
        if instances > INSTANCES:
            beyond = f"{instances:,} stack instances, by default {INSTANCES:,} are allowed"
            yield f'"{place.name}" would have {beyond}. Look with `orchestrator doctor`, and ask for more before you apply.'
    if (at_work := instances_at_work(known)) > INSTANCES_AT_WORK:
        beyond = f"{at_work:,} stack instances at once, by default {INSTANCES_AT_WORK:,} are allowed"
        yield f"the plan may work on {beyond}. Look with `orchestrator doctor`."


def instances_after(observed: State, operations: Iterable[Operation]) -> Counter[Place]:
    """How many stack instances each of our StackSets has once the operations are done."""
    sizes = Counter({place: len(unit.instances) for place, unit in ours(observed).items() if not place.is_stack})
    for operation in operations:
        if isinstance(operation, CreateInstances | DeleteInstances):
            sizes[operation.place] += len(operation.accounts) if isinstance(operation, CreateInstances) else -len(operation.accounts)
    return sizes


def instances_at_work(operations: Iterable[Operation]) -> int:
    """At most, as if all StackSets changed at once: AWS works on so many instances of each."""
    accounts = Counter[Place]()
    for operation in operations:
        if not operation.place.is_stack:
            accounts[operation.place] += len(operation.accounts)
    return sum(min(AT_ONCE, number) for number in accounts.values())
