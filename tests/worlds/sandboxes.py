"""A local AWS that plays an organization for one test."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from orchestrator.sandbox import Sandbox
from tests.worlds.organizations import Snapshot


@contextmanager
def playing(snapshot: Snapshot, environment: pytest.MonkeyPatch | None = None) -> Iterator[Sandbox]:
    """A seeded sandbox; with ``environment`` given, whoever takes credentials from there is an administrator of the management account."""
    with Sandbox() as sandbox:
        sandbox.seed(snapshot)
        if environment is not None:
            for name, value in sandbox.environment().items():
                environment.setenv(name, value)
        yield sandbox
