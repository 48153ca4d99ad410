"""An AWS Organization as it was read: a tree of organizational units, accounts with state and tags."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from orchestrator.model.evidence import Unknown
from orchestrator.model.identifiers import AccountId, OrganizationId, OuId, OuPath

ROOT_PATH = OuPath("/")

SERVICE_CONTROL: Final = "SERVICE_CONTROL_POLICY"
RESOURCE_CONTROL: Final = "RESOURCE_CONTROL_POLICY"
"""PolicySummary.Type of the Organizations API: what bounds the roles of an account, and what bounds its resources."""

FULL_ACCESS, FULL_RESOURCE_ACCESS = "p-FullAWSAccess", "p-RCPFullAWSAccess"
"""The policies of AWS's own that allow everything. Only the first can be detached."""


class AccountState(StrEnum):
    """Account.State of the Organizations API; only ACTIVE accounts are ever changed."""

    PENDING_ACTIVATION = "PENDING_ACTIVATION"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    PENDING_CLOSURE = "PENDING_CLOSURE"
    CLOSED = "CLOSED"


class TrustedAccess(StrEnum):
    """OrganizationStatus of DescribeOrganizationsAccess: whether StackSets may work in the organization."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"
    DISABLED_PERMANENTLY = "DISABLED_PERMANENTLY"


@dataclass(frozen=True, slots=True)
class Account:
    """One account; ``ou`` is the path of the organizational unit it sits in."""

    id: AccountId
    name: str
    ou: OuPath = ROOT_PATH
    state: AccountState = AccountState.ACTIVE
    email: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_active(self) -> bool:
        """Accounts in any other state are excluded."""
        return self.state is AccountState.ACTIVE


@dataclass(frozen=True, slots=True)
class OrganizationalUnit:
    """One organizational unit below the root."""

    id: OuId
    path: OuPath


@dataclass(frozen=True, slots=True)
class OrganizationPolicy:
    """A service or resource control policy; ``document`` is its JSON text."""

    id: str
    name: str
    type: str
    targets: tuple[str, ...]
    document: str


ControlPolicies = tuple[OrganizationPolicy, ...] | Unknown | None
"""Sorted by id; why they could not be read; or None where nothing asked for them."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of an organization is read, beyond its accounts and the units they are in or below.

    ``units`` are others to look for, by path or id; None reads every unit.
    """

    units: frozenset[str] | None = None
    has_tags: bool = True
    has_administrators: bool = True


WHOLE = Extent()


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization at one moment, as far as it was read. Accounts are keyed by id and sorted.

    Without ``has_all_features`` it only shares its bills: no StackSet reaches its accounts. ``delegated_administrators`` are those for
    StackSets; None when they were not read, or may not be.
    """

    id: OrganizationId
    management_account: AccountId
    root: OuId
    organizational_units: tuple[OrganizationalUnit, ...]
    accounts: Mapping[AccountId, Account]
    delegated_administrators: tuple[AccountId, ...] | None = ()
    policies: ControlPolicies = None
    has_all_features: bool = True

    def path_of(self, ou: str) -> OuPath | None:
        """The path of an organizational unit given by path or by id; None when there is no such unit."""
        if ou in (self.root, ROOT_PATH):
            return ROOT_PATH
        return next((unit.path for unit in self.organizational_units if ou in (unit.id, unit.path)), None)


def is_below(path: OuPath, ancestor: OuPath) -> bool:
    """Whether ``path`` is ``ancestor`` or lies anywhere below it."""
    return ancestor in (ROOT_PATH, path) or path.startswith(f"{ancestor}/")
