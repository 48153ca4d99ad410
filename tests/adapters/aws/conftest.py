"""Every test gets a seeded sandbox of its own, and sessions that are closed after it."""

import pytest

from orchestrator.adapters.aws.session import AwsSession
from tests.adapters.aws.world import REGION, make_deployer
from tests.worlds.clocks import RunningClock
from tests.worlds.organizations import PAYMENTS
from tests.worlds.sandboxes import playing


@pytest.fixture
def sandbox():
    with playing(PAYMENTS) as running:
        yield running


@pytest.fixture
def clock():
    return RunningClock()


@pytest.fixture
def session_of(sandbox, monkeypatch, clock):
    """``session_of(account)``: an administrator of that account, by default of the management account."""
    made = []

    def make(account=None):
        for name, value in sandbox.environment(account).items():
            monkeypatch.setenv(name, value)
        made.append(AwsSession(region=REGION, clock=clock))
        return made[-1]

    yield make
    for session in made:
        session.close()


@pytest.fixture
def session(session_of):
    return session_of()


@pytest.fixture
def deployer(session, clock):
    return make_deployer(session, clock=clock)
