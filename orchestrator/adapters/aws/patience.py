"""Waiting a little for another operation on the same StackSet or stack to end: the same call with the same id, later and later.

Not for long: whoever asked has more to look after, and may ask again under the same id.
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
    """The other operation outlasted our patience; nothing was started."""


def is_busy(error: ClientError) -> bool:
    """Another operation is in the way. For plain stacks AWS says so in words alone."""
    if code_of(error) in ("OperationInProgressException", "OperationInProgress"):
        return True
    return code_of(error) == "ValidationError" and "_IN_PROGRESS state" in message_of(error)


class Patience:
    """``limit`` bounds each wait as a whole; without any, one refusal is the end of it."""

    def __init__(self, clock: Clock, *, limit: timedelta = LIMIT, jitter: Callable[[], float] = random.random) -> None:
        self.clock = clock
        self._limit = limit
        self._jitter = jitter

    def wait_out(self, attempt: Callable[[], bool], name: str) -> bool:
        """Call until nothing is in the way any more; its answer.

        Raises StillBusyError when the limit is over; other errors of the call go through.
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
