"""Ctrl-C, SIGTERM and SIGHUP: each ends a command at once, except where a run has to come to a safe place first."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

GRACE_SECONDS = 5.0
"""How long a run may take to a safe place: pipelines kill about ten seconds after they ask to end."""


class Interruption:
    """The signals that asked this process to end. The first one decides the exit code."""

    def __init__(self) -> None:
        self._received: list[signal.Signals] = []
        self._say: Callable[[str], None] | None = None
        self._impatience: threading.Timer | None = None
        self._is_raised = False

    def is_set(self) -> bool:
        return bool(self._received)

    @property
    def exit_code(self) -> int:
        """128 and the number of the signal; of SIGINT where none came."""
        return 128 + next(iter(self._received), signal.SIGINT)

    @contextmanager
    def answered(self) -> Iterator[None]:
        """Raise KeyboardInterrupt for each signal that the parent process did not set to be ignored, as ``nohup`` does."""
        self._received, self._is_raised = [], False
        before = {number: signal.getsignal(number) for number in SIGNALS}
        answered = [number for number, handler in before.items() if handler not in {signal.SIG_IGN, None}]
        for number in answered:
            signal.signal(number, self._receive)
        try:
            yield
        finally:
            if self._impatience is not None:
                self._impatience.cancel()
            for number in answered:
                signal.signal(number, before[number])

    @contextmanager
    def deferred(self, say: Callable[[str], None]) -> Iterator[None]:
        """Only say the first signal and raise KeyboardInterrupt at the end, unless a second one or the end of the grace come before."""
        before = self._say
        self._say = say
        try:
            yield
        finally:
            self._say = before
        if self.is_set() and before is None:
            self._raise()

    def _receive(self, number: int, _frame: object) -> None:
        is_first = not self._received
        self._received.append(signal.Signals(number))
        if self._say is None or not is_first:
            self._raise()
            return
        by = "" if number == signal.SIGINT else f" by {signal.Signals(number).name}"
        self._say(f"\nInterrupted{by}: submitting nothing more. Once again ends at once.")
        self._impatience = threading.Timer(GRACE_SECONDS, os.kill, (os.getpid(), number))
        self._impatience.daemon = True
        self._impatience.start()

    def _raise(self) -> None:
        """Once: nothing interrupts the way out, on which the lock is given back."""
        if not self._is_raised:
            self._is_raised = True
            raise KeyboardInterrupt


INTERRUPTION = Interruption()
"""A process has one."""


def end_process(code: int) -> None:
    """End with this code. Threads that still ask AWS for something are not waited for after a signal."""
    if INTERRUPTION.is_set():
        sys.stdout.flush()
        os._exit(code)
    sys.exit(code)
