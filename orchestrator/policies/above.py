"""The control policies above each account: which bind it, where they are attached, and which accounts they treat alike."""

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
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


Group = tuple[AccountId, ...]
"""Accounts about which one answer is true of all."""

Levels = tuple[tuple[str, Level], ...]
"""The levels that bind an account and do not allow everything, from the root down, each with the path or id to show."""


@dataclass(frozen=True)
class Above:
    """The policies of one organization, ready to be asked about its accounts."""

    organization: Organization
    policies: Mapping[str, OrganizationPolicy]
    statements: Statements
    attached: Mapping[str, Mapping[str, Level]] = field(repr=False)
    """By type and target."""

    _of_units: dict[tuple[str, OuPath], Levels] = field(default_factory=dict, repr=False)
    _of_accounts: dict[tuple[str, AccountId], Levels] = field(default_factory=dict, repr=False)
    _alike: dict[tuple[Group, AccountId | None], Collection[Group]] = field(default_factory=dict, repr=False)
    _traits: dict[Bounds, "Traits"] = field(default_factory=dict, repr=False)

    @cached_property
    def units(self) -> Mapping[OuPath, str]:
        """Organizational units and the root, path to id."""
        return {ROOT_PATH: self.organization.root, **{unit.path: unit.id for unit in self.organization.organizational_units}}

    def path_of(self, account: AccountId) -> str:
        """As aws:PrincipalOrgPaths has it: ``o-…/r-…/ou-…/``."""
        known = self.organization.accounts.get(account)
        ids = [self.units.get(path, "") for path in reversed(list(upwards(known.ou if known else ROOT_PATH)))]
        return "/".join([self.organization.id, *ids, ""])

    def levels(self, kind: str, account: AccountId) -> Levels:
        """Nothing binds the management account."""
        found = self._of_accounts.get((kind, account))
        if found is None:
            known = self.organization.accounts.get(account)
            is_bound = known is not None and account != self.organization.management_account
            above = self.levels_of_unit(kind, known.ou) if known and is_bound else ()
            found = (*above, *self.level_on(kind, account, account)) if is_bound else ()
            self._of_accounts[kind, account] = found
        return found

    def levels_of_unit(self, kind: str, path: OuPath) -> Levels:
        """Those of the unit and all above it."""
        found = self._of_units.get((kind, path))
        if found is None:
            parents = list(upwards(path))[1:2]
            above = self.levels_of_unit(kind, parents[0]) if parents else ()
            found = self._of_units[kind, path] = (*above, *self.level_on(kind, self.units.get(path, ""), path))
        return found

    def level_on(self, kind: str, target: str, shown: str) -> Levels:
        here = self.attached.get(kind, {}).get(target, frozenset())
        if kind == SERVICE_CONTROL:
            level = level_of(here, self.statements, is_complete=FULL_ACCESS in self.policies)
        else:
            level = here - {FULL_RESOURCE_ACCESS}
        return ((shown, level),) if level else ()

    def bounds(self, principal: AccountId, resource: AccountId) -> Bounds:
        """What binds a role of the one account that acts on a resource of the other."""
        return Bounds(
            frozenset(level for _, level in self.levels(SERVICE_CONTROL, principal)),
            frozenset(level for _, level in self.levels(RESOURCE_CONTROL, resource)),
        )

    def alike(self, accounts: tuple[AccountId, ...], principal: AccountId | None = None) -> Collection[Group]:
        """The accounts in groups about which these policies can give no different answers; those that nothing binds are left out.

        A role of ``principal`` acts on resources there, without one a role of each account on its own.
        """
        found = self._alike.get((accounts, principal))
        if found is None:
            groups: dict[Hashable, list[AccountId]] = defaultdict(list)
            for account in accounts:
                actor = principal or account
                bounds = self.bounds(actor, account)
                if bounds.principal or bounds.resource:
                    groups[bounds, actor == account, self.singled_out(bounds, actor, account)].append(account)
            found = self._alike[accounts, principal] = tuple(map(tuple, groups.values()))
        return found

    def singled_out(self, bounds: Bounds, *accounts: AccountId) -> Hashable:
        """What of these accounts the policies may see: their ids where a policy names them, their places where one reads paths."""
        if (traits := self._traits.get(bounds)) is None:
            binding = {policy for level in (*bounds.principal, *bounds.resource) for policy in level}
            traits = self._traits[bounds] = united(self.traits[policy] for policy in binding)
        named = tuple(account if traits.is_peculiar or account in traits.numbers else "" for account in accounts)
        return named, tuple(self.organization.accounts[account].ou for account in accounts) if traits.reads_paths else ()

    def place_of(self, reason: Reason, account: AccountId) -> str:
        """Where above the account the reason is attached, nearest to the root: a path, or the account's id."""
        there = self.levels(reason.kind, account)
        return next((shown for shown, level in there if (reason.policy in level if reason.policy else level == reason.level)), "")

    @cached_property
    def traits(self) -> Mapping[str, "Traits"]:
        return {FULL_ACCESS: Traits(), **{policy.id: traits_of(policy.document) for policy in self.policies.values()}}


def upwards(path: OuPath) -> Iterator[OuPath]:
    """The unit, and those above it up to the root."""
    while path != ROOT_PATH:
        yield path
        path = OuPath(path.rpartition("/")[0] or ROOT_PATH)
    yield ROOT_PATH


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


def united(traits: Iterable[Traits]) -> Traits:
    """Of several policies together."""
    every = tuple(traits)
    numbers = frozenset(number for trait in every for number in trait.numbers)
    return Traits(numbers, any(trait.is_peculiar for trait in every), any(trait.reads_paths for trait in every))


def above(organization: Organization, policies: Iterable[OrganizationPolicy]) -> Above:
    """Raises ValueError for a policy whose document is no JSON."""
    known = {policy.id: policy for policy in policies}
    statements = {FULL_ACCESS: EVERYTHING, **{policy.id: statements_in(policy.document) for policy in known.values()}}
    attached: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for policy in known.values():
        for target in policy.targets:
            attached[policy.type][target].add(policy.id)
    return Above(organization, known, statements, {kind: {at: frozenset(ids) for at, ids in by.items()} for kind, by in attached.items()})
