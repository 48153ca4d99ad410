"""What the journal keeps, forgives and refuses."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.codec import UnreadableError
from orchestrator.errors import StateError
from orchestrator.execution.journal import LINES, Journal
from orchestrator.execution.layout import journal_log
from orchestrator.execution.operation_ids import operation_id
from orchestrator.execution.records import Finished, LeftOut, RunEnded, RunStarted, Submitted, Submitting, Verified
from orchestrator.model.identifiers import OperationKey, PlanDigest, RunId
from orchestrator.model.outcome import Failure, OperationStatus
from orchestrator.model.plan import Purpose
from tests.worlds.clocks import NOON
from tests.worlds.fakes import MemoryStore
from tests.worlds.plans import DIGEST, POLICY, A, B, grants, key

STARTED = RunStarted(at=NOON, run=RunId("run-1"), purpose=Purpose.ROLLOUT, caller="arn", host="laptop", operations=1)
SUBMITTING = Submitting(
    at=NOON, operation=key(1), attempt=1, operation_id="id-1", kind="create_instances", stack_set=POLICY, accounts=(A, B)
)
FINISHED = Finished(at=NOON, operation=key(1), attempt=1, status=OperationStatus.SUCCEEDED, failures=(Failure(B, POLICY, "denied"),))
OPERATION = grants(1, POLICY, [A, B])

texts = st.text()
moments = st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
accounts = st.lists(st.sampled_from((A, B))).map(tuple)
failures = st.lists(st.builds(Failure, st.sampled_from((A, B)), texts, texts, texts)).map(tuple)
records = st.one_of(
    st.builds(RunStarted, at=moments, run=texts, caller=texts, host=texts, operations=st.integers(0)),
    st.builds(
        Submitting, at=moments, operation=texts, attempt=st.integers(1), operation_id=texts, kind=texts, stack_set=texts, accounts=accounts
    ),
    st.builds(Submitted, at=moments, operation=texts, attempt=st.integers(1)),
    st.builds(Finished, at=moments, operation=texts, attempt=st.integers(1), failures=failures),
    st.builds(LeftOut, at=moments, operation=texts, kind=texts, stack_set=texts, accounts=accounts, because=texts),
    st.builds(RunEnded, at=moments, detail=texts),
    st.builds(Verified, at=moments, differences=st.integers(0)),
)


def journal_of(*written):
    store = MemoryStore()
    journal = Journal(store, DIGEST)
    for record in written:
        journal.write(record)
    return journal, store.logs[journal_log(DIGEST)]


@given(records)
def test_every_record_comes_back_as_it_was_on_one_line(record):
    line = LINES.encode(record)
    assert LINES.decode(line) == record
    assert b"\n" not in line


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"\xff\x00", "not JSON"),
        (b"[" * 100_000, "not JSON: recursion limit"),
        (b"[]", "should be an object"),
        (b'{"record":"guess"}', '"guess" is none of'),
        (b'{"record":"submitted","at":"yesterday","operation":"op-001","attempt":1}', "valid datetime"),
        (b'{"record":"submitted","at":"2026-11-24T12:00:00","operation":"op-001","attempt":1}', "timezone"),
        (
            b'{"record":"submitted","at":"2026-11-24T12:00:00Z","operation":"op-001","attempt":true}',
            'attempt": Input should be a valid integer',
        ),
        (b'{"record":"submitted","at":"2026-11-24T12:00:00Z","operation":"op-001"}', 'attempt" is missing'),
        (b'{"record":"run_ended","at":"2026-11-24T12:00:00Z","ending":"finished"}', 'detail" is missing'),
        (b'{"record":"submitted","at":"2026-11-24T12:00:00Z","operation":"op-001","attempt":1,"force":1}', 'force" is unknown'),
        (b'{"record":"run_ended","at":"2026-11-24T12:00:00Z","ending":"well","detail":""}', "ending"),
    ],
)
def test_what_is_not_a_record_is_not_guessed_at(line, why):
    with pytest.raises(UnreadableError, match=why):
        LINES.decode(line)


def test_an_operation_goes_from_not_started_over_in_flight_to_finished():
    journal, _ = journal_of(STARTED)
    assert journal.replay().of(OPERATION).last is None
    journal.write(SUBMITTING)
    in_flight = journal.replay().of(OPERATION).in_flight
    assert in_flight is not None
    assert (in_flight.number, in_flight.operation_id, in_flight.accounts) == (1, "id-1", (A, B))
    journal.write(FINISHED)
    state = journal.replay()
    assert state.of(OPERATION).in_flight is None
    assert state.remaining(OPERATION) == (B,)
    assert not state.is_complete(OPERATION)


def test_a_torn_last_record_is_left_out():
    journal, lines = journal_of(STARTED, SUBMITTING)
    lines.append(LINES.encode(FINISHED)[:-9])
    assert journal.records() == (STARTED, SUBMITTING)
    assert journal.is_torn()


def test_a_damaged_record_in_the_middle_is_an_error_that_names_it():
    journal, lines = journal_of(STARTED, SUBMITTING, FINISHED)
    lines[1] = lines[1].replace(b"op-001", b"op-001\x00")
    with pytest.raises(StateError) as refused:
        journal.replay()
    assert "record 2 of 3" in refused.value.message
    assert refused.value.where == f"journal/{'0f' * 32}"
    assert "backup" in (refused.value.remedy or "")


def test_a_torn_record_that_a_later_run_gave_up_is_forgiven_once():
    again = RunStarted(at=NOON, run=RunId("run-2"), purpose=Purpose.ROLLOUT, caller="arn", host="laptop", operations=1, after_torn=True)
    journal, lines = journal_of(STARTED, SUBMITTING, again)
    lines.insert(2, b"torn")
    assert journal.records() == (STARTED, SUBMITTING, again)
    lines.insert(2, b"torn too")
    with pytest.raises(StateError, match="record 3 of 5"):
        journal.replay()


@pytest.mark.parametrize(
    ("old", "new"), [(b',"format":2', b""), (b'"format":2', b'"format":3'), (b'"format":2', b'"format":{"a":1}')], ids=["1", "3", "odd"]
)
def test_a_journal_of_another_format_is_refused_in_words_however_short(old, new):
    journal, lines = journal_of(STARTED)
    lines[0] = lines[0].replace(old, new)
    with pytest.raises(StateError, match="another version: its format is") as refused:
        journal.records()
    assert "new plan" in (refused.value.remedy or "")


def test_an_end_without_a_beginning_is_an_error():
    journal, _ = journal_of(STARTED, FINISHED)
    with pytest.raises(StateError, match="never began"):
        journal.replay()


def test_an_operation_id_is_what_aws_takes_and_tells_plans_operations_and_attempts_apart():
    known = {
        operation_id(PlanDigest(digest), OperationKey(operation), attempt)
        for digest in ("sha256:a", "sha256:b")
        for operation in ("op-1", "op-11")
        for attempt in (1, 11)
    }
    assert len(known) == 8
    assert all(name.replace("-", "").isalnum() and name[0].isalnum() and len(name) <= 128 for name in known)
    assert operation_id(DIGEST, key(1), 1) == operation_id(DIGEST, key(1), 1)
