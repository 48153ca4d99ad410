"""Every test gets a sandbox of its own, and the program equipped for it."""

import pytest

from orchestrator.sandbox import Sandbox
from tests.temporary.world import SNAPSHOT, open_shop


@pytest.fixture
def sandbox(monkeypatch):
    with Sandbox() as running:
        running.seed(SNAPSHOT)
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def open_for(sandbox, tmp_path):
    """``open_for(spokes, **options)``: a rollout whose rule grants the temporary set to these spokes."""
    return lambda spokes=(), **options: open_shop(sandbox, tmp_path, spokes, **options)
