"""What the ledger of temporary grants says: the last window of each grant, and what has still to be written or looked at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from orchestrator.model.catalog import Catalog
from orchestrator.model.evidence import Used
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.state import Window
from orchestrator.model.temporary import LedgerEvent, LedgerRecord

Key = tuple[GroupSetName, AccountId]
Identity = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Memory:
    """What the ledger remembers of one grant: its last window, whether a person asked for it, whether it was used or taken back.

    ``is_forgotten``: it may have had a window that no ledger records.
    """

    window: Window | None
    is_deliberate: bool
    is_revoked: bool
    because: str
    used: Used | None = None
    is_forgotten: bool = False

    @property
    def is_asked_for(self) -> bool:
        """By a person, and not taken back since."""
        return self.is_deliberate and not self.is_revoked


FORGOTTEN = Memory(None, is_deliberate=False, is_revoked=False, because="", is_forgotten=True)


def remember(ledger: Iterable[LedgerRecord]) -> Mapping[Key, Memory]:
    """The last window of each grant; later use or revocation marks it.

    A run that was killed may leave a grant without its first record: then its end is the evidence of it.
    """
    memories: dict[Key, Memory] = {}
    for record in ledger:
        key = (record.group_set, record.account)
        if record.event is LedgerEvent.GRANTED:
            memories[key] = Memory(record.window, record.deliberate, is_revoked=False, because=record.because)
            continue
        if record.event is LedgerEvent.FORGOTTEN:
            memories.setdefault(key, FORGOTTEN)
            continue
        before = memories.get(key) or Memory(record.window, is_deliberate=False, is_revoked=False, because="")
        if record.event is LedgerEvent.USED:
            memories[key] = replace(before, used=Used(record.at, record.evidence))
        elif record.event in (LedgerEvent.REVOKED, LedgerEvent.RETAINED, LedgerEvent.GONE):
            memories[key] = replace(before, is_revoked=True)
        elif record.event is LedgerEvent.EXPIRED:
            memories[key] = before
    return memories


def temporary_sets(catalog: Catalog, ledger: Iterable[LedgerRecord]) -> tuple[GroupSetName, ...]:
    """Those of the catalog, and those the ledger knows that the catalog does not know any more: renamed, or dropped while granted."""
    dropped = {record.group_set for record in ledger} - set(catalog.group_sets)
    return (*catalog.temporary_sets(), *sorted(dropped))


def unwritten(records: Iterable[LedgerRecord], known: Iterable[LedgerRecord]) -> Iterator[LedgerRecord]:
    """Those that tell of another event, grant or plan than any known one, or than one before them."""
    written = {identity(record) for record in known}
    for record in records:
        if identity(record) not in written:
            written.add(identity(record))
            yield record


def unproven(records: Iterable[LedgerRecord]) -> tuple[LedgerRecord, ...]:
    """The last granting, revocation or forgetting of each grant that no run has seen gone in the account since."""
    owed: dict[Key, LedgerRecord] = {}
    for record in records:
        if record.event in (LedgerEvent.GRANTED, LedgerEvent.REVOKED, LedgerEvent.RETAINED):
            owed[record.group_set, record.account] = record
        elif record.event is LedgerEvent.GONE:
            owed.pop((record.group_set, record.account), None)
    return tuple(owed.values())


def identity(record: LedgerRecord) -> Identity:
    return (record.event, record.group_set, record.account, record.plan)
