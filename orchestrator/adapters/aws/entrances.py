"""Whether roles of the hub can assume roles elsewhere: tried with the hub role's own credentials, where they can be had.

Usually they cannot: hub roles trust EC2 and each other alone. They can be had when the program runs as a hub role, and when a hub role that
is not managed trusts the role that reads the hub account.
"""

from collections.abc import Mapping
from contextlib import suppress
from threading import Lock

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.access import SESSION_NAME, AccountAccess
from orchestrator.adapters.aws.clients import Credentials
from orchestrator.adapters.aws.errors import DENIED, code_of
from orchestrator.adapters.aws.session import assume_request
from orchestrator.errors import OrchestratorError
from orchestrator.model.identifiers import AccountId, account_in, role_arn
from orchestrator.model.inside import Entrance, Entry, InsideRole, Question

Ways = Mapping[str, Credentials | None]
"""Hub role to its credentials; None for the caller's own."""


class HubRoles:
    """``role_arns`` are the roles of the hub; ``secrets`` maps fingerprints to external ids."""

    def __init__(self, access: AccountAccess, role_arns: tuple[str, ...], secrets: Mapping[str, str]) -> None:
        self._access = access
        self._role_arns = role_arns
        self._secrets = secrets
        self._ways: Ways | None = None
        self._lock = Lock()

    def enter(self, question: Question, roles: Mapping[str, InsideRole]) -> Mapping[Entrance, Entry]:
        """What came of trying each entrance; nothing where there is no way to try or no role."""
        if not question.entrances:
            return {}
        return {
            entrance: self._enter(self._arn_of(roles[entrance.role], question.account), entrance, ways)
            for ways in [self._found_ways()]
            for entrance in question.entrances
            if entrance.hub_role_arn in ways and entrance.role in roles
        }

    def _arn_of(self, role: InsideRole, account: AccountId) -> str:
        return role_arn(self._access.session.partition(), account, f"{role.settings.path}{role.name}")

    def _enter(self, arn: str, entrance: Entrance, ways: Ways) -> Entry:
        """Without an external id there is one question. An id that is not known here cannot be tried."""
        credentials = ways[entrance.hub_role_arn]
        if not entrance.external_id:
            return Entry(self._try(arn, None, credentials))
        known = self._secrets.get(entrance.external_id)
        return Entry(self._try(arn, known, credentials) if known else None, self._try(arn, None, credentials))

    def _try(self, arn: str, external_id: str | None, credentials: Credentials | None) -> bool | None:
        """None when AWS says neither yes nor no."""
        try:
            self._access.session.client("sts", credentials=credentials).assume_role(**assume_request(arn, SESSION_NAME, external_id))
        except ClientError as error:
            return False if code_of(error) in DENIED else None
        return True

    def _found_ways(self) -> Ways:
        """Looked for once."""
        with self._lock:
            if self._ways is None:
                self._ways = {arn: credentials for arn in self._role_arns for credentials in self._credentials(arn)}
            return self._ways

    def _credentials(self, arn: str) -> tuple[Credentials | None, ...]:
        """None or one: the caller's own, or those of the role by way of the access role of the hub account."""
        caller, name = self._access.session.arn(), arn.rpartition("/")[2]
        hub = AccountId(account_in(arn))
        if f":assumed-role/{name}/" in caller and account_in(caller) == hub:
            return (None,)
        with suppress(OrchestratorError):
            return (self._access.session.assume(arn, SESSION_NAME, through=self._access.credentials(hub)),)
        return ()
