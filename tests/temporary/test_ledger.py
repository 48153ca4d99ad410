"""The ledger tells every grant once and does not let itself be rewritten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from orchestrator.adapters.state.folder.store import FolderStore
from orchestrator.errors import StateError
from orchestrator.execution.layout import LEDGER, LEDGER_HEAD
from orchestrator.execution.ledger import Ledger
from orchestrator.model.identifiers import PlanDigest
from orchestrator.model.state import Window
from orchestrator.model.temporary import LedgerEvent, LedgerRecord
from orchestrator.temporary.memory import remember
from tests.temporary.world import ONE, PASSING
from tests.worlds.fakes import SimulatedCrash
from tests.worlds.organizations import HUB

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
WINDOW = Window(NOW, NOW + timedelta(days=7))
GRANTED = LedgerRecord(NOW, LedgerEvent.GRANTED, PASSING, ONE, PlanDigest("sha256:1"), WINDOW, deliberate=True, because="a case")
RECORDS = (GRANTED, *(replace(GRANTED, event=event, plan=PlanDigest("sha256:2")) for event in (LedgerEvent.USED, LedgerEvent.REVOKED)))


@pytest.fixture
def store(tmp_path):
    store = FolderStore(tmp_path)
    Ledger(store).add(RECORDS)
    return store


def rewrite(folder, change):
    path = folder / f"{LEDGER}.jsonl"
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


def test_what_is_written_is_read_back(store):
    assert Ledger(store).records() == RECORDS


def test_adding_the_same_events_again_adds_nothing(store):
    later = [replace(record, at=record.at + timedelta(hours=1)) for record in RECORDS]
    Ledger(store).add(later)
    assert Ledger(store).records() == RECORDS
    Ledger(store).add([replace(GRANTED, account=HUB)])
    assert len(Ledger(store).records()) == 4


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0].replace(b"a case", b"a joke"), *lines[1:]],
        lambda lines: [lines[0], lines[2]],
        lambda lines: lines[1:],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [*lines[:2], lines[1], lines[2]],
    ],
    ids=["changed", "removed", "first removed", "swapped", "put in"],
)
def test_a_ledger_that_was_tampered_with_is_not_believed(store, tmp_path, change):
    rewrite(tmp_path, change)
    with pytest.raises(StateError, match="does not follow from the one before"):
        Ledger(store).records()
    with pytest.raises(StateError):
        Ledger(store).add([replace(GRANTED, account=HUB)])
    assert Ledger(store).problems()


def test_an_end_without_a_beginning_is_remembered_too():
    """The run that granted it was killed before it could write it down."""
    ends = [replace(GRANTED, event=event, deliberate=False) for event in (LedgerEvent.EXPIRED, LedgerEvent.REVOKED)]
    memory = remember(ends)[PASSING, ONE]
    assert memory.window == WINDOW
    assert memory.is_revoked


@pytest.mark.parametrize(("kept", "said"), [(3, "ledger-head is gone"), (2, "ledger-head is gone")], ids=["whole", "cut off too"])
def test_a_ledger_without_its_head_is_not_believed(store, tmp_path, kept, said):
    rewrite(tmp_path, lambda lines: lines[:kept])
    (tmp_path / LEDGER_HEAD).unlink()
    with pytest.raises(StateError, match=said):
        Ledger(store).records()


def test_records_put_in_at_the_end_are_not_believed(store, tmp_path):
    """Chained well, by somebody who did not touch the head."""
    other = FolderStore(tmp_path / "other")
    Ledger(other).add((*RECORDS, *(replace(GRANTED, plan=PlanDigest(f"sha256:{number}")) for number in (7, 8))))
    for line in other.read_log(LEDGER)[len(RECORDS) :]:
        store.append(LEDGER, line)
    with pytest.raises(StateError, match="some were put in"):
        Ledger(store).records()


class Overtaken:
    """A store another run writes to at every look."""

    def __init__(self, store):
        self._store, self._numbers = store, count(10)

    def __getattr__(self, name):
        return getattr(self._store, name)

    def read_log(self, log):
        self.write(2)
        lines = self._store.read_log(log)
        self.write(2)
        return lines

    def write(self, number):
        Ledger(self._store).add(replace(GRANTED, plan=PlanDigest(f"sha256:{next(self._numbers)}")) for _ in range(number))


def test_reading_while_another_run_writes_raises_no_alarm(store):
    assert len(Ledger(Overtaken(store)).records()) == len(RECORDS) + 2


class Dying:
    """A store whose process dies before it notes the head."""

    def __init__(self, store):
        self._store = store
        self.is_dying = True

    def __getattr__(self, name):
        return getattr(self._store, name)

    def put(self, key, content):
        if self.is_dying:
            raise SimulatedCrash
        self._store.put(key, content)


def test_a_head_that_lags_is_caught_up_before_anything_is_added(store):
    dying = Dying(store)
    for number in (4, 5):
        with pytest.raises(SimulatedCrash):
            Ledger(dying).add([replace(GRANTED, plan=PlanDigest(f"sha256:{number}"))])
        assert len(Ledger(store).records()) == len(RECORDS) + 1
    dying.is_dying = False
    Ledger(dying).add([replace(GRANTED, plan=PlanDigest("sha256:6"))])
    assert len(Ledger(store).records()) == len(RECORDS) + 2
