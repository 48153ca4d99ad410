"""State in a bucket: answers are lost there too, runs die between records, and of two operators one is told to wait."""

import boto3
import pytest

from orchestrator.adapters.aws.errors import AccessDeniedError
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.composition import open_state
from orchestrator.errors import RefusedError, StateError
from orchestrator.planning.safety import Allowances
from orchestrator.runs import Intent
from orchestrator.runs import plan as make_plan
from tests.faults.test_crashes import BOUNDARIES, CrashingStore
from tests.worlds.fakes import SimulatedCrash

BUCKET = "faults-state"


@pytest.fixture
def stage(stage):
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    stage.bucket, stage.rules, stage.grants = BUCKET, (), ("spoke-checks",)
    return stage


@pytest.mark.parametrize("boundary", [1, 2, 3, *range(5, BOUNDARIES.stop, 6)])
def test_a_crash_at_a_write_is_made_good_once_the_lock_is_broken(stage, seed, boundary):
    """Here the lock outlives the process that died, as far as another machine can tell."""
    plan = stage.plan()
    tools = stage.tools(lambda store: CrashingStore(store, boundary, after=(boundary + seed) % 2 == 0))
    with pytest.raises(SimulatedCrash):
        stage.apply(plan, tools)
    stage.check_converged(plan, stage.apply(plan, break_lock=True))


@pytest.mark.dice
@pytest.mark.usefixtures("hasty_retries")
@pytest.mark.parametrize("fault", [{"lose": {"s3:PutObject": 0.3}}, {"throttle": {"s3:*": 0.3}}], ids=["lost", "throttled"])
def test_answers_of_the_bucket_fail_at_random(stage, fault):
    stage.sandbox.faults.change(fault)
    plan, outcome = stage.converge()
    stage.sandbox.faults.change({name: {} for name in fault})
    stage.check_converged(plan, outcome)


def test_a_second_operator_is_refused_and_a_broken_lock_stops_the_first(stage):
    plan = stage.plan()
    rollout = stage.tools().rollout
    _, lock = open_state(rollout, AwsSession(region=rollout.home_region))
    lock.acquire("a colleague")
    with pytest.raises(RefusedError, match="a colleague"):
        stage.apply(plan)
    assert stage.sent() == 0
    first = stage.tools()
    overtaken = iter([True])

    def overtake(_):
        if next(overtaken, False):
            stage.check_converged(plan, stage.apply(plan, break_lock=True))

    with pytest.raises(StateError, match="Another run writes"):
        stage.apply(plan, first, tell=overtake, break_lock=True)
    assert stage.plan().operations == ()


def test_a_plan_that_may_break_a_lock_breaks_none_of_its_own_runs(stage):
    rollout = stage.tools().rollout
    _, lock = open_state(rollout, AwsSession(region=rollout.home_region))
    lock.acquire("the dead")
    plan = make_plan(stage.tools(), Intent(allowed=Allowances(break_lock=True)))
    refusals: list[str] = []

    def resume_meanwhile(_):
        if not refusals:
            with pytest.raises(RefusedError) as caught:
                stage.apply(plan)
            refusals.append(caught.value.refusal)

    stage.check_converged(plan, stage.apply(plan, tell=resume_meanwhile))
    assert refusals == ["locked"]


@pytest.mark.parametrize("call", ["PutObject", "GetObject", "ListObjects"])
def test_nothing_is_sent_when_the_bucket_refuses(stage, call):
    plan = stage.plan()
    stage.sandbox.faults.deny = [f"s3:{call}*"]
    with pytest.raises(StateError) as caught:
        stage.apply(plan)
    assert caught.value.remedy
    assert stage.sent() == 0
    stage.sandbox.faults.deny = []
    stage.check_converged(plan, stage.apply(plan, break_lock=True))


def test_a_lock_that_cannot_be_given_back_does_not_hide_why_the_run_ended(stage):
    def shut(_):
        stage.sandbox.faults.deny = ["cloudformation:DescribeStackSetOperation", "s3:DeleteObject"]

    with pytest.raises(AccessDeniedError, match="DescribeStackSetOperation"):
        stage.apply(stage.plan(), tell=shut)
