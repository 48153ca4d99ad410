"""A run as it happens, in a log."""

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
    RunProgressed,
    RunResumed,
    Waiting,
    WaveHeld,
    WaveStarted,
)
from orchestrator.model.activity import Activity, ActivityEnded, ActivityProgressed, Throttled
from orchestrator.model.identifiers import AccountId, OperationKey
from orchestrator.model.operation import StopAutoDeployment
from orchestrator.model.outcome import NOT_ATTEMPTED, AccountCounts, Failure
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.progress.lines import PlainProgress
from orchestrator.presentation.progress.words import running_words, sentence
from tests.unit.presentation.plans import DEV, NOW, PLAN, PROD, operations

CREATE, FIRST, SECOND, _ = operations()
FAILED = tuple(Failure(account, FIRST.place.name, "role exists") for account in DEV[:2])

STORY = (
    PlanStarted(PLAN.digest, 4),
    RunResumed(PLAN.digest, 4, 1),
    WaveStarted("canary", 2, 4),
    OperationSubmitted(CREATE, 1),
    OperationFinished(CREATE, (), 2.0),
    OperationSubmitted(FIRST, 1),
    OperationAdopted(FIRST, 2),
    OperationProgressed(FIRST, 3, 4, FAILED),
    Waiting((FIRST,), 45.0, accounts=DEV[3:]),
    OperationFinished(FIRST, FAILED, 75.0),
    WaveHeld("canary", 2, 4, 5),
    OperationSkipped(SECOND, "every account it would change has failed before"),
    Interrupted((FIRST,)),
    RunFinished(AccountCounts(2, 1), None),
)


def written(events, *, page=Page(200), seconds=1):  # noqa: B008 - a frozen value
    """Each event so many seconds after the one before."""
    pieces: list[str] = []
    progress = PlainProgress(pieces.append, page)
    for number, event in enumerate(events):
        progress.show(event, NOW + timedelta(seconds=seconds * number))
    progress.close()
    return "".join(pieces)


def test_an_operation_that_left_accounts_out_says_so():
    text, tone = sentence(OperationFinished(FIRST, (), 5.0, left_out=(AccountId("100000000009"),)))
    assert text.endswith("done in 5 s, without 1 account in which an earlier operation failed")
    assert tone is Tone.CAREFUL


def test_a_heartbeat_without_an_answer_says_what_the_answer_was_instead():
    text = written([Waiting((FIRST,), 45.0, "no route to host")])
    assert f"no news for 45 seconds of {FIRST.id} {FIRST.place.name}: no route to host" in text


def test_a_log_gets_one_line_for_each_thing_that_began_or_ended():
    assert written(STORY).splitlines() == [
        f"08:00:00Z Applying 4 operations of plan {PLAN.digest}",
        f"08:00:01Z Going on: 1 of 4 operations done, 3 left of plan {PLAN.digest}",
        '08:00:02Z Wave "canary": 2 operations in 4 accounts',
        "08:00:03Z op-001 create stack set cado-spoke-kms",
        "08:00:04Z op-001 create stack set cado-spoke-kms: done in 2 s",
        "08:00:05Z op-002 create instances cado-spoke-kms: 4 accounts",
        "08:00:06Z op-002 create instances cado-spoke-kms: AWS has it already from an earlier run (attempt 2)",
        "08:00:08Z still running after 45 seconds without news: op-002 cado-spoke-kms, in 444444440004",
        "08:00:09Z op-002 create instances cado-spoke-kms: 2 accounts failed after 1:15: 444444440001, 444444440002: role exists",
        '08:00:10Z Held after wave "canary": 2 of 4 accounts not done, tolerance 5 %. Later waves are not started.',
        "08:00:11Z op-003 create instances cado-spoke-kms: skipped, every account it would change has failed before",
        "08:00:12Z Interrupted: nothing more is submitted. AWS continues 1 operation. Apply the same plan again to resume.",
        "08:00:13Z Finished; 2 accounts failed and 1 was skipped.",
    ]


def test_a_heartbeat_names_some_of_many_accounts_and_counts_the_others():
    text, _ = sentence(Waiting((FIRST,), 60.0, accounts=(*PROD, *DEV)))
    assert text.endswith(f"in {', '.join(sorted((*PROD, *DEV))[:6])} and 6 more accounts")


def test_how_far_it_is_stands_in_the_log_every_ten_seconds_while_something_moves():
    begin = [PlanStarted(PLAN.digest, 4), WaveStarted("canary", 2, 4), OperationSubmitted(FIRST, 1), Throttled(12)]
    moving = [event for done in range(4) for event in (OperationProgressed(FIRST, done, 4), progressed(done))]
    standing = [progressed(3)] * 20
    lines = written([*begin, *moving, *standing], seconds=2).splitlines()[3:]
    assert lines == [
        f'08:00:{second}Z Wave "canary": 1 of 4 operations and {done} of 12 accounts done; 1 running: cado-spoke-kms {done}/4; {second} s '
        "so far, about 2 minutes left; AWS throttled 12 requests"
        for second, done in ((18, 2), (28, 3))
    ]


def progressed(accounts):
    return RunProgressed("canary", 1, 4, accounts, 12, 120.0)


def test_what_takes_long_besides_operations_says_so_and_what_does_not_is_not_mentioned():
    reading = [ActivityProgressed(Activity.PROBE, done, 30, "2 findings") for done in range(0, 31, 3)]
    assert written([*reading, ActivityEnded(Activity.PROBE)], seconds=3).splitlines() == [
        "08:00:12Z Looking into accounts: 12 of 30 accounts, 2 findings",
        "08:00:24Z Looking into accounts: 24 of 30 accounts, 2 findings",
        "08:00:33Z Looking into accounts: 30 accounts in 33 s",
    ]
    assert written([*reading[:3], ActivityEnded(Activity.PROBE)]) == ""


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (RunFinished(AccountCounts(), "canary"), 'Stopped after wave "canary", as asked.'),
        (RunFinished(AccountCounts(), None), "Finished."),
        (RunFinished(AccountCounts(0, 2), None), "Finished; 2 accounts were skipped."),
        (RunFinished(AccountCounts(1, 0), None), "Finished; 1 account failed."),
    ],
)
def test_the_end_says_how_it_ended(event, words):
    assert written([event]).endswith(f"{words}\n")


def test_accounts_that_were_skipped_are_no_failures():
    skipped = Failure(DEV[2], FIRST.place.name, f"{NOT_ATTEMPTED}create stack set has not succeeded there")
    text, _ = sentence(OperationFinished(FIRST, (*FAILED, skipped)))
    assert ": 2 accounts failed and 1 was skipped: " in text


def test_a_log_holds_no_control_characters():
    assert "\r" not in written(STORY)
    assert "\x1b" not in written(STORY)


@pytest.mark.parametrize("columns", [24, 40, 60])
def test_no_line_is_wider_than_the_page_but_for_names_that_are(columns):
    lines = written(STORY, page=Page(columns)).splitlines()
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
