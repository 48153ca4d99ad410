"""The calls that no program could do without, from AWS's page sizes and what a rollout consists of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from orchestrator.runs.foresight import MOST_ACCOUNTS

ORGANIZATIONS_PAGE = 20
STACK_SETS_PAGE = 100
BLOCK = 100
"""Accounts of an operation: a decision of ours (docs/decisions/0014)."""


@dataclass(frozen=True, slots=True)
class Rolled:
    """A StackSet: how many accounts each of its waves has."""

    waves: Sequence[int]

    @property
    def pages(self) -> int:
        return ceil(sum(self.waves) / STACK_SETS_PAGE)

    @property
    def blocks(self) -> int:
        return sum(ceil(accounts / BLOCK) for accounts in self.waves)


def listing_units(units: Sequence[str], *, is_whole: bool = False) -> int:
    """Of each unit that has others below it those others, page by page: their names stand nowhere else. ``is_whole``: of every unit."""
    parents = [path.rpartition("/")[0] for path in units]
    asked = {"", *units} if is_whole else set(parents)
    return sum(max(1, ceil(parents.count(unit) / ORGANIZATIONS_PAGE)) for unit in asked)


def discovery(accounts: int, units: Sequence[str], *, is_whole: bool = False) -> int:
    """The organization, its root, the accounts, and the units: those with accounts in them, or all."""
    return 2 + ceil(accounts / ORGANIZATIONS_PAGE) + listing_units(units, is_whole=is_whole)


POLICIES = 2
"""The lists of service and of resource control policies; there are none."""


def observation(rolled: Iterable[Rolled]) -> int:
    """The StackSets and the management account's stacks are listed; each StackSet is described and its instances are listed."""
    return 2 + sum(1 + found.pages for found in rolled)


def application(rolled: Iterable[Rolled]) -> int:
    """Of CloudFormation, from nothing. Before, StackSets and stacks are listed, and whether trusted access is on is asked. Each StackSet is
    created and looked for; each block of it is sent, asked for its end, and listed with what became of it. Then all is observed.
    """
    sets = tuple(rolled)
    return 3 + sum(2 + 3 * found.blocks for found in sets) + observation(sets)


def destruction(rolled: Iterable[Rolled]) -> int:
    """Of CloudFormation. All is read, and trusted access asked for; each block is sent, asked for its end, its results and what is left;
    each StackSet is described and deleted. Then StackSets and stacks are listed.
    """
    sets = tuple(rolled)
    return observation(sets) + 1 + sum(2 + 4 * found.blocks for found in sets) + 2


def inspection(accounts: int, group_sets: int) -> int:
    """Of the looks inside: into each account, at its roles, at its role's settings, and at policies by name, each one, and attached."""
    return accounts * (5 + group_sets)


def foresight(accounts: int, hub_roles: int) -> int:
    """Of the look for roles that bear our names: into each account that gets one, as many as are looked into at most, and at each name."""
    looked_into = min(accounts + 1, MOST_ACCOUNTS)
    return 2 * looked_into + hub_roles - 1
