"""Killed, interrupted, cut off: what the next run finds, takes up, and never does twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.errors import AwsError, InterruptedRunError, LostOperationError, StateError
from orchestrator.execution import events
from orchestrator.execution.engine import Engine
from orchestrator.execution.journal import LINES, Journal
from orchestrator.execution.layout import journal_log
from orchestrator.execution.records import Ending, RunEnded, Submitting, Verified
from orchestrator.model.identifiers import PlanDigest
from orchestrator.model.state import Place
from orchestrator.planning.projection import project
from tests.worlds.clocks import NOON, FakeClock
from tests.worlds.fakes import FakeDeployer, Faults, Fuse, MemoryStore, SimulatedCrash, Unreachable
from tests.worlds.plans import CONTEXT, DIGEST, ROLE, carry_out, key, plan_of, two_waves


class Refusing(FakeDeployer):
    """Answers every submission with one error, until it is taken away."""

    error: AwsError | None = None

    def submit(self, operation, operation_id):
        if self.error is not None:
            raise self.error
        super().submit(operation, operation_id)


def ending(store):
    return [record for record in Journal(store, DIGEST).records() if isinstance(record, RunEnded)][-1]


@pytest.mark.parametrize("boundary", range(60))
def test_a_run_killed_at_any_boundary_is_taken_up_and_does_nothing_twice(boundary):
    plan, fuse = plan_of(two_waves()), Fuse(boundary)
    store, deployer = MemoryStore(fuse), FakeDeployer({}, fuse=fuse)
    with pytest.raises(SimulatedCrash):
        carry_out(plan, deployer, store)
    outcome, _ = carry_out(plan, deployer, store)
    assert outcome.is_converged
    assert deployer.state == project(plan.operations, {})
    assert set(deployer.executions.values()) == {1}
    assert len(deployer.sent) == len(plan.operations)


def test_an_operation_that_was_running_is_adopted():
    plan, store = plan_of(two_waves()), MemoryStore()
    deployer = FakeDeployer({}, polls=5)
    running = Engine(plan, deployer, Journal(store, plan.digest), FakeClock(), CONTEXT).run()
    next(event for event in running if isinstance(event, events.OperationProgressed))
    running.close()
    _, happened = carry_out(plan, deployer, store)
    assert [event.operation.id for event in happened if isinstance(event, events.OperationAdopted)] == [key(1), key(3)]
    assert set(deployer.submissions.values()) == {1}


def test_an_operation_aws_never_heard_of_is_submitted_under_the_same_id():
    class DeadLine(FakeDeployer):
        def submit(self, operation, operation_id):
            raise SimulatedCrash

    plan, store = plan_of(two_waves()), MemoryStore()
    with pytest.raises(SimulatedCrash):
        carry_out(plan, DeadLine({}), store)
    deployer = FakeDeployer({})
    _, happened = carry_out(plan, deployer, store)
    announced = [record.operation_id for record in Journal(store, DIGEST).records() if isinstance(record, Submitting)]
    assert not any(isinstance(event, events.OperationAdopted) for event in happened)
    assert list(deployer.executions) == announced


def test_an_answer_that_was_lost_is_looked_up():
    deployer = FakeDeployer({}, faults=Faults(lost_answers={1, 4}))
    outcome, _ = carry_out(plan_of(two_waves()), deployer, MemoryStore())
    assert outcome.is_converged
    assert set(deployer.submissions.values()) == {1}


def test_nothing_is_sent_that_is_not_in_the_journal():
    class FullDisk(MemoryStore):
        def append(self, log, record):
            if b'"submitting"' in record:
                raise StateError("no space left on device")
            super().append(log, record)

    deployer = FakeDeployer({})
    with pytest.raises(StateError):
        carry_out(plan_of(two_waves()), deployer, FullDisk())
    assert deployer.sent == []


# ---------------------------------------------------------------- Ctrl-C


def running(plan, deployer, store, context=CONTEXT):
    return Engine(plan, deployer, Journal(store, plan.digest), FakeClock(), context).run()


def test_an_interrupted_run_submits_nothing_more_and_says_how_to_go_on():
    plan = plan_of(two_waves())
    deployer = FakeDeployer({}, polls=2)
    context = replace(CONTEXT, is_interrupted=lambda: len(deployer.sent) >= 1, resume="orchestrator apply plan.json")
    store = MemoryStore()
    happened: list[events.Event] = []
    with pytest.raises(InterruptedRunError) as interrupted:
        happened.extend(running(plan, deployer, store, context))
    assert happened[-1] == events.Interrupted(plan.operations[:1])
    assert "orchestrator apply plan.json" in (interrupted.value.remedy or "")
    assert "1 operation goes on" in interrupted.value.message
    assert len(deployer.sent) == 1
    assert (ending(store).ending, ending(store).detail) == (Ending.INTERRUPTED, "op-001")
    assert carry_out(plan, deployer, store)[0].is_converged
    assert set(deployer.submissions.values()) == {1}


def test_what_only_waits_does_not_go_on_in_aws():
    plan = plan_of(two_waves())
    deployer = FakeDeployer({}, faults=Faults(busy={ROLE: 20}))
    told: list[events.Event] = []
    context = replace(CONTEXT, is_interrupted=lambda: any(isinstance(event, events.OperationWaits) for event in told))
    with pytest.raises(InterruptedRunError) as interrupted:
        told.extend(running(plan, deployer, MemoryStore(), context))
    assert interrupted.value.message == "interrupted: nothing more was submitted."
    assert told[-1] == events.Interrupted(())


# ---------------------------------------------------------------- AWS is out of reach


def test_expired_credentials_stop_the_run_with_everything_journaled():
    class ExpiredError(AwsError):
        kind = "credentials"

    plan, store = plan_of(two_waves()), MemoryStore()
    deployer = Refusing({})
    deployer.error = ExpiredError("the credentials have expired")
    with pytest.raises(ExpiredError):
        carry_out(plan, deployer, store)
    assert (ending(store).ending, ending(store).detail) == (Ending.ABORTED, "the credentials have expired")
    deployer.error = None
    assert carry_out(plan, deployer, store)[0].is_converged
    submitted = [record for record in Journal(store, DIGEST).records() if isinstance(record, Submitting)]
    assert {record.attempt for record in submitted} == {1}


def test_a_network_that_comes_back_within_minutes_is_sat_out():
    deployer = FakeDeployer({}, faults=Faults(silent=40))
    outcome, happened = carry_out(plan_of(two_waves()), deployer, MemoryStore())
    assert outcome.is_converged
    assert any(isinstance(event, events.Waiting) for event in happened)


def test_a_network_that_stays_away_ends_the_run_and_not_the_plan():
    plan, store, clock = plan_of(two_waves()), MemoryStore(), FakeClock()
    deployer = FakeDeployer({}, faults=Faults(silent=10_000))
    with pytest.raises(Unreachable):
        list(Engine(plan, deployer, Journal(store, plan.digest), clock, CONTEXT).run())
    assert timedelta(minutes=10) < clock.now() - NOON < timedelta(minutes=11)
    deployer.faults.silent = 0
    assert carry_out(plan, deployer, store)[0].is_converged


class Forgetful(FakeDeployer):
    """Accepts everything and knows nothing afterwards."""

    def progress(self, operation, operation_id):
        super().progress(operation, operation_id)


def test_an_operation_that_was_accepted_and_is_not_known_is_asked_for_and_never_sent_again():
    plan, store, clock = plan_of(two_waves()), MemoryStore(), FakeClock()
    deployer = Forgetful({})
    with pytest.raises(LostOperationError, match="does not know the operation") as caught:
        list(Engine(plan, deployer, Journal(store, plan.digest), clock, CONTEXT).run())
    assert "CloudFormation console" in (caught.value.remedy or "")
    assert timedelta(minutes=2) <= clock.now() - NOON < timedelta(minutes=3)
    assert set(deployer.submissions.values()) == {1}
    assert ending(store).ending is Ending.ABORTED


def test_an_operation_whose_answers_are_lost_is_sent_again_for_minutes_and_no_longer():
    class Lossy(Forgetful):
        def submit(self, operation, operation_id):
            super().submit(operation, operation_id)
            raise Unreachable("no answer")

    plan, clock = plan_of(two_waves()), FakeClock()
    deployer = Lossy({})
    with pytest.raises(AwsError):
        list(Engine(plan, deployer, Journal(MemoryStore(), plan.digest), clock, CONTEXT).run())
    assert clock.now() - NOON < timedelta(minutes=3)
    assert 1 < max(deployer.submissions.values()) < 40


def test_a_question_that_is_refused_for_good_ends_soon():
    class Deaf(FakeDeployer):
        def progress(self, operation, operation_id):
            raise AwsError("cannot ask how StackSet is doing: no such parameter (DescribeStackSetOperation, ValidationError)")

    plan, store, clock = plan_of(two_waves()), MemoryStore(), FakeClock()
    with pytest.raises(AwsError, match="ValidationError"):
        list(Engine(plan, Deaf({}), Journal(store, plan.digest), clock, CONTEXT).run())
    assert clock.now() - NOON < timedelta(minutes=1)
    assert "ValidationError" in ending(store).detail


def test_the_heartbeat_says_why_there_is_no_news():
    deployer = FakeDeployer({}, faults=Faults(silent=40))
    _, happened = carry_out(plan_of(two_waves()), deployer, MemoryStore())
    assert {event.trouble for event in happened if isinstance(event, events.Waiting)} == {"no route to host"}


# ---------------------------------------------------------------- the journal itself


def test_a_run_after_a_torn_record_says_so_and_the_journal_stays_readable():
    plan, store = plan_of(two_waves()), MemoryStore()
    deployer = FakeDeployer({})
    running = Engine(plan, deployer, Journal(store, plan.digest), FakeClock(), CONTEXT).run()
    next(event for event in running if isinstance(event, events.OperationFinished))
    running.close()
    store.logs[journal_log(DIGEST)][-1] = b'{"at":"2026-11-2'
    assert carry_out(plan, deployer, store)[0].is_converged
    assert Journal(store, DIGEST).replay().are_complete(plan.operations)
    assert set(deployer.executions.values()) == {1}


def test_the_end_of_a_run_that_was_killed_before_it_was_written_is_written_once():
    plan, store = plan_of(two_waves()), MemoryStore()
    carry_out(plan, FakeDeployer({}), store)
    lines = store.logs[journal_log(DIGEST)]
    assert isinstance(LINES.decode(lines.pop()), RunEnded)
    for _ in range(2):
        Engine(plan, FakeDeployer({}), Journal(store, DIGEST), FakeClock(), CONTEXT).close()
    ends = [record for record in Journal(store, DIGEST).records() if isinstance(record, RunEnded)]
    assert [end.ending for end in ends] == [Ending.FINISHED]


def test_a_finished_plan_is_already_done_only_once_it_was_verified():
    plan, store = plan_of(two_waves()), MemoryStore()
    deployer = FakeDeployer({})
    assert not carry_out(plan, deployer, store)[0].already_done
    assert not carry_out(plan, deployer, store)[0].already_done
    Journal(store, DIGEST).write(Verified(at=NOON, is_converged=True))
    assert carry_out(plan, deployer, store)[0].already_done


def test_an_operation_of_another_run_is_known_by_the_same_id():
    ids = []
    for _ in range(2):
        deployer = FakeDeployer({})
        carry_out(plan_of(two_waves()), deployer, MemoryStore())
        ids.append(set(deployer.executions))
    assert ids[0] == ids[1]
    another = FakeDeployer({})
    carry_out(replace(plan_of(two_waves()), digest=PlanDigest("sha256:another")), another, MemoryStore())
    assert ids[0].isdisjoint(another.executions)
    assert Place(ROLE) in another.state
