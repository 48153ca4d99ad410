"""The write-ahead journal of one plan: what is about to happen is durable before it happens, so a run killed anywhere resumes."""

from collections.abc import Sequence

from orchestrator.codec import Codec, OtherFormatError, UnreadableError
from orchestrator.errors import StateError
from orchestrator.execution.layout import journal_log
from orchestrator.execution.records import Record, RunStarted
from orchestrator.execution.run_state import RunState, replay
from orchestrator.model.identifiers import PlanDigest
from orchestrator.ports import Store

REMEDY = (
    "Restore the journal from a backup. Without one, move it away and make a new plan: what the old one "
    "has done is in AWS, and the new plan starts from there."
)


OTHER_FORMAT = "Read it with the version of this program that wrote it. What it did is in AWS: make a new plan, which starts from there."

LINES: Codec[Record] = Codec(Record, tag="record")
"""One record a line; what began a run says in which format."""


class Journal:
    """The records of one plan in a store."""

    def __init__(self, store: Store, digest: PlanDigest) -> None:
        self._store = store
        self._log = journal_log(digest)

    def write(self, record: Record) -> None:
        """Durable when it returns. Raises StateError."""
        self._store.append(self._log, LINES.encode(record))

    def records(self) -> tuple[Record, ...]:
        """Every record. An unreadable last one is a torn write and left out; raises StateError for any other."""
        return self._read()[0]

    def is_torn(self) -> bool:
        """The last record is unreadable; the next run says so when it starts."""
        return self._read()[1]

    def replay(self) -> RunState:
        """Where the plan stands. Raises StateError."""
        try:
            return replay(self.records())
        except LookupError as error:
            raise self._corrupt(str(error.args[0])) from None

    def _read(self) -> tuple[tuple[Record, ...], bool]:
        return read_lines(self._store.read_log(self._log), self._log)

    def _corrupt(self, why: str) -> StateError:
        return StateError(f"The journal cannot be believed: {why}.", where=self._log, remedy=REMEDY)


def read_lines(lines: Sequence[bytes], log: str) -> tuple[tuple[Record, ...], bool]:
    """The records, and whether the last line is torn. An unreadable line is forgiven when the next one gives it up."""
    records: list[Record] = []
    fault = ""
    for number, line in enumerate(lines, start=1):
        try:
            record = LINES.decode(line)
        except OtherFormatError as error:
            raise StateError(f"The journal was written by another version: {error}.", where=log, remedy=OTHER_FORMAT) from None
        except UnreadableError as error:
            refuse(fault, log)
            fault = f"record {number} of {len(lines)} cannot be read: {error}"
            continue
        if not (isinstance(record, RunStarted) and record.after_torn):
            refuse(fault, log)
        fault = ""
        records.append(record)
    return tuple(records), bool(fault)


def refuse(fault: str, log: str) -> None:
    if fault:
        raise StateError(f"The journal is damaged: {fault}.", where=log, remedy=REMEDY)
