"""The process dies: at everything it writes, and for real in the middle. Whoever runs it again finishes the work."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.worlds.fakes import SimulatedCrash

BOUNDARIES = range(1, 25)


class CrashingStore:
    """Dies at the n-th write, before or after it is on disk: a record of a log, or a file that is replaced."""

    def __init__(self, store, boundary, *, after):
        self._store, self._left, self._after = store, boundary, after
        self.writes = 0

    def __getattr__(self, name):
        return getattr(self._store, name)

    def append(self, log, record):
        self._write(lambda: self._store.append(log, record))

    def put(self, key, content):
        self._write(lambda: self._store.put(key, content))

    def _write(self, write):
        self.writes += 1
        if self.writes < self._left:
            write()
        elif self.writes == self._left:
            if self._after:
                write()
            raise SimulatedCrash


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_crash_at_any_write_is_made_good(stage, seed, boundary):
    """Before the write or after it, by turns: two seeds in a row see both sides of every boundary."""
    after = (boundary + seed) % 2 == 0
    stage.rules, stage.grants = (), ("spoke-checks",)
    plan = stage.plan()
    with pytest.raises(SimulatedCrash):
        stage.apply(plan, stage.tools(lambda store: CrashingStore(store, boundary, after=after)))
    stage.check_converged(plan, stage.apply(plan))


def test_the_boundaries_above_are_all_there_are(stage):
    stage.rules, stage.grants = (), ("spoke-checks",)
    stores = []

    def count(store):
        stores.append(CrashingStore(store, 0, after=False))
        return stores[-1]

    stage.apply(stage.plan(), stage.tools(count))
    assert stores[-1].writes == BOUNDARIES.stop - 1


COMMAND = (sys.executable, "-c", "from orchestrator.cli import main; main()")


def orchestrator(stage, *arguments):
    config = str(stage.write_rollout())
    environment = {**os.environ, "ORCHESTRATOR_POLL_SECONDS": "0.05"}
    return subprocess.Popen(
        [*COMMAND, "--config", config, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("calls", [2, 6])
def test_sigkill_in_the_middle(stage, calls):
    stage.sandbox.faults.seconds_per_instance = 0.05
    with orchestrator(stage, "apply", "--yes") as first:
        while first.poll() is None and stage.sandbox.journal.count("cloudformation:CreateStackInstances") < calls:
            time.sleep(0.01)
        first.send_signal(signal.SIGKILL)
        first.communicate()
    assert first.returncode == -signal.SIGKILL
    with orchestrator(stage, "apply", "--yes") as second:
        output, _ = second.communicate()
    assert second.returncode == 0, output
    assert stage.plan().operations == ()
    assert len(stage.executed()) == 8
