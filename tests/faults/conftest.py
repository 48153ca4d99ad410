"""A stage for every test; FAULT_SEED chooses the dice of all faults, and on which side of a write crashes fall."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.stage import Stage, snapshot
from tests.worlds.sandboxes import playing


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("FAULT_SEED", "1"))


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A test in which faults strike at random is marked ``dice``: scripts/faults repeats no other with further seeds."""
    with playing(snapshot(), monkeypatch) as sandbox:
        sandbox.faults.seed = seed
        yield Stage(sandbox, tmp_path)
        assert sandbox.faults.has_rolled == (request.node.get_closest_marker("dice") is not None)
