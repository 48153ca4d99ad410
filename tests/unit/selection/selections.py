"""An organization to select in, and short ways to write rules for it."""

from dataclasses import replace

from orchestrator.model.assignment import Assignment
from orchestrator.model.identifiers import AccountId, OrganizationId, OuId, OuPath
from orchestrator.model.organization import Account, AccountState, Organization, OrganizationalUnit
from orchestrator.model.rollout import Rollout, Rule
from orchestrator.selection.select import select
from tests.worlds.catalogs import CATALOG, make_roles

MANAGEMENT = AccountId("000000000001")
HUB = AccountId("000000000002")
PROD = AccountId("000000000003")
DEV = AccountId("000000000004")
SUSPENDED = AccountId("000000000005")

ACCOUNTS = (
    Account(MANAGEMENT, "root"),
    Account(HUB, "security-hub", OuPath("/Security")),
    Account(PROD, "payments-prod", OuPath("/Workloads/Prod"), tags={"env": "prod", "team": "payments"}),
    Account(DEV, "payments-dev", OuPath("/Workloads-Old"), tags={"env": "dev"}),
    Account(SUSPENDED, "closed-shop", OuPath("/Workloads"), AccountState.SUSPENDED),
)
UNITS = tuple(
    OrganizationalUnit(OuId(f"ou-ab12-1111111{n}"), OuPath(path))
    for n, path in enumerate(("/Security", "/Workloads", "/Workloads/Prod", "/Workloads-Old"))
)
ORGANIZATION = Organization(
    OrganizationId("o-exampleorgid"), MANAGEMENT, OuId("r-ab12"), UNITS, {account.id: account for account in ACCOUNTS}
)


def rollout(*rules: Rule, hub: AccountId = HUB) -> Rollout:
    placed = tuple(replace(rule, location=rule.location or f"rollout.yaml:{10 + n}:5") for n, rule in enumerate(rules))
    return Rollout(roles=make_roles(hub), rules=placed)


def share(account: AccountId, wanted: Rollout) -> Assignment:
    return select(wanted, CATALOG, ORGANIZATION).assignments[account]


def granted(account: AccountId, wanted: Rollout) -> set[str]:
    return {grant.group_set for grant in share(account, wanted).grants}
