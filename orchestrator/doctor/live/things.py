"""What the live list makes in AWS, and the log that knows of each thing before it is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from orchestrator.codec import Codec, UnreadableError
from orchestrator.errors import StateError
from orchestrator.execution.layout import LIVE
from orchestrator.model.identifiers import AccountId
from orchestrator.ports import Store


class ThingKind(StrEnum):
    STACK_SET = "StackSet"
    ROLE = "role"
    INLINE_POLICY = "inline policy"
    KEY = "multi-Region key"


@dataclass(frozen=True, slots=True)
class Thing:
    """``accounts`` are those it is in; ``role`` is that of an inline policy. A key is known by its description."""

    kind: ThingKind
    name: str
    accounts: tuple[AccountId, ...]
    role: str = ""

    def __str__(self) -> str:
        on = f" on role {self.role}" if self.role else ""
        return f"{self.kind} {self.name}{on} in {' and '.join(self.accounts)}"


@dataclass(frozen=True, slots=True)
class ThingRecord:
    """``is_gone`` false before a thing is made, true once it was removed."""

    thing: Thing
    is_gone: bool


LINES: Codec[ThingRecord] = Codec(ThingRecord)


class ThingLog:
    """Survives the process: what was made and is not gone is removed by the next run."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def announce(self, thing: Thing) -> None:
        """Durable when it returns: only then is the thing made."""
        self._store.append(LIVE, LINES.encode(ThingRecord(thing, is_gone=False)))

    def strike(self, thing: Thing) -> None:
        self._store.append(LIVE, LINES.encode(ThingRecord(thing, is_gone=True)))

    def left(self) -> Sequence[Thing]:
        """What may still be there, the last one first. Raises StateError."""
        found: dict[Thing, None] = {}
        for record in map(read, self._store.read_log(LIVE)):
            found.pop(record.thing, None)
            if not record.is_gone:
                found[record.thing] = None
        return tuple(reversed(found))


def read(line: bytes) -> ThingRecord:
    try:
        return LINES.decode(line)
    except UnreadableError as error:
        remedy = "Look in both accounts for what begins with doctor-, delete it, and move this log away."
        raise StateError(f"cannot read what `doctor --live` made: {error}.", where=LIVE, remedy=remedy) from error
