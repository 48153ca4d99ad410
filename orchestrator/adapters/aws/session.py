"""The caller's AWS session: one botocore session, cached clients, throttling, assumed roles.

Clients are shared by service, region and credentials: a botocore session per account would take thirty times the processor time.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from threading import RLock
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from orchestrator.adapters.aws.acting import ActingKeys, acting_session
from orchestrator.adapters.aws.clients import ClientSource, Credentials
from orchestrator.adapters.aws.errors import DENIED, code_of, speaking
from orchestrator.adapters.aws.foreign_answers import refuse_foreign_answers
from orchestrator.adapters.aws.throttle import Owner, Throttle
from orchestrator.adapters.clock import SystemClock
from orchestrator.errors import AwsError
from orchestrator.model.activity import Tell, ignore
from orchestrator.model.identifiers import AccountId
from orchestrator.ports import Clock

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from types_boto3_iam import IAMClient
    from types_boto3_sts.type_defs import AssumeRoleRequestTypeDef, GetCallerIdentityResponseTypeDef

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
FALLBACK_REGION = "us-east-1"
CONNECTIONS = 32
CLIENTS_KEPT = 200
RENEW_BEFORE = timedelta(minutes=5)
PATIENCE_SECONDS = (2.0, 4.0, 8.0, 16.0)
"""A role that was just created may refuse its first caller: IAM is eventually consistent
(https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html)."""


class AwsSession(ClientSource):
    """The standard chain of credentials, region and endpoint.

    Raises CredentialsError, UnreachableError or another AwsError when AWS cannot be spoken to.
    """

    def __init__(self, *, region: str | None = None, profile: str | None = None, clock: Clock | None = None, tell: Tell = ignore) -> None:
        self._clock = clock or SystemClock()
        self._botocore = botocore.session.Session(profile=profile)
        self._region = region
        self._throttle = Throttle(self._clock, tell)
        self._clients: OrderedDict[tuple[str, str, str], BaseClient] = OrderedDict()
        self._assumed: dict[tuple[str, str, str | None, str], Credentials] = {}
        self._identity: GetCallerIdentityResponseTypeDef | None = None
        self._keys = ActingKeys()
        self._acting: IAMClient | None = None
        self._lock = RLock()
        self._config = Config(
            # Standard retries wait and repeat; "adaptive" would limit the rate a second time, for all operations of a client together:
            # https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
            retries={"mode": "standard", "total_max_attempts": 10},
            max_pool_connections=CONNECTIONS,
            connect_timeout=10,
            read_timeout=60,
        )

    def connect(self, service: str, region: str | None, credentials: Credentials | None) -> "BaseClient":
        with self._lock, speaking(f"set up a client for {service}"):
            where = region or self.region()
            key = (service, where, credentials.access_key if credentials else "")
            if key not in self._clients:
                self._clients[key] = self._build(service, where, credentials)
                if len(self._clients) > CLIENTS_KEPT:
                    self._clients.popitem(last=False)
            self._clients.move_to_end(key)
            return self._clients[key]

    def region(self) -> str:
        """The configured region, or us-east-1, where global services live."""
        if self._region is None:
            with speaking("read the AWS configuration"):
                self._region = str(self._botocore.get_config_variable("region") or FALLBACK_REGION)
        return self._region

    def calls(self) -> Mapping[str, int]:
        """Requests sent so far: ``organizations:ListAccounts`` to a count."""
        return self._throttle.calls()

    def close(self) -> None:
        """Give the connections back; the session can be used again."""
        with self._lock:
            while self._clients:
                self._clients.popitem()[1].close()
            if self._acting is not None:
                self._acting.close()
                self._acting = None

    @contextmanager
    def acting_as(self, credentials: Credentials) -> Iterator["IAMClient"]:
        """IAM as another role, for the calls of this thread: through one client for all roles, and nothing of the role is kept."""
        client = self._acting_client()
        try:
            with self._keys.acting_as(credentials):
                yield client
        finally:
            self._forget(credentials.role_arn)

    def _acting_client(self) -> "IAMClient":
        with self._lock:
            if self._acting is None:
                made = cast(
                    "IAMClient", acting_session(self._keys, self._botocore).create_client("iam", self.region(), config=self._config)
                )
                self._watch(made, lambda: (self._keys.role_arn(), self.region()))
                self._acting = made
            return self._acting

    def _forget(self, role_arn: str) -> None:
        with self._lock:
            for key in [key for key in self._assumed if key[0] == role_arn]:
                del self._assumed[key]
        self._throttle.forget(role_arn)

    def account(self) -> AccountId:
        """The caller's account."""
        return AccountId(self._caller()["Account"])

    def arn(self) -> str:
        """The caller."""
        return self._caller()["Arn"]

    def partition(self) -> str:
        """``aws``, ``aws-cn`` or ``aws-us-gov``."""
        return self.arn().split(":")[1]

    def is_local(self) -> bool:
        """Whether what answers for AWS runs on this machine."""
        host = urlsplit(self.client("organizations").meta.endpoint_url).hostname or ""
        return host in LOCAL_HOSTS or host.endswith(".localhost")

    def assume(
        self,
        role_arn: str,
        session_name: str,
        external_id: str | None = None,
        *,
        through: Credentials | None = None,
        patient: bool = False,
    ) -> Credentials:
        """Credentials of a role, kept until shortly before they expire; ``through`` those of another role.

        With ``patient`` a refusal is asked again for half a minute. Raises AccessDeniedError when the role is not there or does
        not trust us.
        """
        key = (role_arn, session_name, external_id, through.role_arn if through else "")
        with self._lock:
            known = self._assumed.get(key)
        if known is not None and known.expires - RENEW_BEFORE > self._clock.now():
            return known
        with speaking(f"assume {role_arn}"):
            fresh = self._assume(assume_request(role_arn, session_name, external_id), through, PATIENCE_SECONDS if patient else ())
        with self._lock:
            self._assumed[key] = fresh
        return fresh

    def _assume(self, request: "AssumeRoleRequestTypeDef", through: Credentials | None, waits: tuple[float, ...]) -> Credentials:
        try:
            given = self.client("sts", credentials=through).assume_role(**request)["Credentials"]
        except ClientError as error:
            if code_of(error) not in DENIED or not waits:
                raise
            self._clock.sleep(waits[0])
            return self._assume(request, through, waits[1:])
        keys = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        return Credentials(*keys, given["Expiration"], request["RoleArn"])

    def _caller(self) -> "GetCallerIdentityResponseTypeDef":
        if self._identity is None:
            with speaking("find out who the credentials belong to"):
                self._identity = self.client("sts").get_caller_identity()
        return self._identity

    def _build(self, service: str, region: str, credentials: Credentials | None) -> "BaseClient":
        try:
            client = self._create(service, region, credentials)
        except ValueError as error:  # botocore checks endpoints itself
            raise AwsError(f"cannot set up a client for {service}: {error}.", remedy="Check AWS_ENDPOINT_URL and AWS_REGION.") from None
        owner = (credentials.role_arn if credentials else "", region)
        self._watch(client, lambda: owner)
        return client

    def _create(self, service: str, region: str, credentials: Credentials | None) -> "BaseClient":
        if credentials is None:
            return self._botocore.create_client(service, region, config=self._config)
        return self._botocore.create_client(
            service,
            region,
            aws_access_key_id=credentials.access_key,
            aws_secret_access_key=credentials.secret_key,
            aws_session_token=credentials.token,
            config=self._config,
        )

    def _watch(self, client: "BaseClient", owner: Callable[[], Owner]) -> None:
        client.meta.events.register("before-parse", refuse_foreign_answers)
        self._throttle.watch(client, owner)


def assume_request(role_arn: str, session_name: str, external_id: str | None) -> "AssumeRoleRequestTypeDef":
    request: AssumeRoleRequestTypeDef = {"RoleArn": role_arn, "RoleSessionName": session_name}
    if external_id:
        request["ExternalId"] = external_id
    return request
