"""What a plan asks of Organizations: hardly more than the pages in which the accounts come."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import pytest

from orchestrator.adapters.aws.directory import OrganizationsDirectory
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.model.organization import Extent
from scripts.benchmarks.minimum import discovery
from tests.worlds.organizations import MANAGEMENT

PAGE = 20
"""The most accounts or units Organizations gives in one answer."""
ACCOUNTS, UNITS = 10_000, 500
ROOM = 1.05
"""How much more than the minimum may be asked."""

DIVISIONS = [f"/Division{number:02}" for number in range(20)]
SHAPES = {
    "flat": ["/Workloads", *(f"/Workloads/Team{number:03}" for number in range(UNITS - 1))],
    "divisions": [*DIVISIONS, *(f"{division}/Team{number:02}" for number in range(24) for division in DIVISIONS)],
}


@dataclass
class Counted:
    """A session in an organization with accounts in the lowest units: it answers in pages, and counts them."""

    units: Sequence[str]
    pages: int = 0

    def account(self) -> str:
        return MANAGEMENT

    def client(self, service: str) -> "Counted":
        assert service == "organizations"
        return self

    def describe_organization(self) -> Mapping[str, object]:
        self.pages += 1
        return {"Organization": {"Id": "o-exampleorgid", "MasterAccountId": MANAGEMENT}}

    def get_paginator(self, operation: str) -> "Pages":
        return Pages(self, operation)


@dataclass
class Pages:
    """One listing of an organization."""

    session: Counted
    operation: str

    def paginate(self, ParentId: str = "") -> Iterator[Mapping[str, object]]:  # noqa: N803 - as AWS spells it
        key, rows = self.listing(ParentId)
        for start in range(0, len(rows), PAGE):
            self.session.pages += 1
            yield {key: rows[start : start + PAGE]}

    def listing(self, parent: str) -> tuple[str, list[Mapping[str, object]]]:
        units = self.session.units
        match self.operation:
            case "list_roots":
                return "Roots", [{"Id": "r"}]
            case "list_accounts":
                return "Accounts", accounts_in(units)
            case _:
                above = "" if parent == "r" else units[int(parent)]
                children = [unit for unit in units if unit.rpartition("/")[0] == above]
                return "OrganizationalUnits", [{"Id": str(units.index(unit)), "Name": unit.rpartition("/")[2]} for unit in children]


def accounts_in(units: Sequence[str]) -> list[Mapping[str, object]]:
    """Evenly in the units that are not at the top, with the path of ids in which AWS says so."""
    lowest = [f"o/r/{units.index(unit.rpartition('/')[0])}/{at}" for at, unit in enumerate(units) if unit.count("/") > 1]
    return [{"Id": f"{at:012}", "State": "ACTIVE", "Paths": [f"{lowest[at % len(lowest)]}/{at:012}/"]} for at in range(ACCOUNTS)]


@pytest.mark.parametrize("shape", SHAPES)
def test_ten_thousand_accounts_in_five_hundred_units_cost_their_pages(shape):
    session = Counted(SHAPES[shape])
    directory = OrganizationsDirectory(cast("AwsSession", session))
    found = directory.discover(Extent(frozenset({session.units[0]}), has_tags=False, has_administrators=False))
    assert len(found.accounts) == ACCOUNTS
    assert {found.ou for found in found.accounts.values()} == {unit for unit in session.units if unit.count("/") > 1}
    assert session.pages <= ROOM * discovery(ACCOUNTS, session.units)
