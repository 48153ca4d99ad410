"""AWS answers late, not at all, out of date, or with "slow down"; somebody presses Ctrl-C."""

import re
import shutil
import threading
from dataclasses import replace

import pytest

from orchestrator.adapters.files.catalog.file import default_catalog_folder
from orchestrator.errors import InterruptedRunError
from orchestrator.execution import events
from tests.faults.stage import HUB_RULE, MANAGEMENT_RULE
from tests.worlds.clocks import RunningClock


@pytest.mark.dice
@pytest.mark.usefixtures("hasty_retries")
def test_a_third_of_all_calls_throttled(stage):
    stage.sandbox.faults.throttle = {"cloudformation:*": 0.3, "organizations:*": 0.3}
    plan, outcome = stage.converge()
    stage.check_converged(plan, outcome)
    assert any(call.answer != "ok" for call in stage.sandbox.journal.calls())


@pytest.mark.usefixtures("hasty_retries")
@pytest.mark.parametrize("call", ["CreateStackInstances", "CreateStackSet"])
def test_lost_answers_are_found_out_and_nothing_runs_twice(stage, call):
    stage.sandbox.faults.lose_next = {f"cloudformation:{call}": 40}
    plan, outcome = stage.converge()
    stage.sandbox.faults.lose_next = {}
    assert outcome.failed == ()
    stage.check_converged(plan, outcome)


@pytest.mark.dice
@pytest.mark.usefixtures("hasty_retries")
def test_answers_lost_at_random(stage):
    stage.sandbox.faults.lose = {"cloudformation:*": 0.2}
    plan, outcome = stage.converge()
    stage.check_converged(plan, outcome)


@pytest.mark.usefixtures("hasty_retries")
def test_lost_answers_of_an_update(stage):
    stage.converge()
    before = stage.executed()
    stage.spoke = {"external_id": "tenant-two"}
    stage.sandbox.faults.lose_next = {"cloudformation:UpdateStackSet": 40}
    plan = stage.plan()
    outcome = stage.apply(plan)
    stage.sandbox.faults.lose_next = {}
    assert outcome.is_converged
    assert stage.plan().operations == ()
    assert set(stage.submitted(plan).values()) == {1}
    assert stage.executed() - before == set(stage.submitted(plan))


def test_lists_that_lag_behind(stage):
    stage.sandbox.faults.list_lag_reads = 2
    plan, outcome = stage.converge()
    stage.sandbox.faults.list_lag_reads = 0
    assert outcome.failed == ()
    if not outcome.is_converged:
        outcome = stage.apply(plan)
    assert stage.plan().operations == ()
    stage.check_done_once(plan)


def test_a_stuck_operation_is_waited_for_and_said_to_run(stage):
    stage.sandbox.faults.hold = True
    seen = []

    def tell(event):
        seen.append(event)
        if isinstance(event, events.Waiting):
            stage.sandbox.release()

    plan = stage.plan()
    outcome = stage.apply(plan, replace(stage.tools(), clock=RunningClock(least=10)), tell=tell)
    stage.check_converged(plan, outcome)
    waiting = next(event for event in seen if isinstance(event, events.Waiting))
    assert waiting.seconds >= 30
    assert waiting.running


@pytest.mark.parametrize("after", range(1, 14, 3))
def test_ctrl_c_stops_submitting_and_the_next_run_goes_on(stage, after):
    interrupted = threading.Event()
    seen = []

    def tell(event):
        seen.append(event)
        if len([each for each in seen if isinstance(each, events.OperationSubmitted)]) == after:
            interrupted.set()

    plan = stage.plan()
    with pytest.raises(InterruptedRunError) as caught:
        stage.apply(plan, tell=tell, is_interrupted=interrupted.is_set)
    assert caught.value.exit_code == 130
    assert len(stage.submitted(plan)) == after
    stage.check_converged(plan, stage.apply(plan))


@pytest.mark.parametrize("wrong_by", [-86400.0, 86400.0])
def test_a_wrong_clock_changes_nothing(stage, wrong_by):
    plan = stage.plan()
    stage.apply(plan, replace(stage.tools(), clock=RunningClock(wrong_by, least=10)), until="canary")
    stage.check_converged(plan, stage.apply(plan))


def test_a_purpose_in_another_language_comes_back_as_it_was_sent(stage):
    """AWS gives back a question mark for every letter beyond ASCII: such a template would look changed for ever."""
    stage.rules = (HUB_RULE, MANAGEMENT_RULE)
    shutil.copytree(default_catalog_folder(), stage.folder / "catalog")
    profile = stage.folder / "catalog" / "profiles" / "classic.yaml"
    profile.write_text(
        re.sub(r"(?m)^(    purpose: ).*$", r"\1Prüft Schlüssel für Grüße. 🔑", profile.read_text(encoding="utf-8")), encoding="utf-8"
    )
    stage.check_converged(*stage.converge())
