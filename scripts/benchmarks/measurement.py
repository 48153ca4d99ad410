"""What a command costs: seconds, processor time, memory and calls."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launched.py")
COMMAND = (sys.executable, "-m", "orchestrator")
OURS = {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONHASHSEED": "0"}
"""The program of this checkout, the same in every run."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One command at one size. ``minimum`` is what has to be asked, ``served`` the processor time of the local AWS, ``bare`` the seconds
    of a bare boto3 loop with the same calls.
    """

    work: str
    accounts: int
    seconds: float
    busy: float
    mebibytes: float
    calls: int | None = None
    minimum: int | None = None
    served: float | None = None
    bare: float | None = None


class FailedError(Exception):
    """A command that should have ended well did not."""


def measure(work: str, accounts: int, command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Measurement:
    """Run a command to its end. Processor time is the same on a busy machine, where seconds are not. Raises FailedError."""
    before = time.perf_counter()
    launched = [sys.executable, str(LAUNCHER), *command]
    ended = subprocess.run(launched, cwd=folder, env={**os.environ, **OURS, **(environment or {})}, capture_output=True, check=True)
    seconds = time.perf_counter() - before
    code, busy, kibibytes = json.loads(ended.stdout)
    if code:
        raise FailedError(f"{' '.join(command)} ended with exit code {code}: {ended.stderr.decode(errors='replace')[-2000:]}")
    return Measurement(work, accounts, seconds, busy, kibibytes / 1024)


def growth(found: Iterable[Measurement]) -> Mapping[tuple[str, int], float]:
    """By work and size, the power of the number of accounts with which processor time grew since the next smaller size."""
    by_work: dict[str, list[Measurement]] = {}
    for one in sorted(found, key=lambda one: one.accounts):
        by_work.setdefault(one.work, []).append(one)
    steps = (step for same in by_work.values() for step in pairwise(same))
    return {(more.work, more.accounts): log(more.busy / less.busy) / log(more.accounts / less.accounts) for less, more in steps}
