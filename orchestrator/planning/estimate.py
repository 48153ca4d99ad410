"""How long operations take, were every instance to take the same time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from orchestrator.model.identifiers import OperationKey
from orchestrator.model.operation import Operation
from orchestrator.model.rollout import Pace
from orchestrator.model.state import Place

SECONDS_PER_INSTANCE = 60
"""An assumption: a stack with one role or one policy takes a minute or two. AWS publishes no time."""

AT_ONCE = 100
"""Instances of one StackSet that AWS works on at once (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """``instances`` counts stack instances and plain stacks, ``instances_at_once`` those of a full block that AWS works on together."""

    operations: int
    instances: int
    seconds_per_instance: int
    instances_at_once: int
    seconds: int


def estimate(operations: Iterable[Operation], pace: Pace) -> Estimate:
    """Of operations in the order of their plan; what is not among them has ended."""
    known, percent = tuple(operations), pace.max_concurrent_percent
    instances = sum(len(operation.accounts) for operation in known)
    seconds = max(ends_of(known, lambda operation: seconds_for(len(operation.accounts), percent)), default=0)
    return Estimate(len(known), instances, SECONDS_PER_INSTANCE, at_once(AT_ONCE, percent), int(seconds))


def at_once(accounts: int, percent: int) -> int:
    """How many accounts of an operation are worked on at once: the percentage rounds down, but one always is."""
    return min(AT_ONCE, max(1, accounts * percent // 100))


def seconds_for(accounts: int, percent: int) -> int:
    """How long an operation on so many accounts takes."""
    return ceil(accounts / at_once(accounts, percent)) * SECONDS_PER_INSTANCE


def ends_of(operations: Iterable[Operation], seconds_of: Callable[[Operation], float]) -> Iterator[float]:
    """When each ends, in seconds from the beginning: after what it builds on, in its StackSet in order, and after the waves before."""
    ended: dict[OperationKey, float] = {}
    free: dict[Place, float] = {}
    wave, start, latest = "", 0.0, 0.0
    for operation in operations:
        if operation.wave != wave:
            wave, start = operation.wave, latest
        begin = max(start, free.get(operation.place, 0), *(ended.get(key, 0) for key in operation.after), 0)
        end = begin + seconds_of(operation)
        ended[operation.id] = free[operation.place] = end
        latest = max(latest, end)
        yield end
