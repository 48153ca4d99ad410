"""A client for many accounts: each call is signed with the credentials its thread acts with.

A client for each account takes six milliseconds of processor time to make, and 0.4 MiB.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from typing import TYPE_CHECKING

import botocore.session
from botocore.credentials import CredentialProvider, CredentialResolver, ReadOnlyCredentials
from botocore.credentials import Credentials as Keys

if TYPE_CHECKING:
    from orchestrator.adapters.aws.clients import Credentials


class ActingKeys(Keys):
    """What botocore signs with: the keys of this thread. Only for calls made within ``acting_as``."""

    def __init__(self) -> None:
        super().__init__("", "")
        self._thread = local()

    @contextmanager
    def acting_as(self, credentials: "Credentials") -> Iterator[None]:
        self._thread.credentials = credentials
        try:
            yield
        finally:
            del self._thread.credentials

    def role_arn(self) -> str:
        """The role this thread acts as."""
        return self._current().role_arn

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        current = self._current()
        return ReadOnlyCredentials(current.access_key, current.secret_key, current.token, None)

    def _current(self) -> "Credentials":
        found: Credentials = self._thread.credentials
        return found


class ActingProvider(CredentialProvider):
    METHOD = "acting"

    def __init__(self, keys: ActingKeys) -> None:
        super().__init__()
        self._keys = keys

    def load(self) -> ActingKeys:
        return self._keys


def acting_session(keys: ActingKeys, like: botocore.session.Session) -> botocore.session.Session:
    """A session whose clients sign with these keys; it shares the service models that another has parsed."""
    session = botocore.session.Session()
    session.register_component("data_loader", like.get_component("data_loader"))
    session.register_component("credential_provider", CredentialResolver([ActingProvider(keys)]))
    return session
