"""A plan carried out: order, waves, failures and what they hold back, retries."""

from dataclasses import replace

import pytest

from orchestrator.errors import AwsError, PlanFileError, UsageError
from orchestrator.execution import events
from orchestrator.execution.journal import Journal
from orchestrator.execution.records import Ending, Finished, LeftOut, RunEnded
from orchestrator.model.operation import Create, Delete, DeleteInstances, Operation, Update, UpdateInstances
from orchestrator.model.outcome import AccountCounts, OperationStatus, Progress
from orchestrator.model.state import Instance, Place, Unit
from orchestrator.planning.projection import project
from tests.worlds.fakes import FakeDeployer, Faults, MemoryStore
from tests.worlds.plans import (
    CONTEXT,
    MANAGEMENT,
    NEW,
    OLD,
    OTHER,
    POLICY,
    ROLE,
    A,
    B,
    C,
    D,
    carry_out,
    grants,
    key,
    plan_of,
    two_waves,
)
from tests.worlds.states import state

SUCCEEDED, FAILED, SKIPPED, PENDING = OperationStatus.SUCCEEDED, OperationStatus.FAILED, OperationStatus.SKIPPED, OperationStatus.PENDING


def statuses(outcome):
    return [operation.status for operation in outcome.operations]


def sent(deployer):
    return [(operation.kind, operation.place.name, operation.accounts) for operation in deployer.sent]


def endings(store, plan):
    return [record.ending for record in Journal(store, plan.digest).records() if isinstance(record, RunEnded)]


def both_sets(definition, **instances):
    """Role and policy as they are in AWS; keywords say which accounts hold them."""
    return state(
        {name: Unit(definition, dict.fromkeys(instances.get(word, ()), Instance())) for name, word in ((ROLE, "role"), (POLICY, "policy"))}
    )


# ---------------------------------------------------------------- everything goes well


def test_a_plan_is_carried_out_wave_by_wave_roles_first():
    plan = plan_of(two_waves())
    deployer = FakeDeployer({})
    outcome, happened = carry_out(plan, deployer, MemoryStore())
    assert deployer.state == project(plan.operations, {})
    assert outcome.is_converged
    assert set(statuses(outcome)) == {SUCCEEDED}
    assert [operation.id for operation in deployer.sent] == [key(number) for number in (1, 3, 2, 4, 5, 6)]
    assert [event.wave for event in happened if isinstance(event, events.WaveStarted)] == ["canary", "rest"]
    assert isinstance(happened[0], events.PlanStarted)
    assert happened[-1] == events.RunFinished(AccountCounts(), None)


def test_stack_sets_run_side_by_side_and_each_does_one_thing_at_a_time():
    operations: list[Operation] = [
        operation
        for number, name in ((1, ROLE), (3, POLICY), (5, OTHER))
        for operation in (Create(id=key(number), place=Place(name), wave="canary", definition=NEW), grants(number + 1, name, [A]))
    ]
    deployer = FakeDeployer({}, polls=3)
    carry_out(plan_of(operations), deployer, MemoryStore())
    assert {operation.place.name for operation in deployer.sent[:3]} == {ROLE, POLICY, OTHER}
    assert deployer.overlaps == []


def test_somebody_elses_operation_is_waited_for():
    plan = plan_of(two_waves())
    deployer = FakeDeployer({}, faults=Faults(busy={ROLE: 20}))
    outcome, happened = carry_out(plan, deployer, MemoryStore())
    assert outcome.is_converged
    assert len([event for event in happened if isinstance(event, events.OperationWaits)]) == 1
    assert any(isinstance(event, events.Waiting) for event in happened)
    assert set(deployer.executions.values()) == {1}


def test_nothing_is_written_or_done_when_the_plan_is_finished_and_verified():
    plan, store = plan_of(two_waves()), MemoryStore()
    deployer = FakeDeployer({})
    carry_out(plan, deployer, store)
    before = Journal(store, plan.digest).records()
    outcome, happened = carry_out(plan, deployer, store)
    assert happened == [events.RunFinished(AccountCounts(), None)]
    assert Journal(store, plan.digest).records() == before
    assert len(deployer.sent) == len(plan.operations)
    assert outcome.is_converged


