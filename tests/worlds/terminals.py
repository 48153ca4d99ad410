"""A pseudo-terminal, and what was written to it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TextIO

HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"


class Screen:
    """``text`` is everything up to now, whatever the terminal made of it."""

    def __init__(self, stream: TextIO, master: int) -> None:
        self.stream = stream
        self._master = master
        self._pieces: list[bytes] = []
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        """Once the stream is closed."""
        self._reader.join(10)
        return b"".join(self._pieces).decode()

    def _read(self) -> None:
        try:
            while piece := os.read(self._master, 65536):
                self._pieces.append(piece)
        except OSError:
            pass  # Linux says so when the other end is closed


@contextmanager
def terminal() -> Iterator[Screen]:
    """Closed at the end; its text stays."""
    master, slave = os.openpty()
    with os.fdopen(slave, "w", encoding="utf-8") as stream:
        screen = Screen(stream, master)
        yield screen
    screen.text  # noqa: B018 - read to the end before it is closed
    os.close(master)
