"""The ledger of temporary grants: append-only, each record carrying the digest of the one before, so that a change shows.

What the ledger says decides whether a window may be opened again, so a ledger that does not hold together is not read at all.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from orchestrator.errors import StateError
from orchestrator.execution.layout import LEDGER, LEDGER_HEAD
from orchestrator.execution.record_fields import Fields, UnreadableRecordError, encode, format_moment
from orchestrator.model.identifiers import AccountId, GroupSetName, PlanDigest
from orchestrator.model.state import Window
from orchestrator.model.temporary import LedgerEvent, LedgerRecord
from orchestrator.ports import Store
from orchestrator.temporary.memory import unwritten

FIRST = ""
"""What the first record carries in place of a digest."""

REMEDY = "Compare it with a backup and restore that. Move it away only if no temporary grant was ever made with it."


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
            line = encode({**fields_of(record), "before": before})
            self._store.append(LEDGER, line)
            before = digest_of(line)
            self._note_head(number, before)

    def _read(self) -> "Reading":
        """The head comes first and last: a run that writes meanwhile leaves the log somewhere between the two."""
        first = self._store.get(LEDGER_HEAD)
        lines = self._store.read_log(LEDGER)
        return Reading(lines, first, self._store.get(LEDGER_HEAD))

    def _note_head(self, records: int, digest: str) -> None:
        self._store.put(LEDGER_HEAD, encode({"records": records, "digest": digest}))


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines of the log, and the head as it was before they were read and after."""

    lines: Sequence[bytes]
    first: bytes | None
    last: bytes | None

    @property
    def lags(self) -> bool:
        """A run died between a record and the head, which has no more than one record to make up for."""
        return bool(self.lines) and (self.last is None or head_of(self.last)[0] < len(self.lines))


def read_chain(reading: Reading) -> tuple[tuple[LedgerRecord, ...], str]:
    """The records, and the digest the next one has to carry. Raises StateError."""
    lines, fault = reading.lines, next(faults(reading), None)
    if fault is not None:
        raise StateError(f"The ledger of temporary grants cannot be believed: {fault}.", where=LEDGER, remedy=REMEDY)
    return tuple(decode(line)[0] for line in lines), digest_of(lines[-1]) if lines else FIRST


def faults(reading: Reading) -> Iterator[str]:
    """What does not hold together."""
    lines, before = reading.lines, FIRST
    for number, line in enumerate(lines, start=1):
        try:
            _, claimed = decode(line)
        except UnreadableRecordError as error:
            yield f"record {number} of {len(lines)} cannot be read: {error}"
        else:
            if claimed != before:
                yield f"record {number} of {len(lines)} does not follow from the one before: something was changed, removed or put in"
        before = digest_of(line)
    try:
        yield from head_faults(reading)
    except UnreadableRecordError as error:
        yield f"{LEDGER_HEAD} cannot be read: {error}"


def head_faults(reading: Reading) -> Iterator[str]:
    """The log must hold what the head named before, and one record more than it names after at the most. Raises UnreadableRecordError."""
    lines = reading.lines
    if reading.first is not None:
        number, digest = head_of(reading.first)
        if number > len(lines):
            yield f"it has {len(lines)} records, {number} were written: the last ones are gone"
        elif not number > 0 or digest_of(lines[number - 1]) != digest:
            yield f"record {number} of {len(lines)} is not the one {LEDGER_HEAD} names"
    written = head_of(reading.last)[0] if reading.last is not None else 0
    if len(lines) > written + 1:
        lost = f"{LEDGER_HEAD} is gone" if reading.last is None else f"{written} were written: some were put in"
        yield f"it has {len(lines)} records, {lost}"


def head_of(head: bytes) -> tuple[int, str]:
    """The number of records, and the digest of the last. Raises UnreadableRecordError."""
    fields = Fields.parse(head)
    return fields.number("records"), fields.text("digest")


def digest_of(line: bytes) -> str:
    return f"sha256:{hashlib.sha256(line).hexdigest()}"


def fields_of(record: LedgerRecord) -> dict[str, object]:
    return {
        "at": format_moment(record.at),
        "event": record.event,
        "group_set": record.group_set,
        "account": record.account,
        "plan": record.plan,
        "window": window_fields(record.window) if record.window else None,
        "deliberate": record.deliberate,
        "because": record.because,
        "evidence": record.evidence,
    }


def window_fields(window: Window) -> dict[str, str]:
    return {"not_before": format_moment(window.not_before), "not_after": format_moment(window.not_after)}


def decode(line: bytes) -> tuple[LedgerRecord, str]:
    """A record, and the digest it carries of the one before. Raises UnreadableRecordError."""
    fields = Fields.parse(line)
    record = LedgerRecord(
        at=fields.moment("at"),
        event=fields.member("event", LedgerEvent),
        group_set=GroupSetName(fields.text("group_set")),
        account=AccountId(fields.text("account")),
        plan=PlanDigest(fields.text("plan")),
        window=fields.optional("window", read_window),
        deliberate=fields.flag("deliberate"),
        because=fields.text("because"),
        evidence=fields.text("evidence"),
    )
    before = fields.text("before")
    fields.done()
    return record, before


def read_window(fields: Fields) -> Window:
    return Window(fields.moment("not_before"), fields.moment("not_after"))
