"""The matrix for paper and for readers without scripts: accounts of one unit that stand alike share a row."""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.presentation.report.model import Matrix

MOST = 30
"""Accounts of a row: rows that are not cut have to fill a sheet."""


@dataclass(frozen=True, slots=True)
class Fold:
    """``accounts`` by id and name; ``pattern`` has a letter for every column. A row goes on in the next one where it would be too long."""

    unit: str
    pattern: str
    accounts: tuple[str, ...]
    is_excluded: bool
    goes_on: bool = False


def folds_of(matrix: Matrix) -> Sequence[Fold]:
    """By unit, in the order of the accounts."""
    excluded = frozenset(matrix.excluded)
    found: dict[tuple[int, int, bool], list[str]] = {}
    for number, (unit, pattern, account, name) in enumerate(zip(matrix.unit, matrix.pattern, matrix.ids, matrix.names, strict=True)):
        found.setdefault((unit, pattern, number in excluded), []).append(f"{account} {name}".rstrip())
    return [
        Fold(matrix.units[unit], matrix.patterns[pattern], tuple(accounts[start : start + MOST]), is_excluded, start > 0)
        for (unit, pattern, is_excluded), accounts in found.items()
        for start in range(0, len(accounts), MOST)
    ]
