"""Credentials for reading any account: the caller's own in its account, an assumed role elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.adapters.aws.clients import ClientSource, Credentials
from orchestrator.adapters.aws.errors import AccessDeniedError
from orchestrator.adapters.aws.granting import granted_by
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.errors import AwsError
from orchestrator.model.identifiers import AccountId
from orchestrator.model.rollout import Access

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from types_boto3_iam import IAMClient

SESSION_NAME = "org-permission-orchestrator"


class NoAccessError(AwsError):
    """No role is configured for this account."""

    kind = "no_access"


@dataclass(frozen=True, slots=True)
class Way:
    """A role in an account; ``through`` is a role to assume first."""

    role_arn: str
    through: str | None = None


class AccountAccess:
    """Clients in other accounts. ``session_in`` never calls AWS; the first call through its clients may."""

    def __init__(self, session: AwsSession, *, management_account: AccountId, access: Access) -> None:
        self.session = session
        self.management_account = management_account
        self._access = access
        self._open: dict[AccountId, Way] = {}

    def session_in(self, account: AccountId) -> "AccountSession":
        return AccountSession(self, account)

    def management(self) -> ClientSource | None:
        """Clients in the management account; None when the caller is elsewhere and no role is configured."""
        if self.session.account() == self.management_account:
            return self.session
        return self.session_in(self.management_account) if self._access.management_role_arn else None

    def credentials(self, account: AccountId) -> Credentials | None:
        """None means the caller's own.

        Raises NoAccessError when no role is configured, AccessDeniedError when every role refuses the caller.
        """
        if account == self.session.account():
            return None
        if account in self._open:
            return self._take(self._open[account])
        return self._enter(account)

    @contextmanager
    def iam_in(self, account: AccountId) -> Iterator["IAMClient"]:
        """IAM of the account for the calls of this thread, for looks into thousands of accounts: nothing of this one is kept."""
        credentials = self.credentials(account)
        if credentials is None:
            yield self.session.client("iam")
            return
        with self.session.acting_as(credentials) as client:
            yield client
        self._open.pop(account, None)

    def _enter(self, account: AccountId) -> Credentials:
        """By the first role that can be assumed: AWS refuses a role that does not exist like one that does not trust the caller."""
        refusals: list[AccessDeniedError] = []
        for way in self._ways(account):
            try:
                found = self._take(way)
            except AccessDeniedError as error:
                refusals.append(error)
            else:
                self._open[account] = way
                return found
        if len(refusals) == 1:
            raise refusals[0]
        raise AccessDeniedError(
            f"no role lets us into account {account}: {'; '.join(error.message for error in refusals)}",
            where=account,
            remedy="Let one of the roles in access.role_names trust this caller, or name one there that does. "
            f"The caller needs sts:AssumeRole on it{granted_by('sts:AssumeRole')}.",
        )

    def _ways(self, account: AccountId) -> Iterator[Way]:
        """Each role directly, then by way of the management account: OrganizationAccountAccessRole trusts that account alone."""
        if account == self.management_account:
            yield Way(self._management_role())
            return
        roles = self._access.role_arns(self.session.partition(), account)
        yield from map(Way, roles)
        if self._access.management_role_arn and self.session.account() != self.management_account:
            yield from (Way(role, self._access.management_role_arn) for role in roles)

    def _take(self, way: Way) -> Credentials:
        through = self.session.assume(way.through, SESSION_NAME) if way.through else None
        return self.session.assume(way.role_arn, SESSION_NAME, through=through)

    def _management_role(self) -> str:
        if self._access.management_role_arn is None:
            raise NoAccessError(
                "the management account cannot be reached from here: access.management_role_arn is not configured.",
                where=self.management_account,
                remedy="Set access.management_role_arn, or run with credentials of the management account.",
            )
        return self._access.management_role_arn


class AccountSession(ClientSource):
    """Clients in one account; credentials are renewed before they expire."""

    def __init__(self, access: AccountAccess, account: AccountId) -> None:
        self._access = access
        self.account = account

    def connect(self, service: str, region: str | None, credentials: Credentials | None) -> "BaseClient":
        return self._access.session.connect(service, region, credentials or self._access.credentials(self.account))
