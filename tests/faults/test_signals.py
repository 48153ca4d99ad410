"""Ctrl-C, SIGTERM and SIGHUP, as a terminal, a pipeline and a lost connection send them: the lock is free, and the end is written down."""

import os
import signal
import subprocess
import sys
import threading
import time

import boto3
import pytest

from orchestrator.composition import open_state
from orchestrator.execution.journal import Journal
from orchestrator.execution.records import Ending, RunEnded
from orchestrator.model.identifiers import PlanDigest
from orchestrator.sandbox.faults import Faults

SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
RUN = "from orchestrator.cli import main; main()"
ANSWERING = "import signal; [signal.signal(number, signal.SIG_DFL) for number in (signal.SIGINT, signal.SIGHUP)]"
MAIN = f"{ANSWERING}; {RUN}"
"""As from a terminal, even where the tests themselves run under nohup or in the background, which set signals to be ignored."""
IMPATIENT, PATIENT = (f"from orchestrator.cli import interruption; interruption.GRACE_SECONDS = {seconds}; {MAIN}" for seconds in (0.2, 60))
DETACHED = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); {RUN}"


@pytest.fixture
def stage(stage, request):
    stage.rules, stage.grants = (), ("spoke-checks",)
    if request.param == "bucket":
        boto3.client("s3").create_bucket(Bucket="faults-state")
        stage.bucket = "faults-state"
    return stage


class Stall:
    """From its n-th call on, an operation of AWS gives no answer until released."""

    def __init__(self, operation, number):
        self.operation, self.left = operation, number
        self.reached, self.released = threading.Event(), threading.Event()

    def strike(self, operation):
        self.left -= operation == self.operation
        if operation == self.operation and self.left <= 0:
            self.reached.set()
            self.released.wait(110)


@pytest.fixture
def stall(monkeypatch):
    stalls = []

    def at(operation, number=1):
        stalls.append(Stall(operation, number))
        monkeypatch.setattr(Faults, "is_throttled", lambda self, called, account: stalls[-1].strike(called))
        return stalls[-1]

    yield at
    for each in stalls:
        each.released.set()


def start(stage, *arguments, code=MAIN):
    return subprocess.Popen(
        [sys.executable, "-c", code, "--config", str(stage.write_rollout()), *arguments],
        env={**os.environ, "ORCHESTRATOR_POLL_SECONDS": "0.05"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process, *signals):
    """Send the signals; the exit code and what was said. Whoever does not end is ended, and fails the test by that."""
    for number in signals:
        process.send_signal(number)
    try:
        _, said = process.communicate(timeout=40)
    finally:
        process.kill()
    return process.returncode, " ".join(said.split())


def holder(stage):
    tools = stage.tools()
    return open_state(tools.rollout, tools.directory._session)[1].holder()


def endings(stage):
    tools = stage.tools()
    digests = [name.removeprefix("journal/") for name in tools.store.keys("journal/")]
    records = [record for digest in digests for record in Journal(tools.store, PlanDigest(f"sha256:{digest}")).records()]
    return [record.ending for record in records if isinstance(record, RunEnded)]


@pytest.mark.parametrize(
    ("stage", "number"), [("folder", signal.SIGINT), ("bucket", signal.SIGTERM), ("folder", signal.SIGHUP)], indirect=["stage"]
)
def test_in_the_middle_of_a_run_the_end_is_written_down_and_the_lock_given_back(stage, number):
    stage.sandbox.faults.hold = True
    with start(stage, "apply", "--yes", code=PATIENT) as run:
        while run.poll() is None and not stage.sandbox.journal.count("cloudformation:CreateStackInstances"):
            time.sleep(0.01)
        code, said = end(run, number)
    assert (code, holder(stage), endings(stage)) == (SIGNALS[number], None, [Ending.INTERRUPTED]), said
    assert "Run again to go on: orchestrator --config" in said
    stage.sandbox.faults.hold = False
    with start(stage, "apply", "--yes") as second:
        assert end(second)[0] == 0
    assert stage.plan().operations == ()


@pytest.mark.parametrize(("stage", "number"), [("folder", signal.SIGHUP), ("bucket", signal.SIGTERM)], indirect=["stage"])
def test_while_the_world_is_read_under_the_lock_it_ends_at_once(stage, stall, number):
    stalled = stall("cloudformation:ListStackSets")
    with start(stage, "apply", "--yes") as run:
        assert stalled.reached.wait(60)
        assert holder(stage) is not None
        code, said = end(run, number)
    assert (code, holder(stage)) == (SIGNALS[number], None), said
    assert "interrupted: nothing was submitted." in said
    assert stage.sent() == 0


@pytest.mark.parametrize("stage", ["folder"], indirect=True)
@pytest.mark.parametrize("command", ["plan", "destroy --yes", "cleanup --watch --yes"])
def test_while_discovering_no_answer_is_waited_for(stage, stall, command):
    stalled = stall("organizations:ListTagsForResource")
    stage.sandbox.faults.serve_bulk_tags = False
    with start(stage, *command.split()) as run:
        assert stalled.reached.wait(60)
        code, said = end(run, signal.SIGTERM)
    assert code == 143, said
    assert f"orchestrator --config {stage.folder / 'rollout.yaml'} {command}" in said


@pytest.mark.parametrize("stage", ["bucket"], indirect=True)
def test_a_run_that_reaches_no_safe_place_in_time_ends_where_it_is(stage, stall):
    stalled = stall("cloudformation:DescribeStackSetOperation")
    with start(stage, "apply", "--yes", code=IMPATIENT) as run:
        assert stalled.reached.wait(60)
        code, said = end(run, signal.SIGTERM)
    assert (code, holder(stage)) == (143, None), said
    assert "Interrupted by SIGTERM: submitting nothing more." in said
    assert "AWS may be working on" in said


@pytest.mark.parametrize("stage", ["folder"], indirect=True)
def test_a_run_that_was_told_to_ignore_a_lost_connection_goes_on(stage, stall):
    stalled = stall("cloudformation:ListStackSets")
    with start(stage, "apply", "--yes", code=DETACHED) as run:
        assert stalled.reached.wait(60)
        code, said = end(run, signal.SIGHUP, signal.SIGTERM)
    assert code == 143, said
