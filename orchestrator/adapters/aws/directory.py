"""Reads an AWS organization with as few calls as it allows: accounts with their paths, the units on them by name, tags in bulk.

Where AWS does not give paths, the tree is walked; where it does not give tags in bulk, each account is asked. Nothing is ever
guessed: an account whose place or state cannot be read ends the run, since a gap would look like a reason to revoke.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from orchestrator.adapters.aws.account_tags import AccountTags
from orchestrator.adapters.aws.errors import AccessDeniedError, speaking
from orchestrator.adapters.aws.organization_policies import read_policies
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.aws.spread import side_by_side, spread
from orchestrator.adapters.aws.units import Lineage, lineage, on_the_way, read_units
from orchestrator.errors import AwsError
from orchestrator.model.activity import Activity, ActivityEnded, ActivityProgressed, Tell, ignore
from orchestrator.model.counts import some_of
from orchestrator.model.identifiers import AccountId, OrganizationId, OuId, OuPath
from orchestrator.model.letters import whole
from orchestrator.model.organization import (
    ROOT_PATH,
    WHOLE,
    Account,
    AccountState,
    ControlPolicies,
    Extent,
    Organization,
    OrganizationalUnit,
)

if TYPE_CHECKING:
    from types_boto3_organizations.type_defs import AccountTypeDef, OrganizationTypeDef

STACK_SETS_PRINCIPAL = "member.org.stacksets.cloudformation.amazonaws.com"
CONSOLIDATED_BILLING = "CONSOLIDATED_BILLING"
RUN_AGAIN = "Run again; if it persists, check that the caller may read all of the organization."


class OrganizationsDirectory:
    """ports.Directory on the Organizations API."""

    def __init__(self, session: AwsSession, *, tell: Tell = ignore) -> None:
        self._session = session
        self._tell = tell

    def calls(self) -> Mapping[str, int]:
        return self._session.calls()

    def discover(self, extent: Extent = WHOLE) -> Organization:
        described = self._describe()
        try:
            return self._read(described, extent)
        except AccessDeniedError as error:
            raise self._explain(error, described) from None
        finally:
            self._tell(ActivityEnded(Activity.ORGANIZATION))

    def policies(self, organization: Organization) -> ControlPolicies:
        return read_policies(self._session, organization)

    def _explain(self, error: AccessDeniedError, described: "OrganizationTypeDef") -> AccessDeniedError:
        """Every member may call DescribeOrganization; only the management account and delegated administrators may list accounts."""
        caller, management = self._session.account(), described["MasterAccountId"]
        if caller == management:
            return error
        administrators = f"the management account {management}, or of an account that is a delegated administrator for StackSets"
        return AccessDeniedError(
            f"the credentials belong to account {caller}, a member of organization {described['Id']}: {error.message}",
            where=caller,
            remedy=f"Use credentials of {administrators}. If {caller} is one: {error.remedy}",
        )

    def _read(self, described: "OrganizationTypeDef", extent: Extent) -> Organization:
        root, management = self._root(), AccountId(described["MasterAccountId"])
        reader = AccountTags(self._session, management, self._tell)
        (units, found), shown = side_by_side(
            lambda: self._units_and_accounts(root, extent), reader.read_in_bulk if extent.has_tags else dict
        )
        paths = {root: ROOT_PATH, **{unit.id: unit.path for unit in units}}
        parents = self._parents(found, paths)
        tags = reader.complete(shown, [AccountId(account["Id"]) for account in found]) if extent.has_tags else {}
        accounts = [read_account(account, paths[parents[account["Id"]]], tags) for account in found]
        return Organization(
            OrganizationId(described["Id"]),
            management,
            root,
            tuple(sorted(units, key=lambda unit: unit.path)),
            {account.id: account for account in sorted(accounts, key=lambda account: account.id)},
            self._delegated_administrators(extent, management),
            has_all_features=described.get("FeatureSet") != CONSOLIDATED_BILLING,
        )

    def _units_and_accounts(self, root: OuId, extent: Extent) -> tuple[tuple[OrganizationalUnit, ...], tuple["AccountTypeDef", ...]]:
        """Side by side where every unit is read; else accounts first, since they say which units are needed."""
        if extent.units is None:
            return side_by_side(lambda: read_units(self._session, root), self._accounts)
        accounts = self._accounts()
        return read_units(self._session, root, on_the_way({lineage_of(account) for account in accounts}, extent.units)), accounts

    def _describe(self) -> "OrganizationTypeDef":
        with speaking("read the organization"):
            return self._session.client("organizations").describe_organization()["Organization"]

    def _root(self) -> OuId:
        with speaking("list the roots of the organization"):
            pages = self._session.client("organizations").get_paginator("list_roots").paginate()
            roots = [OuId(root["Id"]) for page in pages for root in page["Roots"]]
        if len(roots) != 1:
            raise AwsError(f"the organization shows {len(roots)} roots instead of one.", remedy=RUN_AGAIN)
        return roots[0]

    def _accounts(self) -> tuple["AccountTypeDef", ...]:
        with speaking("list the accounts of the organization"):
            found: list[AccountTypeDef] = []
            for page in self._session.client("organizations").get_paginator("list_accounts").paginate():
                found += page["Accounts"]
                self._tell(ActivityProgressed(Activity.ORGANIZATION, len(found)))
            return tuple(found)

    def _parents(self, accounts: Iterable["AccountTypeDef"], paths: Mapping[OuId, OuPath]) -> Mapping[str, OuId]:
        """Account to the unit it sits in, from its path, or else by asking every unit.

        Raises AwsError for an account in no unit that was read: it moved, or the unit is new.
        """
        found = {account["Id"]: line[-1] if (line := lineage_of(account)) else None for account in accounts}
        if None in found.values():
            found |= {account: unit for members in spread(self._members, paths) for account, unit in members}
        placed = {account: parent for account, parent in found.items() if parent in paths}
        if lost := sorted(found.keys() - placed.keys()):
            raise AwsError(
                f"accounts sit in no organizational unit that was read ({len(lost)}): {some_of(lost, 'account')}.", remedy=RUN_AGAIN
            )
        return {account: parent for account, parent in placed.items() if parent is not None}

    def _members(self, unit: OuId) -> tuple[tuple[str, OuId], ...]:
        with speaking(f"list the accounts in {unit}"):
            pages = self._session.client("organizations").get_paginator("list_accounts_for_parent").paginate(ParentId=unit)
            return tuple((account["Id"], unit) for page in pages for account in page["Accounts"])

    def _delegated_administrators(self, extent: Extent, management: AccountId) -> tuple[AccountId, ...] | None:
        """In a member account always: a remedy names the accounts that may work on StackSets."""
        if not extent.has_administrators and self._session.account() == management:
            return None
        try:
            return tuple(sorted(self._list_delegated_administrators()))
        except AccessDeniedError:
            return None

    def _list_delegated_administrators(self) -> Iterator[AccountId]:
        with speaking("list the delegated administrators for StackSets"):
            paginator = self._session.client("organizations").get_paginator("list_delegated_administrators")
            for page in paginator.paginate(ServicePrincipal=STACK_SETS_PRINCIPAL):
                yield from (AccountId(account["Id"]) for account in page["DelegatedAdministrators"])


def lineage_of(account: "AccountTypeDef") -> Lineage:
    return lineage(account.get("Paths", ()))


def read_account(account: "AccountTypeDef", path: OuPath, tags: Mapping[AccountId, Mapping[str, str]]) -> Account:
    account_id = AccountId(account["Id"])
    return Account(
        account_id, whole(account.get("Name", "")), path, state_of(account), whole(account.get("Email", "")), tags.get(account_id, {})
    )


def state_of(account: "AccountTypeDef") -> AccountState:
    """``State``; ``Status`` where it is not given yet. An unknown word excludes the account, as SUSPENDED does."""
    # State supersedes Status, which cannot tell PENDING_ACTIVATION nor CLOSED:
    # https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
    word = account.get("State") or account.get("Status")
    if word is None:
        raise AwsError(f"AWS gives neither State nor Status of account {account['Id']}.", where=account["Id"], remedy=RUN_AGAIN)
    return AccountState(word) if word in set(AccountState) else AccountState.SUSPENDED
