"""Temporary grants drawn over time, in whole units of a picture ``WIDTH`` wide."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.presentation.report.model import Report, TemporaryRow

WIDTH = 1000
MARGIN = timedelta(days=1)
MOST = 40
"""More grants than that are listed, not drawn."""


@dataclass(frozen=True, slots=True)
class Bar:
    grant: TemporaryRow
    left: int
    width: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """``now`` is when the plan was made; ``days`` are marks with their dates."""

    begins: datetime
    ends: datetime
    now: int
    bars: tuple[Bar, ...]
    days: tuple[tuple[int, str], ...]


def timeline_of(report: Report) -> Timeline | None:
    """None where no grant has a window."""
    alive = [row for row in report.temporary if row.begins and row.ends][:MOST]
    if not alive:
        return None
    made = report.heading.made_at
    begins = min(made, *(row.begins for row in alive if row.begins)) - MARGIN
    ends = max(made, *(row.ends for row in alive if row.ends)) + MARGIN

    def at(when: datetime) -> int:
        return round((when - begins) / (ends - begins) * WIDTH)

    bars = tuple(Bar(row, at(row.begins), max(at(row.ends) - at(row.begins), 4)) for row in alive if row.begins and row.ends)
    step = (ends - begins) / 5
    days = tuple((at(when), f"{when:%Y-%m-%d}") for when in (begins + step * number for number in range(1, 5)))
    return Timeline(begins, ends, at(made), bars, days)
