"""A stage for every test; FAULT_SEED chooses the dice of all faults."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.sandbox import Sandbox
from tests.faults.stage import Stage, snapshot

BLINK = 0.01


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


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Backing off takes no time: botocore's pauses between attempts and ours between calls are a blink."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: time.sleep(min(seconds, BLINK)), time=time.time))
    monkeypatch.setattr("botocore.retries.adaptive.ClientRateLimiter.on_sending_request", lambda self, request, **more: None)
    monkeypatch.setattr(SystemClock, "sleep", lambda self, seconds: time.sleep(min(seconds, BLINK)))
