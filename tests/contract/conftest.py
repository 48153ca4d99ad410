"""The same sandbox and sessions as the tests of the adapters."""

from tests.adapters.aws.conftest import clock, deployer, hasty_retries, sandbox, session, session_of

__all__ = ["clock", "deployer", "hasty_retries", "sandbox", "session", "session_of"]