def test_an_empty_plan_is_done_at_once():
    store = MemoryStore()
    outcome, happened = carry_out(plan_of(()), FakeDeployer({}), store)
    assert (outcome.is_converged, outcome.already_done, happened, store.logs) == (
        True,
        False,
        [events.RunFinished(AccountCounts(), None)],
        {},
    )


def test_operations_that_wait_for_each_other_are_refused():
    plan = plan_of([grants(1, ROLE, [A], after=[2]), grants(2, POLICY, [A], after=[1])], both_sets(NEW))
    with pytest.raises(PlanFileError, match="op-001, op-002"):
        carry_out(plan, FakeDeployer(plan.observed), MemoryStore())


# ---------------------------------------------------------------- accounts fail


def test_an_account_without_its_role_gets_no_policy_and_is_named_once():
    plan = plan_of(two_waves(), tolerance=50)
    deployer = FakeDeployer({}, faults=Faults(failing={(ROLE, B): 1}))
    outcome, _ = carry_out(plan, deployer, MemoryStore())
    assert [(failure.account, failure.stack_set) for failure in outcome.failed] == [(B, ROLE)]
    assert set(deployer.state[Place(POLICY)].instances) == {A, C, D}
    assert statuses(outcome)[4:] == [FAILED, FAILED]
    assert not outcome.is_converged


def test_the_next_run_retries_what_failed_and_what_hung_on_it_and_nothing_else():
    plan, store = plan_of(two_waves(), tolerance=50), MemoryStore()
    deployer = FakeDeployer({}, faults=Faults(failing={(ROLE, B): 1}))
    carry_out(plan, deployer, store)
    already = len(deployer.sent)
    outcome, happened = carry_out(plan, deployer, store)
    assert sent(deployer)[already:] == [("create_instances", ROLE, (B,)), ("create_instances", POLICY, (B,))]
    assert outcome.is_converged
    assert happened[0] == events.RunResumed(plan.digest, 6, 4)
    assert [event.attempt for event in happened if isinstance(event, events.OperationSubmitted)] == [2, 2]
    assert set(deployer.executions.values()) == {1}


def test_an_operation_with_nothing_left_is_skipped_and_the_journal_says_why():
    plan, store = plan_of(two_waves()), MemoryStore()
    deployer = FakeDeployer({}, faults=Faults(failing={(ROLE, A): 1}))
    outcome, happened = carry_out(plan, deployer, store)
    assert statuses(outcome) == [SUCCEEDED, FAILED, SUCCEEDED, SKIPPED, PENDING, PENDING]
    skipped = [event for event in happened if isinstance(event, events.OperationSkipped)]
    assert [event.operation.id for event in skipped] == [key(4)]
    assert "cado-role-spoke" in skipped[0].because
    left_out = [record for record in Journal(store, plan.digest).records() if isinstance(record, LeftOut)]
    assert [(record.operation, record.accounts) for record in left_out] == [(key(4), (A,))]


def test_a_wave_beyond_tolerance_holds_the_next_until_it_is_mended():
    plan, store = plan_of(two_waves(), tolerance=5), MemoryStore()
    deployer = FakeDeployer({}, faults=Faults(failing={(POLICY, A): 1}))
    outcome, happened = carry_out(plan, deployer, store)
    assert events.WaveHeld("canary", 1, 1, 5) in happened
    assert statuses(outcome)[4:] == [PENDING, PENDING]
    assert [failure.account for failure in outcome.failed] == [A]
    assert carry_out(plan, deployer, store)[0].is_converged
    assert endings(store, plan) == [Ending.HELD, Ending.FINISHED]


@pytest.mark.parametrize(("tolerance", "goes_on"), [(33, False), (34, True)])
def test_tolerance_counts_the_accounts_of_the_wave(tolerance, goes_on):
    operations = [grants(1, ROLE, [A, B, C]), grants(2, ROLE, [MANAGEMENT], "rest", after=[1])]
    deployer = FakeDeployer(both_sets(NEW), faults=Faults(failing={(ROLE, B): 1}))
    _, happened = carry_out(plan_of(operations, deployer.state, tolerance=tolerance), deployer, MemoryStore())
    assert (len(deployer.sent) == 2) is goes_on
    assert any(isinstance(event, events.WaveHeld) for event in happened) is not goes_on


