"""Waits for another operation on the same StackSet or stack by repeating the call with the same id, at growing intervals.

Not for long: the engine has other operations to poll and submits this one again later.
"""

import random
from collections.abc import Callable
from datetime import timedelta

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import code_of, message_of
from orchestrator.ports import Clock

FIRST_SECONDS = 2.0
LONGEST_SECONDS = 20.0
LIMIT = timedelta(minutes=1)


class StillBusyError(Exception):
    """The other operation still runs after the limit; nothing was started."""


def is_busy(error: ClientError) -> bool:
    """Another operation is running. For plain stacks only the message says so."""
    if code_of(error) in ("OperationInProgressException", "OperationInProgress"):
        return True
    return code_of(error) == "ValidationError" and "_IN_PROGRESS state" in message_of(error)


class Patience:
    """``limit`` bounds each wait; with a limit of zero, the first refusal ends it."""

    def __init__(self, clock: Clock, *, limit: timedelta = LIMIT, jitter: Callable[[], float] = random.random) -> None:
        self.clock = clock
        self._limit = limit
        self._jitter = jitter

    def wait_out(self, attempt: Callable[[], bool], name: str) -> bool:
        """Repeat the call until no other operation is running; returns its result.

        Raises StillBusyError after the limit, and every other error of the call.
        """
        end, pause = self.clock.now() + self._limit, FIRST_SECONDS
        while True:
            try:
                return attempt()
            except ClientError as error:
                if not is_busy(error):
                    raise
            if self.clock.now() >= end:
                raise StillBusyError(name)
            seconds = pause * (0.5 + self._jitter() / 2)
            pause = min(LONGEST_SECONDS, pause * 2)
            self.clock.sleep(seconds)
