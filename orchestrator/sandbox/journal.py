"""The calls the local AWS received, in order, so that a test can count them and see that planning wrote nothing."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from threading import Lock

_READS = ("AssumeRole", "Describe", "Estimate", "Generate", "Get", "Head", "List", "Lookup", "Simulate", "Validate")


@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``account`` is the one the credentials belong to; ``target`` the StackSet, stack, role or account named in it."""

    number: int
    service: str
    operation: str
    account: str
    principal: str
    target: str
    at: str
    answer: str

    @property
    def is_write(self) -> bool:
        return not self.operation.startswith(_READS)


@dataclass(frozen=True, slots=True)
class Received:
    """What is known of a call before it is answered."""

    service: str
    operation: str
    account: str
    principal: str
    target: str
    at: datetime


class Journal:
    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._lock = Lock()

    def record(self, received: Received, answer: str) -> None:
        """``answer`` is "ok" or the error code, also when the answer was lost on its way."""
        fields = asdict(received) | {"at": received.at.isoformat(), "answer": answer}
        with self._lock:
            self._calls.append(Call(number=len(self._calls) + 1, **fields))

    def calls(self, *, since: int = 0) -> tuple[Call, ...]:
        with self._lock:
            return tuple(self._calls[since:])

    def writes(self, *, since: int = 0) -> tuple[Call, ...]:
        return tuple(call for call in self.calls(since=since) if call.is_write)

    def count(self, operation: str) -> int:
        """Calls of one operation, e.g. ``organizations:ListAccounts``."""
        return sum(f"{call.service}:{call.operation}" == operation for call in self.calls())

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()


def as_rows(calls: Iterable[Call]) -> list[dict[str, object]]:
    return [asdict(call) | {"write": call.is_write} for call in calls]
