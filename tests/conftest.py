"""What holds for every test: no credentials, no settings and no proxy of the machine it runs on, and known amounts of chance."""

import os
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import boto3
import botocore.session
import pytest
from hypothesis import HealthCheck, settings

from orchestrator.adapters.clock import SystemClock
from orchestrator.templates import emission

BLINK = 0.005
SCRUBBED_PREFIXES = ("AWS_", "ORCHESTRATOR_")
SCRUBBED = {
    "BOTO_CONFIG",
    "COLUMNS",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "FORCE_COLOR",
    "GITHUB_ACTIONS",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_COLOR",
    "PY_COLORS",
}
PINNED = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "127.0.0.1,localhost",
}

# Examples may be slow beside other work on the machine; that is no fault of theirs.
settings.register_profile("ci", max_examples=50, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def pytest_addoption(parser: pytest.Parser):
    parser.addoption("--rewrite", action="store_true", help="Write expected files anew instead of comparing with them.")


def pytest_configure():
    # Before collection, so that sessions made while importing, or by wide fixtures, are covered too.
    for name in list(os.environ):
        if name.startswith(SCRUBBED_PREFIXES) or name.upper() in SCRUBBED:
            del os.environ[name]
    os.environ.update(PINNED)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session", autouse=True)
def shared_service_models():
    """Every session reads AWS's service models anew; one loader for all of them saves a third of the suite's time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", cache(botocore.session.create_loader))
        yield


@pytest.fixture(scope="session", autouse=True)
def templates_written_once():
    """The suite renders the same few templates over and over; most of the time goes into writing YAML."""
    written: dict[str, str] = {}

    def dump(content, comment):
        key = repr((content, comment))
        if key not in written:
            written[key] = emission.dump(content, comment)
        return written[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("orchestrator.templates.template.dump", dump)
        yield


@pytest.fixture(autouse=True)
def no_shared_session(monkeypatch):
    """``boto3.client`` keeps the credentials of whoever asked first, for the whole process: here, for one test."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture
def hasty_retries(monkeypatch: pytest.MonkeyPatch):
    """botocore repeats a call without waiting, and our own waits between calls are a blink."""
    blink = SimpleNamespace(sleep=lambda seconds: time.sleep(min(seconds, BLINK)), time=time.time)
    monkeypatch.setattr("botocore.endpoint.time", blink)
    monkeypatch.setattr(SystemClock, "sleep", lambda self, seconds: blink.sleep(seconds))


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """``golden(path, text)``: the file holds this text. With ``--rewrite`` it is made to."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--rewrite"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"{path} is not there yet: scripts/golden writes it"
        assert text == path.read_text(encoding="utf-8"), "scripts/golden rewrites it; review the difference"

    return compare
