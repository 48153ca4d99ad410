"""What commands cost that only read files: starts of commands, a plan from a snapshot, the planner alone, and the start of a sandbox."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from scripts.benchmarks.estate import SNAPSHOT, estate
from scripts.benchmarks.measurement import COMMAND, OURS, FailedError, Measurement, measure

STARTS = (("--help",), ("validate",), ("groups",))
PLANNER = Path(__file__).with_name("planner.py")
POLICIES = Path(__file__).with_name("policies.py")
FROM_SNAPSHOT, ALONE, JUDGED, STARTED = "plan --organization", "planner alone", "control policies alone", "sandbox start"


def measure_starts() -> Iterator[Measurement]:
    """Commands whose cost does not depend on the organization."""
    with estate(1) as folder:
        for arguments in STARTS:
            yield measure(" ".join(arguments), 0, (*COMMAND, *arguments), folder)


def measure_offline(accounts: int) -> Iterator[Measurement]:
    with estate(accounts) as folder:
        yield measure(FROM_SNAPSHOT, accounts, (*COMMAND, "plan", "--organization", SNAPSHOT, "--out", "plan.json"), folder)
        yield measure("show PLAN", accounts, (*COMMAND, "show", "plan.json"), folder)
        yield measure("explain --organization", accounts, (*COMMAND, "explain", "300000000001", "--organization", SNAPSHOT), folder)
        yield measure_alone(ALONE, PLANNER, accounts, folder)
        yield measure_alone(JUDGED, POLICIES, accounts, folder)


def measure_alone(work: str, script: Path, accounts: int, folder: Path) -> Measurement:
    """What the script prints, of work in memory; the memory is that of the whole process."""
    whole = measure(work, accounts, (sys.executable, str(script), str(accounts)), folder)
    ended = subprocess.run([sys.executable, str(script), str(accounts)], env={**os.environ, **OURS}, stdout=subprocess.PIPE, check=True)
    seconds = float(json.loads(ended.stdout))
    return replace(whole, seconds=seconds, busy=seconds)


def measure_sandbox(accounts: int) -> Measurement:
    """Until it prints what to export."""
    with estate(accounts) as folder:
        before = time.perf_counter()
        command = [*COMMAND, "sandbox", "--organization", SNAPSHOT, "--port", "0"]
        with subprocess.Popen(
            command, cwd=folder, env={**os.environ, **OURS}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as running:
            line = next(iter(running.stdout or ()), "")
            seconds = time.perf_counter() - before
            running.send_signal(signal.SIGINT)
            _, _, used = os.wait4(running.pid, 0)
            running.returncode = 0  # it was waited for
    if not line:
        raise FailedError("the sandbox ended before it began")
    return Measurement(STARTED, accounts, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
