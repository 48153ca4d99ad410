"""A seeded sandbox for every test, and clients of it that speak HTTP like any other."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from orchestrator.sandbox import Sandbox

MANAGEMENT = "123456789012"
HUB = "222222222222"
PROD, DEV, SUSPENDED, LOOSE = "111111111111", "333333333333", "444444444444", "555555555555"

SNAPSHOT: dict[str, object] = {
    "organization": {"id": "o-exampleorgid", "management_account": MANAGEMENT, "root": "r-ab12"},
    "organizational_units": [
        {"id": "ou-ab12-22222222", "path": "/Workloads/Prod"},
        {"id": "ou-ab12-11111111", "path": "/Workloads"},
        {"id": "ou-ab12-33333333", "path": "/Security"},
    ],
    "accounts": [
        {
            "id": PROD,
            "name": "payments-prod",
            "email": "p@example.com",
            "ou": "/Workloads/Prod",
            "state": "ACTIVE",
            "tags": {"env": "prod"},
        },
        {"id": HUB, "name": "security", "email": "s@example.com", "ou": "/Security", "state": "ACTIVE", "tags": {}},
        {"id": DEV, "name": "payments-dev", "email": "d@example.com", "ou": "/Workloads", "state": "ACTIVE", "tags": {"env": "dev"}},
        {"id": SUSPENDED, "name": "old", "email": "o@example.com", "ou": "/Workloads", "state": "SUSPENDED", "tags": {}},
        {"id": LOOSE, "name": "loose", "email": "l@example.com", "ou": "/", "state": "ACTIVE", "tags": {}},
    ],
    "delegated_administrators": [HUB],
    "policies": [
        {
            "id": "p-1a2b3c4d",
            "name": "DenySnapshots",
            "type": "SERVICE_CONTROL_POLICY",
            "targets": ["ou-ab12-22222222"],
            "document": {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:CreateSnapshot", "Resource": "*"}]},
        }
    ],
}

Client = Callable[..., Any]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        running.seed(SNAPSHOT)
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
