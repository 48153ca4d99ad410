"""Who gets what, restated from the documentation without the program's own words, and compared with it."""

from dataclasses import replace
from fnmatch import fnmatchcase
from random import Random

from hypothesis import strategies as st

from orchestrator.model.assignment import Selection
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.organization import Account, Organization
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import AllPermanent, GroupSets, Rule
from orchestrator.model.selectors import (
    AccountIs,
    AllOf,
    AnyOf,
    Everyone,
    Hub,
    InOrganizationalUnit,
    Management,
    NameLike,
    Not,
    Selector,
    Tagged,
)
from orchestrator.selection.select import select
from tests.properties.reproduction import given
from tests.properties.strategies import UNITS, fresh_worlds
from tests.worlds.catalogs import CATALOG
from tests.worlds.world import World


def selects(selector: Selector, account: Account, organization: Organization, hub: AccountId) -> bool:
    paths: dict[str, str] = {unit.id: unit.path for unit in UNITS}
    simple = {Everyone: True, Hub: account.id == hub, Management: account.id == organization.management_account}
    match selector:
        case InOrganizationalUnit(ou):
            path = [*paths.get(ou, ou).strip("/").split("/")]
            return account.ou.strip("/").split("/")[: len(path)] == path
        case AccountIs(ids):
            return account.id in ids
        case NameLike(pattern):
            return fnmatchcase(account.name, pattern)
        case Tagged(tags):
            return all(fnmatchcase(account.tags.get(key, "\n"), glob) and key in account.tags for key, glob in tags.items())
        case AllOf((left, right)):
            return selects(left, account, organization, hub) and selects(right, account, organization, hub)
        case AnyOf((left, right)):
            return selects(left, account, organization, hub) or selects(right, account, organization, hub)
        case Not(term):
            return not selects(term, account, organization, hub)
    return simple[type(selector)]


def says_management(selector: Selector, management: AccountId, hub: AccountId) -> bool:
    """A positive term names it; rollout.yaml names the hub's id, so "hub" does when they are one."""
    match selector:
        case AllOf(terms) | AnyOf(terms):
            return any(says_management(term, management, hub) for term in terms)
        case AccountIs(ids):
            return management in ids
    return isinstance(selector, Management) or (isinstance(selector, Hub) and hub == management)


def mentions(sets: GroupSets, name: GroupSetName, *, withholding: bool = False) -> bool:
    if isinstance(sets, AllPermanent):
        return withholding or not CATALOG.group_sets[name].temporary
    return name in sets


def fits(name: GroupSetName, account: AccountId, management: AccountId, hub: AccountId) -> bool:
    role = CATALOG.group_sets[name].role
    if role in (RoleKind.PLATFORM, RoleKind.ACQUISITION):
        return account == hub
    return account == management if role is RoleKind.DISCOVERY else account != hub


def rules_that_give(world: World, account: Account, name: GroupSetName) -> list[Rule]:
    management, hub = world.organization.management_account, world.rollout.hub_account
    assert hub is not None
    return [
        rule
        for rule in world.rollout.rules
        if mentions(rule.grant, name)
        and selects(rule.where, account, world.organization, hub)
        and fits(name, account.id, management, hub)
        and (account.id != management or says_management(rule.where, management, hub))
    ]


def is_held_back(world: World, account: Account, name: GroupSetName) -> bool:
    hub = world.rollout.hub_account
    assert hub is not None
    matching = [rule for rule in world.rollout.rules if selects(rule.where, account, world.organization, hub)]
    return any(rule.exclude or mentions(rule.withhold, name, withholding=True) for rule in matching)


def is_within_reach(world: World, account: Account) -> bool:
    hub = world.rollout.hub_account
    assert hub is not None
    scope = any(ou == "/" or selects(InOrganizationalUnit(ou), account, world.organization, hub) for ou in world.rollout.scope)
    return scope and account.state == "ACTIVE" and account.id not in world.rollout.safety.protected_accounts


@given(fresh_worlds())
def test_an_account_gets_what_a_matching_rule_grants_and_none_holds_back(world: World):
    selection = world.selection
    for account in world.organization.accounts.values():
        for name in CATALOG.group_sets:
            rules = rules_that_give(world, account, name)
            is_due = bool(rules) and not is_held_back(world, account, name) and is_within_reach(world, account)
            granted = selection.granted(account.id)
            assert (name in granted) == is_due
            if is_due:
                assert set(granted[name]) == {rule.name for rule in rules}


@given(fresh_worlds())
def test_no_account_is_passed_over_and_what_is_granted_is_not_also_withheld(world: World):
    selection = world.selection
    assert set(selection.assignments) == set(world.organization.accounts)
    for share in selection.assignments.values():
        granted = {grant.group_set for grant in share.grants}
        assert not granted & {held.group_set for held in share.withheld}
        assert share.excluded is None or not share.grants
        assert all(held.because for held in share.withheld)


@given(fresh_worlds(), st.integers(0, 99))
def test_the_order_of_rules_does_not_matter(world: World, seed: int):
    shuffled = list(world.rollout.rules)
    Random(seed).shuffle(shuffled)
    rollout = replace(world.rollout, rules=tuple(shuffled))
    assert gist(select(rollout, CATALOG, world.organization)) == gist(world.selection)


def gist(selection: Selection) -> dict[AccountId, object]:
    return {
        account: (
            {grant.group_set: set(grant.because) for grant in share.grants},
            {held.group_set for held in share.withheld},
            share.excluded is None,
        )
        for account, share in selection.assignments.items()
    }
