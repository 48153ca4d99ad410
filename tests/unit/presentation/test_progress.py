"""A run as it happens, in a log and on a terminal."""

from datetime import timedelta

import pytest

from orchestrator.execution.events import (
    Interrupted,
    OperationAdopted,
    OperationFinished,
    OperationProgressed,
    OperationSkipped,
    OperationSubmitted,
    PlanStarted,
    RunFinished,
    RunResumed,
    Waiting,
    WaveHeld,
    WaveStarted,
)
from orchestrator.model.identifiers import OperationKey
from orchestrator.model.operation import StopAutoDeployment
from orchestrator.model.outcome import Failure
from orchestrator.presentation.event_words import running_words, sentence
from orchestrator.presentation.page import Page
from orchestrator.presentation.progress import ERASE, Progress
from tests.unit.presentation.plans import DEV, NOW, PLAN, operations

CREATE, FIRST, SECOND, _ = operations()
FAILED = tuple(Failure(account, FIRST.place.name, "role exists") for account in DEV[:2])

STORY = (
    PlanStarted(PLAN.digest, 4),
    RunResumed(PLAN.digest, 4, 1),
    WaveStarted("canary", 2, 4),
    OperationSubmitted(CREATE, 1),
    OperationFinished(CREATE, ()),
    OperationSubmitted(FIRST, 1),
    OperationAdopted(FIRST, 2),
    OperationProgressed(FIRST, 3, 4),
    Waiting((FIRST,), 45.0),
    OperationFinished(FIRST, FAILED),
    WaveHeld("canary", 2, 4, 5),
    OperationSkipped(SECOND, "every account it would change has failed before"),
    Interrupted((FIRST,)),
    RunFinished(2, None),
)


def told(events, *, is_live=False, page=Page(200)):  # noqa: B008 - a frozen value
    written: list[str] = []
    progress = Progress(written.append, page, is_live=is_live)
    for number, event in enumerate(events):
        progress.show(event, NOW + timedelta(seconds=number))
    progress.close()
    return "".join(written)


@pytest.mark.parametrize("is_live", [False, True])
def test_a_heartbeat_without_an_answer_says_what_the_answer_was_instead(is_live):
    text = told([Waiting((FIRST,), 45.0, "no route to host")], is_live=is_live)
    assert f"no news for 45 seconds of {FIRST.id} {FIRST.place.name}: no route to host" in text


def test_a_log_gets_one_line_per_event():
    assert told(STORY).splitlines() == [
        f"08:00:00Z Applying 4 operations of plan {PLAN.digest}",
        f"08:00:01Z Going on: 1 of 4 operations done, 3 left of plan {PLAN.digest}",
        '08:00:02Z Wave "canary": 2 operations in 4 accounts',
        "08:00:03Z op-001 create stack set cado-spoke-kms",
        "08:00:04Z op-001 create stack set cado-spoke-kms: done",
        "08:00:05Z op-002 create instances cado-spoke-kms: 4 accounts",
        "08:00:06Z op-002 create instances cado-spoke-kms: AWS has it already from an earlier run (attempt 2)",
        "08:00:07Z op-002 create instances cado-spoke-kms: 3 of 4 accounts",
        "08:00:08Z still running after 45 seconds without news: op-002 cado-spoke-kms",
        "08:00:09Z op-002 create instances cado-spoke-kms: failed in 2 accounts: 444444440001 and 444444440002: role exists",
        '08:00:10Z Held after wave "canary": 2 of 4 accounts failed, tolerance 5 %. Later waves are not started.',
        "08:00:11Z op-003 create instances cado-spoke-kms: skipped, every account it would change has failed before",
        "08:00:12Z Interrupted: nothing more is submitted. AWS continues 1 operation. Apply the same plan again to resume.",
        "08:00:13Z Finished; 2 accounts failed.",
    ]


@pytest.mark.parametrize(
    ("event", "words"), [(RunFinished(0, "canary"), 'Stopped after wave "canary", as asked.'), (RunFinished(0, None), "Finished.")]
)
def test_the_end_tells_how_it_ended(event, words):
    assert told([event]).endswith(f"{words}\n")


def test_a_log_holds_no_control_characters():
    assert "\r" not in told(STORY)
    assert "\x1b" not in told(STORY)


def test_a_terminal_redraws_what_is_running_and_leaves_a_clean_line():
    text = told(STORY[5:8], is_live=True)
    assert text.endswith(f"08:00:02Z 1 running: cado-spoke-kms 3/4{ERASE}")
    assert "of 4 accounts" not in text


def test_a_terminal_shows_nothing_running_after_the_last_operation():
    assert told(STORY[5:10], is_live=True).endswith("role exists\n")


@pytest.mark.parametrize("columns", [24, 40, 60])
def test_no_line_is_wider_than_the_terminal_but_for_names_that_are(columns):
    lines = told(STORY, is_live=True, page=Page(columns)).replace(ERASE, "\n").splitlines()
    assert [line for line in lines if len(line) > columns and len(line.split()) > 1] == []


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (100, "3 running: cado-spoke-kms 1/2, cado-spoke-ec2 0/2, cado-hub-core 0/1"),
        (60, "3 running: cado-spoke-kms 1/2, cado-spoke-ec2 0/2 and 1 more"),
        (45, "3 running: cado-spoke-kms 1/2 and 2 more"),
        (20, "3 running"),
        (8, ""),
    ],
)
def test_the_running_line_fits_with_whole_names(width, words):
    running = ("cado-spoke-kms 1/2", "cado-spoke-ec2 0/2", "cado-hub-core 0/1")
    assert running_words(running, width + 1) == words


def test_an_update_of_settings_says_which():
    stop = StopAutoDeployment(id=OperationKey("001"), place=CREATE.place, wave="canary")
    text, _ = sentence(OperationSubmitted(stop, 1))
    assert text.endswith(f"{CREATE.place.name}: automatic deployment off")
