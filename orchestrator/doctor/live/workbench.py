"""Where the live list is worked on: a protocol, so that AWS stays in its adapter."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from orchestrator.doctor.live.things import Thing

Answers = Mapping[str, object]
"""What AWS answered, as JSON knows it; a key that ends in ``seconds`` is a duration."""

Making = Callable[[Thing], AbstractContextManager[None]]
"""Around the one call that makes a thing."""


class NotDoneError(Exception):
    """A step that is not possible here; the message says why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the list. ``ask`` raises OrchestratorError where AWS refuses, NotDoneError where it was not asked."""

    name: str
    ask: Callable[[Making], Answers]


class Workbench(Protocol):
    """Two accounts, and everything that is done in them. Every name that is made begins with ``prefix``."""

    @property
    def prefix(self) -> str:
        """Such as ``doctor-cado``."""

    def things(self) -> Sequence[Thing]:
        """Everything that may be made, to be shown beforehand."""

    def steps(self) -> Sequence[Step]:
        """The list, in order."""

    def remove(self, thing: Thing) -> None:
        """Remove it, or find that it is gone. Raises OrchestratorError."""
