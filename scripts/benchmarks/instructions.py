"""Counts the instructions of the planner: unlike seconds they hardly differ from run to run, and so compare versions."""

import os
import re
import shutil
import subprocess
import sys

from scripts.benchmarks.measurement import OURS
from scripts.benchmarks.offline import PLANNER

PERF = ("perf", "stat", "-x", ",", "-e", "instructions:u")
CALLGRIND = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")
COUNTERS = ((PERF, re.compile(r"^(\d+),,instructions", re.MULTILINE)), (CALLGRIND, re.compile(r"Collected : (\d+)")))


def count_instructions(accounts: int) -> tuple[int, str] | None:
    """Of selection and planning alone, and what counted; None where neither perf nor valgrind can."""
    for counter, pattern in COUNTERS:
        if shutil.which(counter[0]) is None:
            continue
        without, whole = (count(counter, pattern, (str(accounts), *prepare)) for prepare in (("prepare",), ()))
        if without is not None and whole is not None:
            return whole - without, counter[0]
    return None


def count(counter: tuple[str, ...], pattern: re.Pattern[str], arguments: tuple[str, ...]) -> int | None:
    command = [*counter, sys.executable, str(PLANNER), *arguments]
    ended = subprocess.run(command, env={**os.environ, **OURS}, capture_output=True, text=True, check=False)
    found = pattern.search(ended.stderr)
    return int(found[1]) if found else None
