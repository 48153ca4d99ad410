"""Accounts move, leave and change while a plan is applied: what is not done yet is left out, what no rule wants any more is listed."""

import pytest

from orchestrator.errors import RefusedError
from orchestrator.execution.events import WaveStarted
from orchestrator.runs import verify
from tests.faults.stage import CANARIES, CHECKS_SET, EC2_SET, REST, ROLE_SET, SPARE
from tests.faults.test_accounts import holders_of
from tests.worlds.rollouts import rule

ONE = rule("one", {"account": [SPARE]}, grant=["spoke-checks"])
SETS = {ROLE_SET, CHECKS_SET, EC2_SET}


def during(stage, wave, change):
    """Tell a run about this: the world changes as that wave starts."""

    def tell(event):
        if isinstance(event, WaveStarted) and event.wave == wave:
            change()

    return {"tell": tell}


def unexpected(outcome):
    return {(found.account, found.stack_set) for found in outcome.verification.unexpected}


def test_an_account_that_moves_before_its_wave_is_left_out_and_named(stage):
    stage.tolerance = 50
    outcome = stage.apply(stage.plan(), **during(stage, "canary", lambda: stage.sandbox.move_account(REST[0], "/Other")))
    assert {failure.account for failure in outcome.failed} == {REST[0]}
    assert all("moved from /Workloads to /Other" in failure.reason for failure in outcome.failed)
    assert {account for name in SETS for account in holders_of(stage, name)} == {*CANARIES, *REST[1:]}
    assert outcome.left_out == outcome.failed
    assert not outcome.is_converged
    assert stage.converge()[1].is_converged
    assert verify(stage.tools()).is_converged


@pytest.mark.parametrize("change", ["suspended", "gone", "tagged otherwise"])
def test_an_account_that_is_not_what_the_plan_saw_is_left_out(stage, change):
    stage.tolerance = 50
    stage.rules += (rule("opt-out", {"tag": {"cado": "no"}}, withhold="all", because="asked"),)
    changes = {
        "suspended": lambda: stage.sandbox.set_state(REST[0], "SUSPENDED"),
        "gone": lambda: stage.sandbox.remove_account(REST[0]),
        "tagged otherwise": lambda: stage.sandbox.set_tags(REST[0], {"cado": "no"}),
    }
    outcome = stage.apply(stage.plan(), **during(stage, "canary", changes[change]))
    assert {failure.account for failure in outcome.failed} == {REST[0]}
    assert REST[0] not in holders_of(stage, ROLE_SET)


def test_the_same_plan_is_stale_afterwards(stage):
    stage.tolerance = 50
    plan = stage.plan()
    stage.apply(plan, **during(stage, "canary", lambda: stage.sandbox.move_account(REST[0], "/Other")))
    with pytest.raises(RefusedError, match="moved from /Workloads to /Other"):
        stage.apply(plan)


def test_an_account_that_moves_after_its_wave_is_told_at_the_end(stage):
    outcome = stage.apply(stage.plan(), **during(stage, "everyone", lambda: stage.sandbox.move_account(CANARIES[0], "/Other")))
    assert outcome.failed == ()
    assert unexpected(outcome) == {(CANARIES[0], name) for name in SETS}
    assert "moved from /Workloads to /Other" in outcome.verification.unexpected[0].detail
    assert not outcome.is_converged
    assert stage.converge()[1].is_converged
    assert CANARIES[0] not in holders_of(stage, ROLE_SET)


def test_an_account_the_plan_does_not_touch_is_told_too(stage):
    stage.converge()
    stage.sandbox.move_account(SPARE, "/Workloads")
    outcome = stage.apply(stage.plan(), **during(stage, "everyone", lambda: stage.sandbox.move_account(REST[0], "/Other")))
    assert unexpected(outcome) == {(REST[0], name) for name in SETS}


def test_an_account_that_the_rules_still_want_is_no_finding(stage):
    stage.rules += (ONE,)
    stage.sandbox.set_tags(SPARE, {"rollout": "canary"})
    outcome = stage.apply(stage.plan(), **during(stage, "everyone", lambda: stage.sandbox.move_account(SPARE, "/Security")))
    assert outcome.is_converged


def test_rules_that_name_an_account_that_left_are_no_reason_to_call_everything_unwanted(stage):
    stage.rules += (ONE,)
    stage.sandbox.set_tags(SPARE, {"rollout": "canary"})
    outcome = stage.apply(stage.plan(), **during(stage, "everyone", lambda: stage.sandbox.remove_account(SPARE)))
    assert {account for account, _ in unexpected(outcome)} == {SPARE}
