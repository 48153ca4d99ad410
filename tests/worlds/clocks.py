"""Clocks on which time passes without anybody waiting."""

import time
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
NAP = 0.005


class FakeClock:
    """Time passes only by sleeping."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class RunningClock:
    """The real time and the seconds that were slept or added, of which a nap is real: it lets the sandbox's threads work.

    A sleep counts as ``least`` seconds or more.
    """

    def __init__(self, slept: float = 0.0, *, least: float = 0.0) -> None:
        self.slept = slept
        self._least = least

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept += max(seconds, self._least)
        time.sleep(NAP)
