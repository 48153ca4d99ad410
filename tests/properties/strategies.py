"""Any organization, any rules over a small catalog, any world a rollout may find: what properties are tested with."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

from orchestrator.model.alteration import Alteration, Revision
from orchestrator.model.evidence import Evidence, Unknown, Unused, Used
from orchestrator.model.identifiers import AccountId, OrganizationId, OuId, OuPath, StackSetName
from orchestrator.model.organization import Account, AccountState, Organization, OrganizationalUnit
from orchestrator.model.rollout import AllPermanent, GroupSets, Pace, Rollout, Rule, Safety, Wave
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
from orchestrator.model.state import Condition, Definition, Instance, Place, State, Unit
from orchestrator.selection.matching import Places
from orchestrator.selection.select import matches, unanimous_refusal
from tests.worlds.catalogs import CATALOG, CATALOGS, SETS, TERMS, make_roles
from tests.worlds.world import EARLIER, World

T = TypeVar("T")
MANAGEMENT = AccountId("000000000001")
GONE = AccountId("999999999999")
ROOT = OuId("r-ab12")
UNITS = tuple(OrganizationalUnit(OuId(f"ou-ab12-0000000{n}"), OuPath(path)) for n, path in enumerate(("/A", "/A/B", "/AB", "/C")))
FOUND = datetime(2026, 10, 10, tzinfo=UTC)
ALTERATIONS = (
    Alteration(FOUND, rewritable=("a policy allows more",)),
    Alteration(FOUND, lasting=("a role was deleted",), last=Revision("a", FOUND)),
    Alteration(FOUND, lasting=("its stack was deleted in the account",), is_gone=True),
    Alteration(FOUND, harmless=("other tags",)),
)
NAMES = ("payments-prod", "payments-dev", "ledger")
TAGS: tuple[dict[str, str], ...] = ({}, {"env": "prod"}, {"env": "dev"}, {"env": "prod", "team": "blue"})
RETIRED = Place(StackSetName("cado-retired"))
STATES = st.sampled_from((*[AccountState.ACTIVE] * 5, AccountState.SUSPENDED))
PATHS = st.sampled_from((OuPath("/"), *(unit.path for unit in UNITS)))
LABELS = st.sampled_from(TAGS)


@cache
def one_of(*choices: T) -> st.SearchStrategy[T]:
    """Drawing is cheap, building a strategy is not: each is built once."""
    return st.sampled_from(choices)


@cache
def some_of(choices: Iterable[T], *, least: int = 0, most: int | None = None) -> st.SearchStrategy[list[T]]:
    """A few of these, each at most once."""
    return st.lists(st.sampled_from(tuple(choices)), min_size=least, max_size=most, unique=True)


@cache
def up_to(largest: int, smallest: int = 0) -> st.SearchStrategy[int]:
    return st.integers(smallest, largest)


@st.composite
def organizations(draw) -> Organization:
    """A management account, and one to six others anywhere in a small tree."""
    accounts = {}
    for number in range(1, draw(up_to(7, 2)) + 1):
        account = AccountId(f"{number:012}")
        state = AccountState.ACTIVE if account == MANAGEMENT else draw(STATES)
        accounts[account] = Account(account, draw(one_of(*NAMES)), draw(PATHS), state, tags=draw(LABELS))
    return Organization(OrganizationId("o-exampleorgid"), MANAGEMENT, ROOT, UNITS, accounts)


def selectors(organization: Organization) -> st.SearchStrategy[Selector]:
    return selectors_over(tuple(sorted(organization.accounts)))


@cache
def selectors_over(accounts: tuple[AccountId, ...]) -> st.SearchStrategy[Selector]:
    ids = some_of(accounts, least=1, most=2)
    leaves: st.SearchStrategy[Selector] = st.one_of(
        st.sampled_from((Everyone(), Everyone(), Hub(), Management())),
        st.sampled_from([InOrganizationalUnit(ou) for unit in UNITS for ou in (unit.id, unit.path)]),
        ids.map(lambda chosen: AccountIs(tuple(chosen))),
        st.sampled_from((NameLike("payments-*"), NameLike("*"), NameLike("PAYMENTS-*"))),
        st.sampled_from((Tagged({"env": "prod"}), Tagged({"env": "*", "team": "b*"}))),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(st.tuples(inner, inner).map(AllOf), st.tuples(inner, inner).map(AnyOf), inner.map(Not)),
        max_leaves=3,
    )


@cache
def choices() -> st.SearchStrategy[GroupSets]:
    some = some_of(SETS, most=4).map(tuple)
    return st.one_of(some, st.just(SETS), st.just(AllPermanent()))


@st.composite
def rules(draw, organization: Organization, hub: AccountId) -> tuple[Rule, ...]:
    """Up to five rules; what a rule could never grant is left out of it, since that is an error."""
    places = Places(organization, hub)
    made = []
    for number in range(draw(up_to(5))):
        where = draw(selectors(organization))
        kind = draw(one_of("grant", "grant", "grant", "withhold", "exclude"))
        rule = Rule(f"rule {number}", where, because=draw(one_of(None, "reasons")), location=f"rollout.yaml:{number + 1}:1")
        if kind == "exclude":
            made.append(replace(rule, exclude=True))
        elif kind == "withhold":
            made.append(replace(rule, withhold=draw(choices())))
        else:
            made.append(replace(rule, grant=feasible(draw(choices()), rule, places)))
    return tuple(made)


def feasible(sets: GroupSets, rule: Rule, places: Places) -> GroupSets:
    if isinstance(sets, AllPermanent):
        return sets
    accounts = matches(rule, places)
    return tuple(name for name in sets if accounts and unanimous_refusal(name, rule, CATALOG, accounts, places) is None)


@cache
def early_waves(accounts: tuple[AccountId, ...]) -> st.SearchStrategy[list[Selector | int]]:
    return st.lists(st.one_of(selectors_over(accounts), one_of(10, 50, 100)), max_size=2)


@st.composite
def paces(draw, organization: Organization) -> Pace:
    early = draw(early_waves(tuple(sorted(organization.accounts))))
    waves = [Wave(f"wave {n}", percent=w) if isinstance(w, int) else Wave(f"wave {n}", where=w) for n, w in enumerate(early)]
    return Pace((*waves, Wave("everyone")))


@st.composite
def rollouts(draw, organization: Organization, hub: AccountId) -> Rollout:
    protected = draw(one_of((), (), (max(organization.accounts),)))
    return Rollout(
        roles=make_roles(hub),
        rules=draw(rules(organization, hub)),
        scope=draw(one_of(("/",), ("/",), ("/",), ("/A", UNITS[3].id))),
        temporary=TERMS,
        safety=Safety(max_revoked_percent=100, max_accounts_missing_percent=100, max_repaired_percent=100, protected_accounts=protected),
        pace=draw(paces(organization)),
    )


@st.composite
def fresh_worlds(draw) -> World:
    """Rules over an organization, nothing deployed yet."""
    organization = draw(organizations())
    hub = draw(one_of(*sorted(organization.accounts)))
    return World(draw(rollouts(organization, hub)), organization)


@st.composite
def worlds(draw, *, foreign: bool = True) -> World:
    """Whatever an earlier rollout, time, other people and failures have left behind."""
    fresh = draw(fresh_worlds())
    hub = fresh.rollout.hub_account
    assert hub is not None
    earlier_rollout = draw(rollouts(fresh.organization, hub)) if draw(st.booleans()) else fresh.rollout
    earlier = replace(fresh, rollout=earlier_rollout, catalog=CATALOGS[draw(one_of(*sorted(CATALOGS)))])
    after = earlier.carry_out(earlier.plan()) if draw(up_to(9)) else earlier
    seen = {(name, account): draw(evidence()) for name in TERMS for account in fresh.organization.accounts}
    days = draw(one_of(0, 10, 29, 30, 45))
    return World(
        fresh.rollout,
        fresh.organization,
        observed=draw(disturbed(after.observed, fresh.organization, foreign=foreign)),
        ledger=after.ledger,
        evidence=seen,
        now=EARLIER + timedelta(days=days),
    )


@cache
def evidence() -> st.SearchStrategy[Evidence]:
    return st.sampled_from((Unused(), Unused(), Unknown("access denied"), Used(EARLIER + timedelta(hours=1), "seen")))


@st.composite
def disturbed(draw, state: State, organization: Organization, *, foreign: bool) -> State:
    """The state with broken, surplus and vanished accounts' instances, changed definitions, and sets that are not ours or not known."""
    members = [account for account in organization.accounts if account != organization.management_account]
    disturbed = {place: draw(disturbed_units(unit, place, members, foreign=foreign)) for place, unit in state.items()}
    if draw(st.booleans()):
        holders = draw(some_of((*members, GONE), most=3))
        instances: dict[AccountId, Instance] = dict.fromkeys(holders, Instance())
        disturbed[RETIRED] = Unit(Definition("Resources: {}"), instances, is_foreign=foreign and draw(st.booleans()))
    return disturbed


