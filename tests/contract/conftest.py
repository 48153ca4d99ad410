"""The same sandbox and sessions as the tests of the adapters; and AWS twice: played by the sandbox, and faked in memory."""

import pytest

from orchestrator.sandbox import Failure
from tests.adapters.aws.conftest import clock, deployer, sandbox, session, session_of
from tests.adapters.aws.world import SPOKE
from tests.worlds.fakes import FakeDeployer

__all__ = ["clock", "deployer", "sandbox", "session", "session_of"]


@pytest.fixture(params=["sandbox", "fake"])
def aws(request):
    """``aws.deployer``, and ``aws.fail_once(account)``, after which the next stack of that account fails."""
    return request.getfixturevalue("deployed" if request.param == "sandbox" else "faked")


class Deployed:
    """The adapter over the sandbox."""

    def __init__(self, deployer, sandbox):
        self.deployer = deployer
        self._sandbox = sandbox

    def fail_once(self, account):
        self._sandbox.faults.failures = [Failure(account=account, times=1)]


class Faked:
    """The deployer that tests of the execution run against."""

    def __init__(self):
        self.deployer = FakeDeployer({})

    def fail_once(self, account):
        self.deployer.faults.failing[SPOKE, account] = 1


@pytest.fixture
def deployed(deployer, sandbox):
    return Deployed(deployer, sandbox)


@pytest.fixture
def faked():
    return Faked()
