"""What is there differs from what was wanted, or whoever reads has gone: said by exit code and without a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import CHAPEL, QUARRY, ROLLOUT, write_rollout

PROGRAM = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def test_verify_finds_what_is_missing_and_what_is_too_much(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    write_rollout(
        ROLLOUT.replace("where: {ou: /Estate}, grant", f'where: {{not: {{account: ["{QUARRY}"]}}}}, grant').replace("withhold", "grant")
    )
    found = run("verify", "--format", "json")
    assert found.code == 5, found.err
    assert CHAPEL in {row["account"] for row in found.json["missing"]}
    assert QUARRY in {row["account"] for row in found.json["unexpected"]}


@pytest.mark.parametrize(("words", "code"), [(("groups",), 0), (("render", "--check"), 1)], ids=["done", "stale"])
def test_a_reader_that_has_gone_hears_no_complaint_and_changes_no_exit_code(folder: Path, words: tuple[str, ...], code: int):
    reader, writer = os.pipe()
    os.close(reader)
    ended = subprocess.run([sys.executable, "-m", "orchestrator", *words], stdout=writer, stderr=subprocess.PIPE, env=PROGRAM, check=False)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (code, b"")


def test_no_colour_when_it_was_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("groups").out
