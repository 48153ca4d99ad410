"""How far a plan is, and how long the rest is expected to take."""

import pytest

from orchestrator.execution.events import OperationFinished
from orchestrator.execution.forecast import Forecast
from orchestrator.execution.run_state import RunState
from orchestrator.model.outcome import Failure
from tests.worlds.plans import OTHER, POLICY, ROLE, A, B, C, D, grants, plan_of

FIRST, SECOND, THIRD = grants(1, ROLE, [A, B]), grants(2, POLICY, [A, B], after=[1]), grants(3, OTHER, [C, D], "rest")
PLAN = plan_of([FIRST, SECOND, THIRD])
NOTHING = RunState()


def left(forecast, *operations, **ages):
    return forecast.seconds_left(operations, {operation.id: ages["age"] for operation in operations[:1] if ages})


def test_nothing_is_known_but_the_estimate_of_the_plan():
    assert left(Forecast(PLAN, NOTHING), FIRST, SECOND, THIRD) == 180


def test_what_was_seen_corrects_the_estimate():
    forecast = Forecast(PLAN, NOTHING)
    forecast.follow(OperationFinished(FIRST, (), 15.0))
    assert left(forecast, SECOND, THIRD) == 30


def test_what_runs_already_takes_less_and_what_is_late_takes_nothing_more():
    forecast = Forecast(PLAN, NOTHING)
    assert left(forecast, FIRST, SECOND, age=20.0) == 100
    assert left(forecast, FIRST, SECOND, age=200.0) == 60


@pytest.mark.parametrize("seconds", [0.5, None])
def test_what_failed_everywhere_or_began_in_an_earlier_run_says_nothing_of_how_long_it_takes(seconds):
    forecast = Forecast(PLAN, NOTHING)
    failures = [] if seconds is None else [Failure(account, ROLE, "denied") for account in FIRST.accounts]
    forecast.follow(OperationFinished(FIRST, tuple(failures), seconds))
    assert forecast.correction == 1


def test_an_account_is_done_when_nothing_of_the_plan_is_left_for_it():
    forecast = Forecast(PLAN, NOTHING)
    forecast.follow(OperationFinished(FIRST, (), 60.0))
    assert forecast.progress("canary", 1, 0.0).accounts_done == 0
    forecast.follow(OperationFinished(SECOND, (Failure(B, POLICY, "denied"),), 60.0))
    found = forecast.progress("canary", 1, 0.0)
    assert (found.accounts_done, found.accounts) == (1, 4)
