"""The ledger of temporary grants: append-only, each record carrying the digest of the one before, so that a change shows."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from orchestrator.errors import StateError
from orchestrator.model.identifiers import AccountId, GroupSetName, PlanDigest
from orchestrator.model.state import Window
from orchestrator.model.temporary import LedgerEvent, LedgerRecord
from orchestrator.ports import Store

LOG = "ledger"


class Ledger:
    """Reads and extends the ledger of one rollout."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def records(self) -> tuple[LedgerRecord, ...]:
        """Every record in order. Raises StateError where the chain is broken: somebody changed or removed a record."""
        records = read_records(self._store, LOG)
        before = ""
        for number, record in enumerate(records, start=1):
            if record.get("before") != before:
                message = f"record {number} of the ledger does not follow from the one before: the ledger was changed by hand."
                raise StateError(message, where=LOG, remedy="Compare it with a backup; move it away only when you know what it should say.")
            before = digest_of(record)
        return tuple(record_of(record) for record in records)

    def add(self, records: Iterable[LedgerRecord]) -> None:
        """Append those that are not there yet; one event of one grant by one plan is written once."""
        known = {identity(record) for record in self.records()}
        raw = read_records(self._store, LOG)
        before = digest_of(raw[-1]) if raw else ""
        for record in records:
            if identity(record) in known:
                continue
            known.add(identity(record))
            fields = {**fields_of(record), "before": before}
            self._store.append(LOG, json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode())
            before = digest_of(fields)


def read_records(store: Store, log: str) -> Sequence[Mapping[str, object]]:
    """Every record of the log, parsed. Raises StateError naming the record that is damaged."""
    records: list[Mapping[str, object]] = []
    for number, line in enumerate(store.read_log(log), start=1):
        try:
            records.append(json.loads(line))
        except ValueError as error:
            message = f"record {number} of the ledger is damaged ({error})."
            raise StateError(message, where=log, remedy="Restore it from a backup, or move it away.") from error
    return records


def identity(record: LedgerRecord) -> tuple[str, ...]:
    return (record.event, record.group_set, record.account, record.plan)


def digest_of(record: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def fields_of(record: LedgerRecord) -> dict[str, object]:
    window = record.window
    return {
        "at": record.at.isoformat(),
        "event": record.event.value,
        "group_set": record.group_set,
        "account": record.account,
        "plan": record.plan,
        "window": [window.not_before.isoformat(), window.not_after.isoformat()] if window else None,
        "deliberate": record.deliberate,
        "because": record.because,
        "evidence": record.evidence,
    }


def record_of(fields: Mapping[str, object]) -> LedgerRecord:
    window = fields.get("window")
    return LedgerRecord(
        at=datetime.fromisoformat(str(fields["at"])),
        event=LedgerEvent(str(fields["event"])),
        group_set=GroupSetName(str(fields["group_set"])),
        account=AccountId(str(fields["account"])),
        plan=PlanDigest(str(fields["plan"])),
        window=Window(*(datetime.fromisoformat(str(moment)) for moment in window)) if isinstance(window, list) else None,
        deliberate=fields.get("deliberate") is True,
        because=str(fields.get("because", "")),
        evidence=str(fields.get("evidence", "")),
    )
