"""The tree of organizational units with how far the rollout reaches into each, counted from the matrix."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from orchestrator.model.organization import ROOT_PATH
from orchestrator.presentation.report.model import Cell, Matrix, Unit

HOLDING = frozenset({Cell.HELD, Cell.GRANT, Cell.UPDATE, Cell.REPAIR, Cell.UNHEALTHY})


@dataclass(slots=True)
class Tally:
    """Accounts of one unit alone."""

    accounts: int = 0
    holding: int = 0
    granted: int = 0
    revoked: int = 0
    excluded: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.accounts + other.accounts,
            self.holding + other.holding,
            self.granted + other.granted,
            self.revoked + other.revoked,
            self.excluded + other.excluded,
        )


def units_of(matrix: Matrix) -> tuple[Unit, ...]:
    """The root with everything below it; accounts without a known unit stand beside it."""
    tallies = tally(matrix)
    children: dict[str, set[str]] = defaultdict(set)
    for path in tallies:
        for parent, child in steps_to(path):
            children[parent].add(child)
    tops = [path for path in ("", ROOT_PATH) if path in tallies or children.get(path)]
    return tuple(unit_at(path, children, tallies) for path in tops)


def steps_to(path: str) -> Iterable[tuple[str, str]]:
    """``/ → /Workloads``, ``/Workloads → /Workloads/Prod``."""
    parts = [part for part in path.split("/") if part]
    paths = [ROOT_PATH, *(f"/{'/'.join(parts[:count])}" for count in range(1, len(parts) + 1))]
    return pairwise(paths)


def unit_at(path: str, children: Mapping[str, set[str]], tallies: Mapping[str, Tally]) -> Unit:
    below = tuple(unit_at(child, children, tallies) for child in sorted(children.get(path, ())))
    total = sum(
        (Tally(unit.accounts, unit.holding, unit.granted, unit.revoked, unit.excluded) for unit in below), tallies.get(path, Tally())
    )
    return Unit(path, total.accounts, total.holding, total.granted, total.revoked, total.excluded, below)


def tally(matrix: Matrix) -> Mapping[str, Tally]:
    found: dict[str, Tally] = defaultdict(Tally)
    excluded = frozenset(matrix.excluded)
    for number, (unit, pattern) in enumerate(zip(matrix.unit, matrix.pattern, strict=True)):
        row, cells = found[matrix.units[unit]], matrix.patterns[pattern]
        row.accounts += 1
        row.holding += not HOLDING.isdisjoint(cells)
        row.granted += cells.count(Cell.GRANT)
        row.revoked += cells.count(Cell.REVOKE)
        row.excluded += number in excluded
    return found
