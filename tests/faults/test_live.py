"""doctor --live is killed: at everything it writes down, and at every call that changes something. The next run begins by removing it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from botocore.client import BaseClient

from orchestrator.adapters.clock import SystemClock
from orchestrator.composition import open_laboratory
from orchestrator.doctor.live import Laboratory, Step, Thing, ThingLog, make_contact
from orchestrator.model.identifiers import AccountId
from orchestrator.sandbox import Sandbox
from orchestrator.settings import Settings
from tests.faults.stage import MANAGEMENT, Stage
from tests.worlds.clocks import RunningClock
from tests.worlds.fakes import SimulatedCrash
from tests.worlds.leftovers import left_of_the_list

A, B = AccountId("200000000003"), AccountId("200000000004")
READS = ("Describe", "Get", "List", "Assume")
LAST_CALL, LAST_RECORD = 51, 16


class Process:
    """Dies at the n-th of something, before or after it happened; then nothing it tries happens any more."""

    def __init__(self, boundary: int, *, after: bool) -> None:
        self.done, self._boundary, self._after, self._is_dead = 0, boundary, after, False

    def do(self, action: Callable[[], object], *, counts: bool) -> object:
        if self._is_dead:
            raise SimulatedCrash
        self.done += counts
        if not counts or self.done != self._boundary:
            return action()
        self._is_dead = True
        if self._after:
            action()
        raise SimulatedCrash


class WatchedStore:
    def __init__(self, store, process: Process, *, counts: bool) -> None:
        self._store, self._process, self._counts = store, process, counts

    def append(self, log: str, record: bytes) -> None:
        self._process.do(lambda: self._store.append(log, record), counts=self._counts)

    def read_log(self, log: str):
        return self._store.read_log(log)


@pytest.fixture
def laboratory(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Laboratory:
    clock = RunningClock()
    monkeypatch.setattr(SystemClock, "sleep", lambda _, seconds: clock.sleep(seconds))
    stage.sandbox.make_multi_region_role(A)
    return open_laboratory(Settings(config=stage.write_rollout()), (A, B))


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Process]]:
    """Calls that change something count for the process in the list, while there is one."""
    living: list[Process] = []
    send = vars(BaseClient)["_make_api_call"]

    def call(client, operation: str, parameters):
        counts = not operation.startswith(READS)
        return living[0].do(lambda: send(client, operation, parameters), counts=counts) if living else send(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    yield living
    living.clear()


class Removal:
    """A workbench that is asked for nothing but to remove."""

    def __init__(self, bench) -> None:
        self._bench = bench
        self.prefix = bench.prefix

    def things(self) -> tuple[Thing, ...]:
        return ()

    def steps(self) -> tuple[Step, ...]:
        return ()

    def remove(self, thing: Thing) -> None:
        self._bench.remove(thing)


def check_that_the_next_run_removes_all(laboratory: Laboratory, sandbox: Sandbox) -> None:
    laboratory.lock.release()  # as the system does for a process that died
    announced = set(laboratory.log.left())
    there = left_of_the_list(sandbox, MANAGEMENT, A, B)
    assert announced or not there, "what was made was written down before"
    contact = make_contact(replace(laboratory, bench=Removal(laboratory.bench)), "the next run", lambda _: None)
    assert set(contact.removed) == announced
    assert contact.left == {}
    assert left_of_the_list(sandbox, MANAGEMENT, A, B) == []
    assert laboratory.log.left() == ()


@pytest.mark.parametrize("boundary", range(1, LAST_CALL + 1, 5))
def test_killed_at_a_call_that_changes_something(stage: Stage, laboratory: Laboratory, watched: list[Process], seed: int, boundary: int):
    watched.append(Process(boundary, after=(boundary // 5 + seed) % 2 == 0))
    with pytest.raises(SimulatedCrash):
        make_contact(laboratory, "operator", lambda _: None)
    watched.clear()
    check_that_the_next_run_removes_all(laboratory, stage.sandbox)


@pytest.mark.parametrize("boundary", range(1, LAST_RECORD + 1))
def test_killed_at_what_it_writes_down(stage: Stage, laboratory: Laboratory, watched: list[Process], seed: int, boundary: int):
    process = Process(boundary, after=(boundary + seed) % 2 == 0)
    calls = Process(0, after=False)
    watched.append(calls)
    log = ThingLog(WatchedStore(laboratory.log._store, process, counts=True))  # type: ignore[arg-type]  # what a log needs of a store
    with pytest.raises(SimulatedCrash):
        make_contact(replace(laboratory, log=log), "operator", lambda _: die_with(process, calls))
    watched.clear()
    check_that_the_next_run_removes_all(laboratory, stage.sandbox)


def die_with(process: Process, calls: Process) -> None:
    calls._is_dead = process._is_dead


def test_the_boundaries_above_are_all_there_are(laboratory: Laboratory, watched: list[Process]):
    calls, records = Process(0, after=False), Process(0, after=False)
    watched.append(calls)
    log = ThingLog(WatchedStore(laboratory.log._store, records, counts=True))  # type: ignore[arg-type]  # what a log needs of a store
    assert make_contact(replace(laboratory, log=log), "operator", lambda _: None).left == {}
    assert (calls.done, records.done) == (LAST_CALL, LAST_RECORD)
