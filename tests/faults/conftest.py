"""A stage for every test; FAULT_SEED chooses the dice of all faults."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.sandbox import Sandbox
from tests.faults.stage import Stage, snapshot


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("FAULT_SEED", "1"))


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> Iterator[Stage]:
    with Sandbox() as sandbox:
        sandbox.seed(snapshot())
        sandbox.faults.seed = seed
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        yield Stage(sandbox, tmp_path)
