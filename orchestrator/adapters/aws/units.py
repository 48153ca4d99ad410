"""Organizational units by name, which only the listing of their parent gives: one call for each unit that is walked into."""

from collections.abc import Callable, Collection, Iterable

from orchestrator.adapters.aws.errors import speaking
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.aws.spread import spread
from orchestrator.model.identifiers import OuId, OuPath
from orchestrator.model.letters import whole
from orchestrator.model.organization import ROOT_PATH, OrganizationalUnit

Lineage = tuple[OuId, ...]
"""The units above an account, from the root to the one it sits in; empty where AWS does not tell."""

Choice = Callable[[OrganizationalUnit], bool]
"""Whether to walk into a unit."""


def read_units(session: AwsSession, root: OuId, is_walked: Choice = lambda _: True) -> tuple[OrganizationalUnit, ...]:
    """The units below the root, level by level, as far as they are walked into."""
    found: list[OrganizationalUnit] = []
    level: tuple[OrganizationalUnit, ...] = (OrganizationalUnit(root, OuPath("")),)
    while walked := tuple(filter(is_walked, level)):
        level = tuple(child for children in spread(lambda parent: children_of(session, parent), walked) for child in children)
        found += level
    return tuple(found)


def children_of(session: AwsSession, parent: OrganizationalUnit) -> tuple[OrganizationalUnit, ...]:
    with speaking(f"list the organizational units below {parent.id}"):
        pages = session.client("organizations").get_paginator("list_organizational_units_for_parent")
        return tuple(
            OrganizationalUnit(OuId(unit["Id"]), OuPath(f"{parent.path}/{path_part(unit['Name'])}"))
            for page in pages.paginate(ParentId=parent.id)
            for unit in page["OrganizationalUnits"]
        )


def path_part(name: str) -> str:
    """A name may hold anything, slashes included: as it stands, ``Workloads/Prod`` below the root would pass for another unit."""
    return whole(name).replace("%2F", "%252F").replace("/", "%2F")


def lineage(paths: Iterable[str]) -> Lineage:
    """Of ``o-…/r-…/ou-…/123456789012/``."""
    path = next((path for path in paths if path.count("/") > 1), "")
    return tuple(map(OuId, path.rstrip("/").split("/")[1:-1]))


def on_the_way(lineages: Collection[Lineage], asked: Collection[str]) -> Choice:
    """Choose the units on the way to those in which accounts are, and to those that are asked for by path.

    Every unit, where AWS does not tell of some account where it is, or an id is asked for that no account is below.
    """
    inhabited = frozenset[str]().union(*lineages)
    if not all(lineages) or any(not ou.startswith("/") and ou not in inhabited for ou in asked):
        return lambda _: True
    parents = frozenset[str]().union(*(line[:-1] for line in lineages))
    paths = tuple(ou for ou in asked if ou.startswith("/") and ou != ROOT_PATH)
    return lambda unit: unit.id in parents or any(path.startswith(f"{unit.path}/") for path in paths)
