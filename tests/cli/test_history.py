"""`history` tells the past runs it can read."""

from pathlib import Path

from orchestrator.sandbox import Sandbox
from orchestrator.sandbox.first_use import use_for_the_first_time
from tests.cli.conftest import Run
from tests.cli.organization import HUB


def test_one_damaged_journal_hides_no_other_run(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    assert run("cleanup", "--yes").code == 0
    first, second = run("history", "--format", "json").json["runs"]
    journal = Path("config/.state/journal") / f"{first['plan'].removeprefix('sha256:')}.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([lines[0], b"rubbish\n", *lines[2:]]))
    found = run("history", "--format", "json")
    assert (found.code, [row["run"] for row in found.json["runs"]]) == (1, [second["run"]]), found.err
    assert first["plan"].removeprefix("sha256:") in found.err
