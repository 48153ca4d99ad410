"""The one display of this process: what a command does while it does it, on stderr. Nothing is loaded before something is shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestrator.cli.drawing import Drawing
    from orchestrator.execution.events import Event
    from orchestrator.presentation.page import Page


class Display:
    """Opened by the first event, whatever thread it comes from. Every other output on the terminal pauses it."""

    def __init__(self, page: "Callable[[], Page]", write: Callable[[str], object]) -> None:
        self._page = page
        self._write = write
        self._drawing: Drawing | None = None
        self._lock = Lock()

    def show(self, event: "Event") -> None:
        """Show the event, and write it into the log."""
        self._opened().show(event)

    def note(self, text: str) -> None:
        """A remark in the middle of it; safe in a signal handler."""
        if self._drawing is None:
            self._write(f"{text}\n")
        else:
            self._drawing.progress.note(text)

    def pause(self) -> None:
        """Make room for something else."""
        if self._drawing is not None:
            self._drawing.progress.pause()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """However the command ends, the terminal is as it was."""
        try:
            yield
        finally:
            drawing, self._drawing = self._drawing, None
            if drawing is not None:
                drawing.close()

    def _opened(self) -> "Drawing":
        with self._lock:
            if self._drawing is None:
                from orchestrator.cli.drawing import Drawing  # noqa: PLC0415 - structlog and rich, which --help does without

                self._drawing = Drawing(self._write, self._page())
            return self._drawing
