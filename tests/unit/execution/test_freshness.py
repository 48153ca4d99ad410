"""A plan is stale when somebody else changed the world, and never because of its own work."""

import re
from dataclasses import replace

import pytest

from orchestrator.errors import RefusedError
from orchestrator.execution.engine import Engine
from orchestrator.execution.events import OperationProgressed
from orchestrator.execution.freshness import check_fresh
from orchestrator.execution.journal import Journal
from orchestrator.execution.run_state import RunState
from orchestrator.model.identifiers import OrganizationId, OuPath, StackSetName
from orchestrator.model.operation import Create, Delete, Operation, Update
from orchestrator.model.organization import Account, AccountState
from orchestrator.model.state import Condition, Definition, Instance, Place, Unit
from tests.worlds.clocks import FakeClock
from tests.worlds.fakes import FakeDeployer, Faults, MemoryStore
from tests.worlds.plans import (
    CONTEXT,
    DIGEST,
    MANAGEMENT,
    NEW,
    OLD,
    OTHER,
    POLICY,
    ROLE,
    WINDOW,
    A,
    B,
    C,
    carry_out,
    grants,
    key,
    organization,
    plan_of,
    two_waves,
)
from tests.worlds.states import at_management, stack, state

STACK = {at_management(ROLE): stack(OLD)}
HELD = {Place(ROLE): Unit(OLD, {A: Instance(), B: Instance(window=WINDOW)}), **STACK}
PLAN = plan_of([grants(1, ROLE, [C])], HELD)


def with_role(**changed):
    return {**HELD, Place(ROLE): replace(HELD[Place(ROLE)], **changed)}


def why_stale(plan, observed, run=None, world=None):
    with pytest.raises(RefusedError) as refused:
        check_fresh(plan, run or RunState(), observed, world or organization())
    assert refused.value.refusal == "stale_plan"
    assert "new plan" in (refused.value.remedy or "")
    return refused.value.message


def test_the_world_as_planned_is_fresh_whatever_aws_says_of_reasons():
    observed = with_role(instances={A: Instance(reason="User initiated"), B: Instance(window=WINDOW)})
    check_fresh(PLAN, RunState(), observed, organization())


@pytest.mark.parametrize(
    ("observed", "why"),
    [
        (STACK, "StackSet cado-role-spoke was deleted"),
        ({**HELD, Place(OTHER): Unit(NEW)}, "StackSet cado-spoke-ec2 was created"),
        ({**HELD, Place(OTHER): Unit(NEW, is_foreign=True)}, "without our tags"),
        (with_role(is_foreign=True), "lost the tags that make it ours"),
        (with_role(definition=NEW), "has other template"),
        (with_role(definition=Definition("old", {"ExternalId": "x"}, {"team": "y"})), r"parameters \(ExternalId\) and tags \(team\)"),
        (with_role(instances={A: Instance()}), f"account {B}: CURRENT with a window .*, now no instance"),
        (with_role(instances={**HELD[Place(ROLE)].instances, C: Instance()}), f"account {C}: no instance, now CURRENT"),
        (with_role(instances={A: Instance(Condition.OUTDATED), B: Instance(window=WINDOW)}), f"account {A}: CURRENT, now OUTDATED"),
        (with_role(instances={A: Instance(), B: Instance()}), f"account {B}: CURRENT with a window .*, now CURRENT"),
        ({Place(ROLE): HELD[Place(ROLE)]}, "stack cado-role-spoke in the management account was deleted"),
        ({**HELD, at_management(ROLE): stack(NEW)}, "stack cado-role-spoke in the management account has other template"),
        ({**HELD, at_management(ROLE): stack(OLD, Instance(Condition.INOPERABLE))}, "CURRENT, now INOPERABLE"),
    ],
)
def test_what_somebody_else_changed_is_named(observed, why):
    message = why_stale(PLAN, observed)
    assert "(1)" in message
    assert re.search(why, message)


def test_values_of_parameters_are_never_told():
    assert "secret" not in why_stale(PLAN, with_role(definition=Definition("old", {"ExternalId": "secret"})))


def test_many_changes_are_counted_and_ten_are_listed():
    observed = {**HELD, **{Place(StackSetName(f"cado-{number}")): Unit(NEW) for number in range(15)}}
    message = why_stale(PLAN, observed)
    assert message.count("was created") == 10
    assert "and 5 more" in message


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (None, "is no longer in the organization"),
        (Account(C, "account-3", OuPath("/Elsewhere")), "moved from /Workloads to /Elsewhere"),
        (Account(C, "account-3", OuPath("/Workloads"), AccountState.SUSPENDED), "is SUSPENDED, it was ACTIVE"),
        (Account(C, "account-3", OuPath("/Workloads"), AccountState.CLOSED), "is CLOSED, it was ACTIVE"),
    ],
)
def test_an_account_that_is_to_be_changed_must_be_what_it_was(account, why):
    assert f"account {C} (account-3) {why}" in why_stale(PLAN, HELD, world=organization(c=account))


