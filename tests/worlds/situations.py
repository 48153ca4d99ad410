"""Small worlds to plan in: one spoke rule over numbered members, deployed as it should be unless a test says otherwise."""

from collections.abc import Iterable
from dataclasses import replace

from orchestrator.model.identifiers import AccountId, GroupSetName, OrganizationId, OuId, StackSetName
from orchestrator.model.operation import Operation
from orchestrator.model.organization import Account, Organization
from orchestrator.model.rollout import Pace, Rollout, Rule, Safety, Wave
from orchestrator.model.selectors import AccountIs, Everyone
from orchestrator.model.state import Condition, Definition, Instance, Place, Unit
from tests.worlds.catalogs import TERMS, make_roles
from tests.worlds.world import World

MANAGEMENT, HUB = AccountId("000000000001"), AccountId("000000000002")
SPOKE, PASSING = GroupSetName("spoke-lasting"), GroupSetName("spoke-passing")
SPOKE_SET, PASSING_SET, ROLE_SET = StackSetName("cado-spoke-lasting"), StackSetName("cado-spoke-passing"), StackSetName("cado-role-spoke")
OLD = Definition("Resources: {}", {"RoleName": "TestSpokeRole"})


def member(number: int) -> AccountId:
    return AccountId(f"{100 + number:012}")


def members(count: int) -> tuple[AccountId, ...]:
    return tuple(member(number) for number in range(count))


def organization(count: int) -> Organization:
    ids = (MANAGEMENT, HUB, *members(count))
    return Organization(OrganizationId("o-exampleorgid"), MANAGEMENT, OuId("r-ab12"), (), {a: Account(a, f"account-{a[-3:]}") for a in ids})


def grants(name: str, accounts: Iterable[AccountId], *sets: str) -> Rule:
    return Rule(name, AccountIs(tuple(accounts)), grant=tuple(map(GroupSetName, sets)) or (SPOKE,), location="rollout.yaml:38:5")


EVERYONE = Rule("every account", Everyone(), grant=(SPOKE,), location="rollout.yaml:38:5")


def world(count: int, *rules: Rule, safety: Safety | None = None, waves: tuple[Wave, ...] = (Wave("everyone"),)) -> World:
    """Nothing deployed yet."""
    rollout = Rollout(roles=make_roles(HUB), rules=rules or (EVERYONE,), temporary=TERMS, safety=safety or Safety(), pace=Pace(waves))
    return World(rollout, organization(count))


def deployed(count: int, *rules: Rule, safety: Safety | None = None, waves: tuple[Wave, ...] = (Wave("everyone"),)) -> World:
    """Everything as these rules want it."""
    fresh = world(count, *rules, safety=safety, waves=waves)
    return fresh.carry_out(fresh.plan())


def with_rules(known: World, *rules: Rule) -> World:
    return replace(known, rollout=replace(known.rollout, rules=rules))


def with_stack_set(known: World, name: str, stack_set: Unit) -> World:
    return replace(known, observed={**known.observed, Place(StackSetName(name)): stack_set})


def redefined(known: World, name: str = SPOKE_SET) -> World:
    """As if an older definition had been deployed."""
    return with_stack_set(known, name, replace(known.observed[Place(StackSetName(name))], definition=OLD))


def in_condition(known: World, name: StackSetName, account: AccountId, condition: Condition, reason: str = "") -> World:
    stack_set = known.observed[Place(name)]
    changed = Instance(condition, stack_set.instances[account].window, reason)
    return with_stack_set(known, name, replace(stack_set, instances={**stack_set.instances, account: changed}))


def steps(operations: Iterable[Operation], name: StackSetName | None = None) -> list[tuple[str, tuple[AccountId, ...], str]]:
    """Kind, accounts and wave of the operations on one StackSet, or kind and StackSet names left out of all."""
    return [(o.kind, o.accounts, o.wave) for o in operations if name in (None, o.place.name)]
