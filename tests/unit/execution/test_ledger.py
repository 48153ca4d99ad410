"""The ledger says each thing once, keeps it, and shows when somebody changed it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.errors import StateError
from orchestrator.execution.layout import LEDGER, LEDGER_HEAD
from orchestrator.execution.ledger import Ledger
from orchestrator.model.identifiers import GroupSetName, PlanDigest
from orchestrator.model.temporary import LedgerEvent, LedgerRecord
from tests.worlds.clocks import NOON
from tests.worlds.fakes import Fuse, MemoryStore, SimulatedCrash
from tests.worlds.plans import DIGEST, WINDOW, A, B

GRANTED = LedgerRecord(
    NOON, LedgerEvent.GRANTED, GroupSetName("hub-kms-first-use"), A, DIGEST, WINDOW, deliberate=True, because="the é audit"
)
USED = replace(GRANTED, event=LedgerEvent.USED, evidence="role created", window=None, at=NOON + timedelta(days=2, microseconds=7))
REVOKED = replace(USED, event=LedgerEvent.REVOKED)


def ledger_of(*records):
    store = MemoryStore()
    Ledger(store).add(records)
    return store


def test_records_come_back_as_they_were_written():
    assert Ledger(ledger_of(GRANTED, USED, REVOKED)).records() == (GRANTED, USED, REVOKED)
    assert Ledger(MemoryStore()).records() == ()


def test_an_event_of_a_grant_by_a_plan_is_written_once():
    store = ledger_of(GRANTED, GRANTED)
    Ledger(store).add([replace(GRANTED, at=NOON + timedelta(hours=1)), USED])
    Ledger(store).add([replace(GRANTED, account=B), replace(GRANTED, plan=PlanDigest("sha256:another"))])
    assert [(record.event, record.account, record.plan) for record in Ledger(store).records()] == [
        (LedgerEvent.GRANTED, A, DIGEST),
        (LedgerEvent.USED, A, DIGEST),
        (LedgerEvent.GRANTED, B, DIGEST),
        (LedgerEvent.GRANTED, A, "sha256:another"),
    ]


@pytest.mark.parametrize("boundary", range(12))
def test_a_crash_between_records_is_made_good_by_writing_them_again(boundary):
    fuse = Fuse(boundary)
    store = MemoryStore(fuse)
    with pytest.raises(SimulatedCrash):
        Ledger(store).add([GRANTED, USED, REVOKED])
    Ledger(store).add([GRANTED, USED, REVOKED])
    assert Ledger(store).records() == (GRANTED, USED, REVOKED)


@pytest.mark.parametrize(
    ("tamper", "where"),
    [
        (lambda lines: lines.__setitem__(0, lines[0].replace(b'"deliberate":true', b'"deliberate":false')), "record 2 of 3"),
        (lambda lines: lines.pop(1), "record 2 of 2"),
        (lambda lines: lines.pop(0), "record 1 of 2"),
        (lambda lines: lines.insert(1, lines[0]), "record 2 of 4"),
        (lambda lines: lines.__setitem__(1, b"{}"), "record 2 of 3"),
        (lambda lines: lines.pop(), "2 records, 3 were written"),
        (lambda lines: lines.clear(), "0 records, 3 were written"),
        (lambda lines: lines.__setitem__(2, lines[2].replace(b"audit", b"fraud")), "record 3 of 3 is not the one"),
    ],
    ids=["changed", "removed", "beheaded", "put in", "unreadable", "cut off", "emptied", "last one changed"],
)
def test_a_ledger_somebody_changed_is_not_believed(tamper, where):
    store = ledger_of(GRANTED, USED, REVOKED)
    tamper(store.logs[LEDGER])
    assert where in Ledger(store).problems()[0]
    with pytest.raises(StateError, match=where):
        Ledger(store).records()
    with pytest.raises(StateError, match=where):
        Ledger(store).add([GRANTED])


@pytest.mark.parametrize("head", [b"", b"[]", b'{"records":0,"digest":""}'])
def test_a_head_that_says_nothing_is_no_reason_to_believe(head):
    store = ledger_of(GRANTED)
    store.put(LEDGER_HEAD, head)
    with pytest.raises(StateError, match="ledger-head"):
        Ledger(store).records()


def test_a_sound_ledger_has_no_problems():
    assert Ledger(ledger_of(GRANTED, USED, REVOKED)).problems() == ()
