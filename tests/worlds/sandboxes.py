"""A local AWS that plays an organization for one test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
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


def client_in(sandbox: Sandbox, service: str, account: str) -> Any:
    """A client of an administrator of the account."""
    variables = sandbox.environment(account)
    new: Any = boto3.client  # its type knows every service by name, ours come as text
    return new(
        service,
        endpoint_url=sandbox.endpoint,
        region_name="us-east-1",
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
