"""What each stage of a rollout costs on a local organization, whose server shares this machine."""

import resource
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

from orchestrator.cli.commands import COMMANDS
from orchestrator.sandbox import Sandbox, load_snapshot
from scripts.benchmarks import minimum
from scripts.benchmarks.estate import HUB_SETS, OTHERS, SNAPSHOT, SPOKE_SETS, estate, rolled, units
from scripts.benchmarks.measurement import COMMAND, Measurement, measure

BARE_LOOP = (sys.executable, str(Path(__file__).with_name("bare_loop.py")))
SETTLED = "plan, nothing changed"
WAVES = 3


@dataclass(frozen=True, slots=True)
class Stage:
    """A command, and the least calls it takes."""

    work: str
    arguments: tuple[str, ...]
    minimum: int


def stages(accounts: int) -> Iterator[Stage]:
    """One after the other on the same organization, from nothing and back to nothing."""
    paths, sets, caller = units(accounts), rolled(accounts), 1
    found = minimum.discovery(accounts + OTHERS, paths)
    seen, tagged, administrators = minimum.observation(sets), ceil(accounts / 100), 1
    whole = minimum.discovery(accounts + OTHERS, paths, is_whole=True)
    looks = found * (1 + WAVES)  # before, before each later wave, and at the end
    yield Stage("discover", ("discover",), caller + whole + tagged + administrators)
    ahead = minimum.foresight(accounts, sum(name.startswith("role-") for name in HUB_SETS))
    yield Stage("plan, from nothing", ("plan", "--out", "plan.json"), caller + found + minimum.POLICIES + 3 + ahead)
    yield Stage("apply", ("apply", "plan.json"), caller + looks + minimum.application(sets))
    yield Stage(SETTLED, ("plan",), caller + found + minimum.POLICIES + seen + 1)
    yield Stage("status", ("status",), caller + found + minimum.POLICIES + seen)
    yield Stage("verify", ("verify",), caller + found + seen)
    yield Stage("verify --probe", ("verify", "--probe"), caller + found + seen + minimum.inspection(accounts, len(SPOKE_SETS)))
    if "report" in COMMANDS:
        yield Stage("report", ("report", "--html", "report.html"), caller + found + minimum.POLICIES + seen + 1)
    yield Stage("destroy", ("destroy", "--yes"), caller + looks + minimum.POLICIES + minimum.destruction(sets))


def measure_stages(accounts: int) -> Iterator[Measurement]:
    """Stage by stage, and the bare loop beside the plan that changes nothing."""
    with estate(accounts) as folder, Sandbox() as sandbox:
        sandbox.seed(load_snapshot(folder / SNAPSHOT))
        for stage in stages(accounts):
            mark, before = len(sandbox.journal.calls()), served()
            found = measure(stage.work, accounts, (*COMMAND, *stage.arguments), folder, surroundings(sandbox))
            calls = len(sandbox.journal.calls(since=mark))
            found = replace(found, calls=calls, minimum=stage.minimum, served=served() - before)
            yield beside_bare_loop(found, sandbox, folder) if stage.work == SETTLED else found


def beside_bare_loop(found: Measurement, sandbox: Sandbox, folder: Path) -> Measurement:
    """Raises RuntimeError when the loop asks anything else: then it is no comparison."""
    mark = len(sandbox.journal.calls())
    bare = measure("bare boto3 loop", found.accounts, BARE_LOOP, folder, surroundings(sandbox))
    if (calls := len(sandbox.journal.calls(since=mark))) != found.calls:
        raise RuntimeError(f"the bare loop makes {calls} calls, the plan {found.calls}")
    return replace(found, bare=bare.seconds)


def surroundings(sandbox: Sandbox) -> Mapping[str, str]:
    return {**sandbox.environment(), "ORCHESTRATOR_POLL_SECONDS": "0.5"}


def served() -> float:
    """Processor time of the local AWS, which is in this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
