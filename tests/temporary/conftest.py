"""Every test gets a sandbox of its own, and the program equipped for it."""

import pytest

from tests.temporary.world import SNAPSHOT, open_shop
from tests.worlds.sandboxes import playing


@pytest.fixture
def sandbox(monkeypatch):
    with playing(SNAPSHOT, monkeypatch) as running:
        yield running


@pytest.fixture
def open_for(sandbox, tmp_path):
    """``open_for(spokes, **options)``: a rollout whose rule grants the temporary set to these spokes."""
    return lambda spokes=(), **options: open_shop(sandbox, tmp_path, spokes, **options)
