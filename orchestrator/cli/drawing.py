"""Draws progress on stderr: a table on a terminal, where times move while AWS is waited for, and lines elsewhere."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Event as Signal
from threading import Thread

import structlog

from orchestrator.adapters.clock import SystemClock
from orchestrator.execution.events import Event, OperationProgressed, RunProgressed
from orchestrator.model.activity import ActivityEnded, ActivityProgressed, Throttled
from orchestrator.presentation.page import Page
from orchestrator.presentation.progress.lines import PlainProgress, Progress
from orchestrator.presentation.progress.words import sentence

TICK_SECONDS = 0.5

UNLOGGED = RunProgressed | OperationProgressed | ActivityProgressed | ActivityEnded | Throttled
"""How far something is changes all the time, and leaves no trace in the log."""


class Drawing:
    """The progress of one command. On a terminal a thread of its own lets time pass."""

    def __init__(self, write: Callable[[str], object], page: Page) -> None:
        self._clock = SystemClock()
        self._is_over = Signal()
        self.progress: Progress = PlainProgress(write, page)
        if is_live():
            from orchestrator.presentation.progress.live import LiveProgress  # noqa: PLC0415 - rich, of which logs need nothing

            self.progress = LiveProgress(sys.stderr, page)
            Thread(target=self._tick, daemon=True).start()

    def show(self, event: Event) -> None:
        self.progress.show(event, self._clock.now())
        if not isinstance(event, UNLOGGED):
            structlog.get_logger(__name__).info(sentence(event)[0])

    def close(self) -> None:
        self._is_over.set()
        self.progress.close()

    def _tick(self) -> None:
        while not self._is_over.wait(TICK_SECONDS):
            with suppress(ValueError):  # of a stream that was closed meanwhile
                self.progress.tick(self._clock.now())


def is_live() -> bool:
    """Whether lines can be drawn again where stderr leads."""
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") not in {"", "dumb"}
