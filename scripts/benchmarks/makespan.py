"""How long a rollout takes in simulated time, on the planner and engine that ship, beside the time that no order could beat."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, exp

from orchestrator.execution.engine import Engine, RunContext
from orchestrator.execution.journal import Journal
from orchestrator.model.identifiers import AccountId, RunId
from orchestrator.model.names import role_kind_of
from orchestrator.model.operation import Operation
from orchestrator.model.plan import Plan
from orchestrator.model.state import Place
from scripts.benchmarks.company import rollout_plan
from scripts.benchmarks.simulated_aws import AT_ONCE, Duration, SimulatedAws, SimulatedClock

MEAN_SECONDS = 60.0
POLL_SECONDS = 5.0


def constant(place: Place, account: AccountId) -> float:  # noqa: ARG001 - the same everywhere
    """A minute for each instance."""
    return MEAN_SECONDS


def spread(place: Place, account: AccountId, sigma: float = 0.3) -> float:
    """A lognormal time around a minute, the same in every run: one in a hundred takes twice as long."""
    dice = random.Random(f"{place.name}/{account}")  # noqa: S311 - a repeatable time, nothing secret
    return MEAN_SECONDS * exp(dice.gauss(0.0, sigma))


@dataclass(frozen=True, slots=True)
class Makespan:
    """``bound`` is what no order can beat, both in seconds; ``calls`` are those that submit or look."""

    seconds: float
    bound: float
    calls: int
    operations: int

    @property
    def ratio(self) -> float:
        return self.seconds / self.bound


def simulate(plan: Plan, duration: Duration, *, side_by_side: bool = True) -> Makespan:
    """Apply the plan to a simulated AWS."""
    clock = SimulatedClock()
    aws = SimulatedAws(clock, duration, side_by_side=side_by_side)
    context = RunContext(poll_seconds=POLL_SECONDS, run=RunId("benchmark"))
    engine = Engine(plan, aws, Journal(Memory(), plan.digest), clock, context)
    for _ in engine.run():
        pass
    if not engine.is_complete:
        raise RuntimeError("the simulated run did not come to its end")
    return Makespan(clock.seconds, bound(plan, duration), aws.calls, len(plan.operations))


def bound(plan: Plan, duration: Duration) -> float:
    """Wave by wave, for waves are barriers."""
    waves = groupby(plan.operations, key=lambda operation: operation.wave)
    return sum(bound_of_wave(targets_in(operations), plan.header.prefix, duration) for _, operations in waves)


def targets_in(operations: Iterable[Operation]) -> Mapping[Place, Sequence[AccountId]]:
    found: dict[Place, list[AccountId]] = {}
    for operation in operations:
        if operation.accounts:
            found.setdefault(operation.place, []).extend(operation.accounts)
    return found


def bound_of_wave(targets: Mapping[Place, Sequence[AccountId]], prefix: str, duration: Duration) -> float:
    """No StackSet is quicker than its work at a hundred instances at once, after the first role or before the last group set; and no
    account is quicker than its role and the slowest of its group sets.
    """
    roles = {place for place in targets if role_kind_of(prefix, place.name)}
    times = {place: {account: duration(place, account) for account in accounts} for place, accounts in targets.items()}
    work = {place: max(sum(own.values()) / AT_ONCE, ceil(len(own) / AT_ONCE) * min(own.values())) for place, own in times.items()}
    quickest_role = min((min(times[place].values()) for place in roles), default=0.0)
    quickest_group = min((min(own.values()) for place, own in times.items() if place not in roles), default=0.0)
    in_account: dict[AccountId, dict[bool, float]] = {}
    for place, own in times.items():
        for account, seconds in own.items():
            slowest = in_account.setdefault(account, {})
            slowest[place in roles] = max(seconds, slowest.get(place in roles, 0.0))
    chains = (sum(slowest.values()) for slowest in in_account.values())
    return max(*chains, *(seconds + (quickest_group if place in roles else quickest_role) for place, seconds in work.items()))


@dataclass(frozen=True, slots=True)
class Simulated:
    """A makespan with what was assumed of instances and of AWS's queue; ``most`` is the goal for its ratio."""

    accounts: int
    times: str
    queue: str
    found: Makespan
    most: float | None


def measure_makespan(accounts: int) -> Iterator[Simulated]:
    """The time of a rollout against its bound, for both ways instances and queues may behave."""
    plan = rollout_plan(accounts)
    for duration, times, most in ((constant, "a minute each", 1.1), (spread, "lognormal, sigma 0.3", 1.3)):
        for side_by_side, queue in ((True, "side by side"), (False, "one after the other")):
            found = simulate(plan, duration, side_by_side=side_by_side)
            yield Simulated(accounts, times, queue, found, most if side_by_side else None)


class Memory:
    """ports.Store that forgets."""

    def __init__(self) -> None:
        self._logs: dict[str, list[bytes]] = {}

    def append(self, log: str, record: bytes) -> None:
        self._logs.setdefault(log, []).append(record)

    def read_log(self, log: str) -> Sequence[bytes]:
        return tuple(self._logs.get(log, ()))

    def put(self, key: str, content: bytes) -> None:
        """Nothing but journals is kept."""

    def get(self, key: str) -> bytes | None:  # noqa: ARG002 - nothing is kept
        return None

    def keys(self, prefix: str) -> Sequence[str]:  # noqa: ARG002 - nothing is kept
        return ()