def test_a_failure_that_names_no_account_is_everybodys():
    class Mute(FakeDeployer):
        def progress(self, operation, operation_id):
            found = super().progress(operation, operation_id)
            is_finished = found is not None and found.is_finished and operation.accounts
            return Progress(FAILED) if is_finished else found

    plan = plan_of([grants(1, ROLE, [A, B])], both_sets(NEW))
    outcome, _ = carry_out(plan, Mute(plan.observed), MemoryStore())
    assert [failure.account for failure in outcome.failed] == [A, B]


def test_a_definition_that_failed_to_be_updated_is_updated_again_as_a_whole():
    """No account is named, for the StackSet has none: there is no instance to bring up instead."""

    class FailsOnce(FakeDeployer):
        is_spent = False

        def progress(self, operation, operation_id):
            found = super().progress(operation, operation_id)
            if found is None or not found.is_finished or self.is_spent:
                return found
            self.is_spent = True
            return Progress(FAILED)

    operations: list[Operation] = [
        Update(id=key(1), place=Place(POLICY), wave="canary", definition=NEW),
        grants(2, POLICY, [A], after=[1]),
    ]
    plan, store = plan_of(operations, both_sets(OLD)), MemoryStore()
    deployer = FailsOnce(plan.observed)
    assert statuses(carry_out(plan, deployer, store)[0]) == [FAILED, SKIPPED]
    assert carry_out(plan, deployer, store)[0].is_converged
    assert sent(deployer) == [("update_stack_set", POLICY, ()), ("update_stack_set", POLICY, ()), ("create_instances", POLICY, (A,))]


# ---------------------------------------------------------------- operations are refused


def test_a_refusal_without_a_remedy_leaves_a_journal_that_can_be_read():
    class Curt(FakeDeployer):
        def submit(self, operation, operation_id):
            raise AwsError("no")

    plan, store = plan_of([grants(1, ROLE, [A])], both_sets(NEW)), MemoryStore()
    carry_out(plan, Curt(plan.observed), store)
    (finished,) = (record for record in Journal(store, plan.digest).records() if isinstance(record, Finished))
    assert [(failure.reason, failure.hint) for failure in finished.failures] == [("no", "")]


def test_a_refused_stack_set_fails_its_accounts_and_nothing_else():
    own: list[Operation] = [
        Create(id=key(7), place=Place(OTHER), wave="canary", definition=NEW),
        grants(8, OTHER, [A, B], after=[7, 2]),
    ]
    plan = plan_of([*two_waves()[:4], *own], waves=["canary"])
    deployer = FakeDeployer({}, faults=Faults(refusals={OTHER: 1}))
    outcome, _ = carry_out(plan, deployer, MemoryStore())
    assert [(failure.account, failure.stack_set) for failure in outcome.failed] == [(MANAGEMENT, OTHER), (A, OTHER), (B, OTHER)]
    assert statuses(outcome)[-2:] == [FAILED, SKIPPED]
    assert outcome.failed[0].reason == "cado-spoke-ec2: a template error was found"
    assert outcome.failed[0].hint == "Mend the template."
    assert Place(POLICY) in deployer.state
    assert A in deployer.state[Place(POLICY)].instances


def test_a_refused_plain_stack_is_the_management_accounts_failure():
    plan = plan_of([Create(id=key(1), place=Place(ROLE, is_stack=True), wave="canary", accounts=(MANAGEMENT,), definition=NEW)])
    outcome, _ = carry_out(plan, FakeDeployer({}, faults=Faults(refusals={ROLE: 1})), MemoryStore())
    assert [(failure.account, failure.stack_set) for failure in outcome.failed] == [(MANAGEMENT, ROLE)]


def test_no_account_gets_an_old_definition_but_revocations_go_on():
    operations: list[Operation] = [
        Update(id=key(1), place=Place(POLICY), wave="canary", definition=NEW, accounts=(A,)),
        grants(2, POLICY, [C], after=[1]),
        DeleteInstances(id=key(3), place=Place(POLICY), wave="canary", after=(key(2),), accounts=(B,)),
    ]
    deployer = FakeDeployer(both_sets(OLD, policy=[A, B]), faults=Faults(refusals={POLICY: 1}))
    outcome, _ = carry_out(plan_of(operations, deployer.state), deployer, MemoryStore())
    assert sent(deployer) == [("delete_instances", POLICY, (B,))]
    assert statuses(outcome) == [FAILED, SKIPPED, SUCCEEDED]
    assert {failure.account for failure in outcome.failed} == {A, C}


