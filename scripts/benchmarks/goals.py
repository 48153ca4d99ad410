"""What the figures should be, and what is in the way where one is not."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from scripts.benchmarks.measurement import Measurement
from scripts.benchmarks.offline import ALONE, FROM_SNAPSHOT, JUDGED, STARTED
from scripts.benchmarks.stages import SETTLED

Figure = Callable[[Measurement], float | None]

START = (
    "Python with typer, pydantic and structlog takes 0.2 s to start, and the program's own modules, most of them frozen dataclasses "
    "and models, another 0.2 s. The catalog is YAML that people edit, read with the line of every value by a parser written in Python, "
    "in 0.15 s."
)


LIMITER = (
    " The limiter holds calls back for 0.3 s, where a local AWS answers in milliseconds; the loop knows none. Planning itself takes 0.2 s."
)


@dataclass(frozen=True, slots=True)
class Goal:
    """At most ``bound`` of a figure, in ``unit``; of each size where ``accounts`` is None."""

    work: str
    accounts: int | None
    figure: Figure
    bound: float
    unit: str
    obstacle: str = ""


def busy(found: Measurement) -> float:
    return found.busy


def memory(found: Measurement) -> float:
    return found.mebibytes


def calls(found: Measurement) -> float | None:
    return found.calls / found.minimum if found.calls and found.minimum else None


def against_bare(found: Measurement) -> float | None:
    return found.seconds / found.bare if found.bare else None


GOALS = (
    Goal("discover", None, calls, 1.05, "of the calls needed"),
    Goal("plan, from nothing", None, calls, 1.05, "of the calls needed"),
    Goal(SETTLED, None, calls, 1.05, "of the calls needed"),
    Goal("apply", None, calls, 1.2, "of the calls needed"),
    Goal("destroy", None, calls, 1.2, "of the calls needed"),
    Goal(SETTLED, 1_000, against_bare, 1.5, "times a bare loop", START + LIMITER),
    Goal(FROM_SNAPSHOT, 10_000, busy, 2.0, "s", START),
    Goal(FROM_SNAPSHOT, 10_000, memory, 150.0, "MiB"),
    Goal(
        FROM_SNAPSHOT, 50_000, busy, 6.0, "s", "A second is the snapshot, two thirds of a second the file; the rest grows with the changes."
    ),
    Goal(FROM_SNAPSHOT, 50_000, memory, 700.0, "MiB"),
    Goal(ALONE, 10_000, busy, 1.0, "s"),
    Goal(ALONE, 50_000, busy, 5.0, "s"),
    Goal(JUDGED, 10_000, busy, 1.0, "s"),
    Goal("explain --organization", 10_000, busy, 1.0, "s", START),
    Goal("--help", None, busy, 0.25, "s"),
    Goal("validate", None, busy, 0.8, "s", START + " The linter judges every statement of every profile in 0.4 s."),
    Goal("groups", None, busy, 0.5, "s", START),
    Goal(STARTED, 10_000, busy, 5.0, "s", "The local AWS takes 0.7 s to load, and 0.4 ms for each account of the snapshot then."),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A goal at one size, and the figure."""

    goal: Goal
    accounts: int
    found: float

    @property
    def is_met(self) -> bool:
        return self.found <= self.goal.bound


def judge(found: Iterable[Measurement]) -> Iterator[Judged]:
    """Goals for which there is a figure, in their order."""
    measured = tuple(found)
    for goal in GOALS:
        for one in measured:
            figure = goal.figure(one) if one.work == goal.work and goal.accounts in (None, one.accounts) else None
            if figure is not None:
                yield Judged(goal, one.accounts, figure)