@st.composite
def disturbed_units(draw, known: Unit, place: Place, members: list[AccountId], *, foreign: bool) -> Unit:
    definition = draw(definitions(known.definition))
    if foreign and draw(up_to(9)) == 0:
        return Unit(definition, is_foreign=True)
    if place.is_stack:
        return Unit(definition, {account: draw(disturbed_instances(instance)) for account, instance in known.instances.items()})
    surplus = draw(some_of((*members, GONE), most=1))
    kept = {account: instance for account, instance in known.instances.items() if draw(up_to(4))}
    instances = {
        account: draw(disturbed_instances(instance)) for account, instance in {**dict.fromkeys(surplus, Instance()), **kept}.items()
    }
    return Unit(definition, instances, auto_deploys=draw(up_to(4)) == 0)


def definitions(known: Definition) -> st.SearchStrategy[Definition]:
    changed = replace(known, parameters={**known.parameters, "RoleName": "FormerRole"})
    return st.sampled_from((known, known, known, changed, replace(known, tags={**known.tags, "cost": "7"})))


def disturbed_instances(instance: Instance) -> st.SearchStrategy[Instance]:
    """Mostly as it was; else behind, broken, without its window, or altered in its account."""
    altered = (replace(instance, alteration=alteration) for alteration in ALTERATIONS)
    changed = (*(replace(instance, condition=condition) for condition in Condition), replace(instance, window=None), *altered)
    return st.sampled_from((instance, instance, instance, *changed))
