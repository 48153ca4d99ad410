"""The control policies above each account: which bind it, where they are attached, and which accounts they treat alike."""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from orchestrator.model.identifiers import AccountId, OuPath
from orchestrator.model.organization import (
    FULL_ACCESS,
    FULL_RESOURCE_ACCESS,
    RESOURCE_CONTROL,
    ROOT_PATH,
    SERVICE_CONTROL,
    Organization,
    OrganizationPolicy,
)
from orchestrator.policies.control import EVERYTHING, Bounds, Level, Reason, Statements, level_of
from orchestrator.policies.statements import statements_in

NUMBER = re.compile(r"[0-9*?]*[0-9][0-9*?]*")
ORGANIZATION_PATHS = "orgpaths"
ORDERING = "Numeric"


@dataclass(frozen=True)
class Above:
    """The policies of one organization, ready to be asked about its accounts."""

    organization: Organization
    policies: Mapping[str, OrganizationPolicy]
    statements: Statements
    attached: Mapping[str, Mapping[str, Level]] = field(repr=False)
    """By type and target."""

    @cached_property
    def units(self) -> Mapping[OuPath, str]:
        """Organizational units and the root, path to id."""
        return {ROOT_PATH: self.organization.root, **{unit.path: unit.id for unit in self.organization.organizational_units}}

    def targets(self, account: AccountId) -> Iterator[tuple[str, str]]:
        """Where a policy that binds the account may be attached, from the root down: the id, and the path or id to show."""
        known = self.organization.accounts.get(account)
        parts = [part for part in (known.ou if known else ROOT_PATH).split("/") if part]
        paths = [ROOT_PATH, *(OuPath("/" + "/".join(parts[:depth])) for depth in range(1, len(parts) + 1))]
        yield from ((self.units.get(path, ""), path) for path in paths)
        yield account, account

    def path_of(self, account: AccountId) -> str:
        """As aws:PrincipalOrgPaths has it: ``o-…/r-…/ou-…/``."""
        return "/".join([self.organization.id, *(target for target, _ in self.targets(account) if target != account), ""])

    def levels(self, kind: str, account: AccountId) -> Iterator[tuple[str, Level]]:
        """The levels that bind an account and are not FullAWSAccess alone, from the root down. Nothing binds the management account."""
        if account == self.organization.management_account or account not in self.organization.accounts:
            return
        attached, is_complete = self.attached.get(kind, {}), FULL_ACCESS in self.policies
        for target, shown in self.targets(account):
            here = attached.get(target, frozenset())
            level = level_of(here, self.statements, is_complete=is_complete) if kind == SERVICE_CONTROL else here - {FULL_RESOURCE_ACCESS}
            if level:
                yield shown, level

    def bounds(self, principal: AccountId, resource: AccountId) -> Bounds:
        """What binds a role of the one account that acts on a resource of the other."""
        return Bounds(
            frozenset(level for _, level in self.levels(SERVICE_CONTROL, principal)),
            frozenset(level for _, level in self.levels(RESOURCE_CONTROL, resource)),
        )

    def place_of(self, reason: Reason, account: AccountId) -> str:
        """Where above the account the reason is attached, nearest to the root: a path, or the account's id."""
        there = self.levels(reason.kind, account)
        return next((shown for shown, level in there if (reason.policy in level if reason.policy else level == reason.level)), "")

    def likeness(self, bounds: Bounds, principal: AccountId, resource: AccountId) -> Hashable:
        """Equal for pairs of accounts about which these policies can give no different answers."""
        binding = sorted({policy for level in (*bounds.principal, *bounds.resource) for policy in level})
        traits = [self.traits[policy] for policy in binding]
        accounts = (principal, resource)
        is_peculiar = any(trait.is_peculiar for trait in traits)
        named = tuple(account if any(account in trait.numbers for trait in traits) or is_peculiar else "" for account in accounts)
        is_own = principal == resource
        reads_paths = any(trait.reads_paths for trait in traits)
        places = tuple(self.organization.accounts[account].ou for account in accounts) if reads_paths else ()
        return bounds, named, is_own, places

    @cached_property
    def traits(self) -> Mapping[str, "Traits"]:
        return {FULL_ACCESS: Traits(), **{policy.id: traits_of(policy.document) for policy in self.policies.values()}}


@dataclass(frozen=True, slots=True)
class Traits:
    """What in a policy may distinguish accounts: numbers it names, patterns of numbers or their order, paths of the organization."""

    numbers: frozenset[str] = frozenset()
    is_peculiar: bool = False
    reads_paths: bool = False


def traits_of(document: str) -> Traits:
    numbers = frozenset(NUMBER.findall(document))
    is_loose = any(not number.isdigit() for number in numbers) or ORDERING in document
    return Traits(numbers, is_loose, ORGANIZATION_PATHS in document.lower())


def above(organization: Organization, policies: Iterable[OrganizationPolicy]) -> Above:
    """Raises ValueError for a policy whose document is no JSON."""
    known = {policy.id: policy for policy in policies}
    statements = {FULL_ACCESS: EVERYTHING, **{policy.id: statements_in(policy.document) for policy in known.values()}}
    attached: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for policy in known.values():
        for target in policy.targets:
            attached[policy.type][target].add(policy.id)
    return Above(organization, known, statements, {kind: {at: frozenset(ids) for at, ids in by.items()} for kind, by in attached.items()})