def test_an_account_the_plan_does_not_change_or_has_changed_may_go_its_way():
    check_fresh(PLAN, RunState(), HELD, organization(a=None))
    plan, store = plan_of(two_waves()), MemoryStore()
    deployer = FakeDeployer({})
    carry_out(plan, deployer, store, replace(CONTEXT, until="canary"))
    check_fresh(plan, Journal(store, DIGEST).replay(), deployer.state, organization(a=None))


def test_another_organization_is_refused_before_anything_is_compared():
    elsewhere = replace(organization(), id=OrganizationId("o-another"))
    with pytest.raises(RefusedError, match="o-another") as refused:
        check_fresh(PLAN, RunState(), {}, elsewhere)
    assert refused.value.refusal == "another_organization"


# ---------------------------------------------------------------- the plan's own work


def in_flight(operations: list[Operation], observed, faults=None):
    """The plan, the journal's state and AWS while the operations run."""
    plan, store = plan_of(operations, observed), MemoryStore()
    deployer = FakeDeployer(observed, polls=3, faults=faults)
    running = Engine(plan, deployer, Journal(store, plan.digest), FakeClock(), CONTEXT).run()
    next(event for event in running if isinstance(event, OperationProgressed))
    running.close()
    return plan, Journal(store, plan.digest).replay(), deployer


def test_a_stack_set_that_is_being_updated_may_show_either_definition_and_any_age():
    update = Update(id=key(1), place=Place(ROLE), wave="canary", definition=NEW, accounts=(A,))
    plan, run, deployer = in_flight([update], HELD)
    check_fresh(plan, run, deployer.state, organization())
    check_fresh(plan, run, HELD, organization())
    deployer.settle()
    check_fresh(plan, run, deployer.state, organization())
    assert "was deleted" in why_stale(plan, STACK, run)
    assert "has other template" in why_stale(plan, with_role(definition=Definition("third")), run)


def test_only_the_targets_of_an_operation_in_flight_are_excepted():
    plan, run, deployer = in_flight([grants(1, ROLE, [C])], HELD)
    deployer.settle()
    check_fresh(plan, run, deployer.state, organization())
    vanished = with_role(instances={B: Instance(window=WINDOW), C: Instance()})
    assert f"account {A}" in why_stale(plan, vanished, run)


@pytest.mark.parametrize(("condition", "is_explained"), [(Condition.OUTDATED, True), (Condition.INOPERABLE, False)])
def test_an_operation_in_flight_explains_age_elsewhere_in_its_stack_set_but_no_breakage(condition, is_explained):
    plan, run, _ = in_flight([grants(1, ROLE, [C])], HELD)
    observed = with_role(instances={A: Instance(condition), B: Instance(window=WINDOW)})
    if is_explained:
        check_fresh(plan, run, observed, organization())
    else:
        assert f"account {A}: CURRENT, now INOPERABLE" in why_stale(plan, observed, run)


def test_a_stack_set_that_is_being_deleted_may_be_gone():
    empty = state({OTHER: Unit(OLD)})
    plan, run, _ = in_flight([Delete(id=key(1), place=Place(OTHER), wave="canary")], empty)
    check_fresh(plan, run, empty, organization())
    check_fresh(plan, run, {}, organization())


def test_a_plain_stack_in_the_making_is_excepted_unless_it_is_not_ours():
    operation = Create(id=key(1), place=Place(POLICY, is_stack=True), wave="canary", accounts=(MANAGEMENT,), definition=NEW)
    plan, run, _ = in_flight([operation], HELD)
    world = organization()
    plan = replace(plan, targets=())
    check_fresh(plan, run, {**HELD, at_management(POLICY): stack(NEW, Instance(Condition.OUTDATED))}, world)
    assert "without our tags" in why_stale(plan, {**HELD, at_management(POLICY): stack(NEW, is_foreign=True)}, run)


def test_failed_accounts_are_excepted_and_successful_ones_are_not():
    plan, store = plan_of([grants(1, ROLE, [A, B])], state({ROLE: Unit(NEW)})), MemoryStore()
    deployer = FakeDeployer(plan.observed, faults=Faults(failing={(ROLE, B): 1}))
    carry_out(plan, deployer, store)
    run = Journal(store, DIGEST).replay()
    check_fresh(plan, run, deployer.state, organization())
    check_fresh(plan, run, state({ROLE: Unit(NEW, {A: Instance()})}), organization())
    assert f"account {A}" in why_stale(plan, state({ROLE: Unit(NEW, {B: Instance()})}), run)
