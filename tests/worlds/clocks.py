"""Clocks on which time passes without anybody waiting."""

import time
from datetime import UTC, datetime, timedelta

NAP = 0.005


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
