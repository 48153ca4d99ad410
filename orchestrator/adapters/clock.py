"""The real time."""

import time
from datetime import UTC, datetime


class SystemClock:
    """ports.Clock on the machine's own clock."""

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
