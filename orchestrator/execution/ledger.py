"""The ledger of temporary grants: append-only, each record carrying the digest of the one before, so that a change shows.

What the ledger says decides whether a window may be opened again, so a ledger that does not hold together is not read at all.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from orchestrator.codec import Codec, UnreadableError
from orchestrator.errors import StateError
from orchestrator.execution.layout import LEDGER, LEDGER_HEAD
from orchestrator.model.temporary import LedgerRecord
from orchestrator.ports import Store
from orchestrator.temporary.memory import unwritten

FIRST = ""
"""What the first record carries in place of a digest."""

REMEDY = "Compare it with a backup and restore that. Move it away only if no temporary grant was ever made with it."


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the log: a record, and the digest of the line ``before`` it."""

    record: LedgerRecord
    before: str


@dataclass(frozen=True, slots=True)
class Head:
    """How many records there are, and the digest of the last: without it, records cut off at the end would leave no trace."""

    records: int
    digest: str


LINKS: Codec[Link] = Codec(Link)
HEADS: Codec[Head] = Codec(Head)


class Ledger:
    """Reads and extends the ledger of one rollout."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def records(self) -> tuple[LedgerRecord, ...]:
        """Every record in order. Raises StateError naming the first one that cannot be read or does not follow."""
        return read_chain(self._read())[0]

    def problems(self) -> tuple[str, ...]:
        """Everything that speaks against the ledger: records that cannot be read, or that do not follow from the one before."""
        return tuple(faults(self._read()))

    def add(self, records: Iterable[LedgerRecord]) -> None:
        """Append those that are not there yet: one event of one grant by one plan is written once. Raises StateError."""
        reading = self._read()
        known, before = read_chain(reading)
        if reading.lags:
            self._note_head(len(known), before)
        for number, record in enumerate(unwritten(records, known), start=len(known) + 1):
            line = LINKS.encode(Link(record, before))
            self._store.append(LEDGER, line)
            before = digest_of(line)
            self._note_head(number, before)

    def _read(self) -> "Reading":
        """The head comes first and last: a run that writes meanwhile leaves the log somewhere between the two."""
        first = self._store.get(LEDGER_HEAD)
        lines = self._store.read_log(LEDGER)
        return Reading(lines, first, self._store.get(LEDGER_HEAD))

    def _note_head(self, records: int, digest: str) -> None:
        self._store.put(LEDGER_HEAD, HEADS.encode(Head(records, digest)))


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines of the log, and the head as it was before they were read and after."""

    lines: Sequence[bytes]
    first: bytes | None
    last: bytes | None

    @property
    def lags(self) -> bool:
        """A run died between a record and the head, which has no more than one record to make up for."""
        return bool(self.lines) and (self.last is None or HEADS.decode(self.last).records < len(self.lines))


def read_chain(reading: Reading) -> tuple[tuple[LedgerRecord, ...], str]:
    """The records, and the digest the next one has to carry. Raises StateError."""
    lines, fault = reading.lines, next(faults(reading), None)
    if fault is not None:
        raise StateError(f"The ledger of temporary grants cannot be believed: {fault}.", where=LEDGER, remedy=REMEDY)
    return tuple(LINKS.decode(line).record for line in lines), digest_of(lines[-1]) if lines else FIRST


def faults(reading: Reading) -> Iterator[str]:
    """What does not hold together."""
    lines, before = reading.lines, FIRST
    for number, line in enumerate(lines, start=1):
        try:
            claimed = LINKS.decode(line).before
        except UnreadableError as error:
            yield f"record {number} of {len(lines)} cannot be read: {error}"
        else:
            if claimed != before:
                yield f"record {number} of {len(lines)} does not follow from the one before: something was changed, removed or put in"
        before = digest_of(line)
    try:
        yield from head_faults(reading)
    except UnreadableError as error:
        yield f"{LEDGER_HEAD} cannot be read: {error}"


def head_faults(reading: Reading) -> Iterator[str]:
    """The log must hold what the head named before, and one record more than it names after at the most. Raises UnreadableError."""
    lines = reading.lines
    if reading.first is not None:
        head = HEADS.decode(reading.first)
        if head.records > len(lines):
            yield f"it has {len(lines)} records, {head.records} were written: the last ones are gone"
        elif not head.records > 0 or digest_of(lines[head.records - 1]) != head.digest:
            yield f"record {head.records} of {len(lines)} is not the one {LEDGER_HEAD} names"
    written = HEADS.decode(reading.last).records if reading.last is not None else 0
    if len(lines) > written + 1:
        lost = f"{LEDGER_HEAD} is gone" if reading.last is None else f"{written} were written: some were put in"
        yield f"it has {len(lines)} records, {lost}"


def digest_of(line: bytes) -> str:
    return f"sha256:{hashlib.sha256(line).hexdigest()}"
