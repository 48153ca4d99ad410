"""The command line in process, against a seeded sandbox, in a folder of its own."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.cli import main
from orchestrator.sandbox import Sandbox
from tests.cli.organization import SNAPSHOT, write_rollout
from tests.worlds.clocks import RunningClock
from tests.worlds.sandboxes import playing


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Answer]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORCHESTRATOR_POLL_SECONDS", "0.05")
    monkeypatch.setenv("COLUMNS", "100")
    write_rollout()
    return tmp_path


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """``run("plan", "--format", "json")`` as from a pipeline: nobody sits at the terminal."""

    def start(*words: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["orchestrator", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Answer(int(end.value.code or 0), said.out, said.err)

    return start


@pytest.fixture
def fast_forward(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is waited for passes in a moment."""
    clock = RunningClock()
    monkeypatch.setattr(SystemClock, "now", lambda _: clock.now())
    monkeypatch.setattr(SystemClock, "sleep", lambda _, seconds: clock.sleep(seconds))


@pytest.fixture
def snapshot(folder: Path) -> str:
    """The name of a file with the organization."""
    (folder / "snapshot.yaml").write_text(json.dumps(SNAPSHOT), encoding="utf-8")
    return "snapshot.yaml"


@pytest.fixture
def sandbox(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with playing(SNAPSHOT, monkeypatch) as running:
        yield running