def test_an_update_of_everybody_waits_until_those_to_be_revoked_are_gone():
    operations: list[Operation] = [
        DeleteInstances(id=key(1), place=Place(POLICY), wave="canary", accounts=(A, B)),
        Update(id=key(2), place=Place(POLICY), wave="canary", after=(key(1),), definition=NEW),
        grants(3, POLICY, [C], after=[2]),
    ]
    plan, store = plan_of(operations, both_sets(OLD, policy=[A, B])), MemoryStore()
    deployer = FakeDeployer(plan.observed, faults=Faults(failing={(POLICY, B): 1}))
    assert statuses(carry_out(plan, deployer, store)[0]) == [FAILED, SKIPPED, SKIPPED]
    assert deployer.granted == set()
    assert carry_out(plan, deployer, store)[0].is_converged


def test_accounts_that_failed_an_update_are_brought_up_without_updating_the_stack_set_again():
    operations: list[Operation] = [
        Update(id=key(1), place=Place(POLICY), wave="canary", definition=NEW, accounts=(A, B)),
        UpdateInstances(id=key(2), place=Place(POLICY), wave="rest", after=(key(1),), accounts=(C,)),
    ]
    plan, store = plan_of(operations, both_sets(OLD, policy=[A, B, C]), tolerance=50), MemoryStore()
    deployer = FakeDeployer(plan.observed, faults=Faults(failing={(POLICY, B): 1}))
    carry_out(plan, deployer, store)
    outcome, _ = carry_out(plan, deployer, store)
    assert sent(deployer)[2:] == [("update_instances", POLICY, (B,))]
    assert outcome.is_converged
    assert deployer.state == project(plan.operations, plan.observed)


def test_a_stack_set_that_still_grants_something_is_not_deleted():
    operations: list[Operation] = [
        DeleteInstances(id=key(1), place=Place(POLICY), wave="canary", accounts=(A, B)),
        Delete(id=key(2), place=Place(POLICY), wave="rest", after=(key(1),)),
    ]
    plan, store = plan_of(operations, both_sets(NEW, policy=[A, B]), tolerance=100), MemoryStore()
    deployer = FakeDeployer(plan.observed, faults=Faults(failing={(POLICY, B): 1}))
    outcome, _ = carry_out(plan, deployer, store)
    assert statuses(outcome) == [FAILED, SKIPPED]
    assert carry_out(plan, deployer, store)[0].is_converged
    assert Place(POLICY) not in deployer.state


# ---------------------------------------------------------------- stopping after a wave


def test_a_run_stops_after_the_wave_asked_for_and_the_next_goes_on():
    plan, store = plan_of(two_waves()), MemoryStore()
    deployer = FakeDeployer({})
    outcome, happened = carry_out(plan, deployer, store, replace(CONTEXT, until="canary"))
    assert outcome.stopped_after == "canary"
    assert not outcome.is_converged
    assert happened[-1] == events.RunFinished(AccountCounts(), "canary")
    assert statuses(outcome)[3:] == [SUCCEEDED, PENDING, PENDING]
    outcome, _ = carry_out(plan, deployer, store)
    assert outcome.is_converged
    assert endings(store, plan) == [Ending.STOPPED, Ending.FINISHED]


def test_stopping_after_the_last_wave_is_no_stop():
    outcome, _ = carry_out(plan_of(two_waves()), FakeDeployer({}), MemoryStore(), replace(CONTEXT, until="rest"))
    assert outcome.is_converged


def test_a_wave_the_plan_does_not_have_is_refused_with_those_it_has():
    with pytest.raises(UsageError) as refused:
        carry_out(plan_of(two_waves()), FakeDeployer({}), MemoryStore(), replace(CONTEXT, until="early"))
    assert refused.value.remedy == "Its waves are: canary, rest."
