"""The README's start and docs/first-rollout.md are followed as they stand, against the sandbox."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator.sandbox import Sandbox
from tests.architecture.sources import ROOT
from tests.cli.conftest import Run
from tests.cli.organization import HUB

BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"^\$ (.*)$", re.MULTILINE)
BASH = shutil.which("bash") or "bash"
VALUES = "sed -i.bak 's/222222222222/100000002002/; s/my-platform-bucket/forensics-evidence-demo/' config/rollout.yaml"


def typed(page: str, chapter: str = "") -> list[str]:
    """The commands of a page, or of one chapter."""
    text = (ROOT / page).read_text(encoding="utf-8")
    if chapter:
        text = text.split(f"\n## {chapter}\n")[1].split("\n## ")[0]
    return [line for block in BLOCK.findall(text) for line in COMMAND.findall(block)]


def write(path: Path, program: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{BASH}\n{program}\n", encoding="utf-8")
    path.chmod(0o755)


def type_in(folder: Path, lines: list[str]) -> None:
    """Every line in one shell, which ends at the first that fails. Installing is what runs the tests."""
    write(folder / "scripts" / "setup", "")
    write(folder / ".venv" / "bin" / "orchestrator", f'exec {sys.executable} -m orchestrator "$@"')
    write(folder / ".venv" / "bin" / "activate", f'PATH="{folder}/.venv/bin:$PATH"')
    script = "\n".join([". .venv/bin/activate", "trap 'kill $! 2>/dev/null || :' EXIT", *lines])
    given = {**os.environ, "PYTHONPATH": str(ROOT), "ORCHESTRATOR_POLL_SECONDS": "0.05", "COLUMNS": "100"}
    ended = subprocess.run([BASH, "-ec", script], cwd=folder, env=given, capture_output=True, text=True, check=False, timeout=100)
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-2000:]


def test_the_start_of_the_readme_works_as_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    lines = typed("README.md", "Start")
    assert VALUES in lines
    type_in(tmp_path, lines)


def test_a_first_rollout_goes_as_the_guide_says(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    """Its commands of this program are called, which takes a third of the time that a process for each does."""
    for line in typed("docs/first-rollout.md"):
        words = shlex.split(line.partition(" > ")[0])
        match words:
            case ["mkdir", folder]:
                Path(folder).mkdir()
            case ["cd", folder]:
                monkeypatch.chdir(folder)
            case ["orchestrator", *rest]:
                answer = run(*(approved() if word == "$DIGEST" else word for word in rest))
                assert answer.code == 0, f"{line}: {answer.out[-2000:]}{answer.err[-2000:]}"
            case [assignment, *_]:
                assert assignment.startswith("DIGEST="), line
        if words[-1] == "init":
            fill_in()
    assert Path("report.html").is_file()


def fill_in() -> None:
    """What the guide has its reader write."""
    rollout = Path("config/rollout.yaml")
    text = rollout.read_text(encoding="utf-8")
    rollout.write_text(text.replace("222222222222", HUB).replace("my-platform-bucket", "forensics-evidence-demo"), encoding="utf-8")


def approved() -> str:
    return str(json.loads(Path("plan.json").read_text(encoding="utf-8"))["digest"])
