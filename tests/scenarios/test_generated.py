"""Ten organizations of up to three hundred accounts, each with rules of its own: no field of their plans changes unnoticed.

The digests say that something did; the scenarios beside this file show what plans say. `scripts/golden` writes them anew.
"""

import hashlib
import json
from pathlib import Path
from random import Random

from orchestrator.model.identifiers import AccountId, OrganizationId, OuId, OuPath
from orchestrator.model.organization import Account, AccountState, Organization, OrganizationalUnit
from orchestrator.model.rollout import AllPermanent, Pace, Rollout, Rule, Safety, Wave
from orchestrator.model.selectors import AccountIs, AllOf, AnyOf, Hub, InOrganizationalUnit, Management, NameLike, Not, Selector, Tagged
from orchestrator.offline import CODEC
from orchestrator.presentation.plan.document import plan_json_text
from orchestrator.runs import Files, plan_from_nothing
from tests.scenarios.test_scenarios import FIELDS
from tests.worlds.catalogs import CATALOG, SETS, TERMS, make_roles
from tests.worlds.clocks import FakeClock
from tests.worlds.organizations import HUB, MANAGEMENT

EXPECTED = Path(__file__).with_name("generated.json")
SIZES = (1, 3, 10, 30, 60, 90, 120, 150, 200, 300)
UNITS = tuple(OuPath(path) for path in ("/", "/Shop", "/Shop/Prod", "/Shop/Dev", "/Data", "/Data/Prod", "/Data/Prod/Eu"))
SPOKE_SETS = tuple(name for name in SETS if name.startswith("spoke"))


def organization(size: int, dice: Random) -> Organization:
    members = [member(AccountId(f"{300_000_000_000 + number * 7}"), number, dice) for number in range(size)]
    known = (Account(MANAGEMENT, "management"), Account(HUB, "hub", dice.choice(UNITS)), *members)
    units = tuple(OrganizationalUnit(OuId(f"ou-ab12-{number:08}"), path) for number, path in enumerate(UNITS) if number)
    accounts = {account.id: account for account in sorted(known, key=lambda account: account.id)}
    return Organization(OrganizationId("o-exampleorgid"), MANAGEMENT, OuId("r-ab12"), units, accounts)


def member(account: AccountId, number: int, dice: Random) -> Account:
    tags = {key: value for key, value in (("env", dice.choice(["prod", "dev"])), ("team", f"t{dice.randrange(4)}")) if dice.random() < 0.7}
    state = dice.choices(list(AccountState), [1, 40, 1, 1, 1])[0]
    return Account(account, f"{dice.choice(['pay', 'shop', 'ops'])}-{number:04}", dice.choice(UNITS), state, "", tags)


def rollout(found: Organization, dice: Random) -> Rollout:
    ids = [account for account in found.accounts if account not in (HUB, MANAGEMENT)]
    places: list[Selector] = [
        InOrganizationalUnit(dice.choice(UNITS)),
        NameLike(dice.choice(["pay-*", "*-00?1"])),
        AllOf((InOrganizationalUnit("/Shop"), Not(Tagged({"env": "dev*"})))),
        AnyOf((AccountIs((dice.choice(ids),)), Tagged({"team": "t?"}))),
        Tagged({"env": "prod"}),
    ]
    rules = (
        Rule("hub", Hub(), grant=AllPermanent()),
        Rule("management", Management(), grant=AllPermanent()),
        *(Rule(f"grants {number}", place, grant=tuple(dice.sample(SPOKE_SETS, 1))) for number, place in enumerate(dice.sample(places, 3))),
        Rule("withheld", dice.choice(places[2:]), withhold=tuple(dice.sample(SPOKE_SETS, 1)), because="not here"),
        Rule("divested", AccountIs((dice.choice(ids),)), exclude=True, because="sold"),
    )
    waves = (Wave("canary", Tagged({"team": "t1"})), Wave("early", percent=dice.choice([5, 20])), Wave("everyone"))
    return Rollout(
        roles=make_roles(HUB),
        rules=tuple(rule for rule in rules if dice.random() < 0.9),
        temporary=TERMS,
        pace=Pace(waves=waves),
        safety=Safety(protected_accounts=(dice.choice(ids),)),
    )


def digests(size: int) -> dict[str, str]:
    """Of every field of a plan that others rely on."""
    dice = Random(size)
    found = organization(size, dice)
    files = Files(rollout=rollout(found, dice), catalog=CATALOG, clock=FakeClock(), codec=CODEC)
    plan = json.loads("".join(plan_json_text(plan_from_nothing(files, found))))
    return {field: digest(plan[field], names) for field, names in FIELDS.items()}


def digest(value: object, names: tuple[str, ...]) -> str:
    rows = value if isinstance(value, list) else [value]
    text = json.dumps([{name: row.get(name) for name in names} if isinstance(row, dict) else row for row in rows])
    return f"{len(rows)} rows, {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def test_the_plans_of_ten_organizations_stay_as_they_are(golden):
    golden(EXPECTED, json.dumps({size: digests(size) for size in SIZES}, indent=2) + "\n")
