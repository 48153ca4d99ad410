"""A seeded sandbox for every test, and clients of it that speak HTTP like any other."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from orchestrator.sandbox import Sandbox
from tests.worlds.organizations import PAYMENTS, Snapshot
from tests.worlds.sandboxes import playing

POLICY = {
    "id": "p-1a2b3c4d",
    "name": "DenySnapshots",
    "type": "SERVICE_CONTROL_POLICY",
    "targets": ["ou-ab12-22222222"],
    "document": {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:CreateSnapshot", "Resource": "*"}]},
}
SNAPSHOT: Snapshot = {**PAYMENTS, "policies": [POLICY]}

Client = Callable[..., Any]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with playing(SNAPSHOT) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    """``client(service, account=..., credentials=..., retries=...)``; by default an administrator of the management account."""
    made: list[Any] = []
    new: Any = boto3.client  # its type knows every service by name, ours come as text

    def make(service: str, account: str | None = None, *, credentials: dict[str, Any] | None = None, attempts: int = 1) -> Any:
        variables = sandbox.environment(account)
        keys = credentials or {
            "AccessKeyId": variables["AWS_ACCESS_KEY_ID"],
            "SecretAccessKey": variables["AWS_SECRET_ACCESS_KEY"],
            "SessionToken": None,
        }
        made.append(
            new(
                service,
                endpoint_url=sandbox.endpoint,
                region_name="us-east-1",
                aws_access_key_id=keys["AccessKeyId"],
                aws_secret_access_key=keys["SecretAccessKey"],
                aws_session_token=keys["SessionToken"],
                config=Config(retries={"mode": "standard", "total_max_attempts": attempts}, s3={"addressing_style": "path"}),
            )
        )
        return made[-1]

    yield make
    for each in made:
        each.close()
