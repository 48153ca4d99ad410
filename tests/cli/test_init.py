"""`init` writes a starter configuration, and never over a file."""

import shutil
from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.organization import ROLLOUT


def test_init_never_overwrites(run: Run):
    answer = run("init", "--format", "json")
    assert (answer.code, answer.json["kept"]) == (0, ["config/rollout.yaml"])
    assert Path("config/rollout.yaml").read_text(encoding="utf-8") == ROLLOUT


def test_what_init_writes_is_valid(run: Run):
    shutil.rmtree("config")
    answer = run("init")
    assert (answer.code, "wrote config/rollout.yaml" in answer.out) == (0, True), answer.err
    assert run("validate").code == 0
