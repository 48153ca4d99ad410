"""Credentials for a look into any account: our own where we are, an assumed role elsewhere."""

from typing import TYPE_CHECKING

from orchestrator.adapters.aws.clients import ClientSource, Credentials
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.errors import AwsError
from orchestrator.model.identifiers import AccountId
from orchestrator.model.rollout import Access

if TYPE_CHECKING:
    from botocore.client import BaseClient

SESSION_NAME = "org-permission-orchestrator"


class NoAccessError(AwsError):
    """We are not told how to get into this account."""

    kind = "no_access"


class AccountAccess:
    """Clients in other accounts. ``session_in`` never calls AWS; the first call through its clients may."""

    def __init__(self, session: AwsSession, *, management_account: AccountId, access: Access) -> None:
        self.session = session
        self.management_account = management_account
        self._access = access

    def session_in(self, account: AccountId) -> "AccountSession":
        return AccountSession(self, account)

    def management(self) -> ClientSource | None:
        """The way into the management account, or None when we are elsewhere and none is configured."""
        if self.session.account() == self.management_account:
            return self.session
        return self.session_in(self.management_account) if self._access.management_role_arn else None

    def credentials(self, account: AccountId) -> Credentials | None:
        """None means our own.

        Raises NoAccessError when no way is configured, AccessDeniedError when the role refuses us.
        """
        if account == self.session.account():
            return None
        return self.session.assume(self.role_arn(account), SESSION_NAME)

    def role_arn(self, account: AccountId) -> str:
        if account != self.management_account:
            return f"arn:{self.session.partition()}:iam::{account}:role/{self._access.role_name}"
        if self._access.management_role_arn is None:
            raise NoAccessError(
                "the management account cannot be reached from here: access.management_role_arn is not configured.",
                where=account,
                remedy="Set access.management_role_arn, or run with credentials of the management account.",
            )
        return self._access.management_role_arn


class AccountSession(ClientSource):
    """One account seen through AccountAccess; credentials are renewed as they run out."""

    def __init__(self, access: AccountAccess, account: AccountId) -> None:
        self._access = access
        self.account = account

    def connect(self, service: str, region: str | None, credentials: Credentials | None) -> "BaseClient":
        return self._access.session.connect(service, region, credentials or self._access.credentials(self.account))
