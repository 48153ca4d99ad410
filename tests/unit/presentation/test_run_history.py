"""Past runs, told from their journals."""

from datetime import timedelta

import pytest

from orchestrator.execution.records import Ending, Finished, LeftOut, RunEnded, RunStarted, Submitting, Verified
from orchestrator.model.identifiers import OperationKey, PlanDigest, RunId, StackSetName
from orchestrator.model.outcome import Failure, OperationStatus
from orchestrator.model.plan import Purpose
from orchestrator.presentation.page import Page
from orchestrator.presentation.run_history import find_runs, run_text, runs_json, runs_of, runs_text
from tests.unit.presentation.plans import DEV, NOW, PROD, read

KMS = StackSetName("cado-spoke-kms")
FIRST, SECOND = OperationKey("op-001"), OperationKey("op-002")
OLD, NEW = PlanDigest("sha256:aaaa1111"), PlanDigest("sha256:bbbb2222")


def at(minutes: int):
    return NOW + timedelta(minutes=minutes)


def started(run: str, minutes: int) -> RunStarted:
    return RunStarted(
        at=at(minutes), run=RunId(run), purpose=Purpose.ROLLOUT, caller="arn:aws:iam::1:user/ann", host="laptop", operations=2
    )


def submitting(key, accounts, minutes: int, attempt: int = 1) -> Submitting:
    return Submitting(
        at=at(minutes), operation=key, attempt=attempt, operation_id="x", kind="create_instances", stack_set=KMS, accounts=accounts
    )


FAILURE = Failure(DEV[1], KMS, "role exists", "say managed: false")
CUT_OFF = (started("run-1", 0), submitting(FIRST, DEV, 1))
RETRIED = (
    started("run-2", 10),
    Finished(at=at(11), operation=FIRST, attempt=1, status=OperationStatus.SUCCEEDED, failures=(FAILURE,)),
    submitting(FIRST, DEV[1:2], 12, attempt=2),
    Finished(at=at(13), operation=FIRST, attempt=2, status=OperationStatus.SUCCEEDED),
    LeftOut(at=at(14), operation=SECOND, kind="create_instances", stack_set=KMS, accounts=PROD[:1], because="it has no role"),
    Verified(at=at(15), is_converged=False, differences=3),
    RunEnded(at=at(16), ending=Ending.FAILED, detail="wave canary"),
)
JOURNALS = {NEW: (*CUT_OFF, *RETRIED), OLD: (started("run-0", -60), RunEnded(at=at(-59), ending=Ending.FINISHED))}


def test_runs_are_told_oldest_first_with_how_they_ended():
    text = runs_text(runs_of(JOURNALS), Page(200))
    marks = [
        "run-0",
        "finished 2026-11-24 07:01 UTC",
        "run-1",
        "cut off; continued by run run-2",
        "run-2",
        "failed 2026-11-24 08:16 UTC: wave canary; 1 account failed",
    ]
    assert sorted(marks, key=text.index) == marks
    assert "rollout run-2 by arn:aws:iam::1:user/ann (laptop)" in text
    assert runs_text((), Page()) == "Nothing was ever applied from here.\n"


def test_a_run_without_an_end_is_running_while_whoever_began_it_has_the_lock():
    journals = {NEW: CUT_OFF}
    assert "cut off: it has no end in the journal" in runs_text(runs_of(journals, holder="somebody else"), Page(200))
    assert "  running\n" in runs_text(runs_of(journals, holder="laptop"), Page(200))
    assert [run.is_running for run in runs_of(JOURNALS, holder="laptop")] == [False, False, False]


def test_one_run_tells_what_happened_to_each_account():
    text = run_text(runs_of(JOURNALS)[2], Page(200))
    assert f"{DEV[1]}: role exists (hint: say managed: false)" in text
    assert f"op-001 create instances cado-spoke-kms in {DEV[1]}, attempt 2" in text
    assert f"op-002 left out in {PROD[0]}: it has no role" in text
    assert "verified: 3 differences" in text


@pytest.mark.parametrize(
    ("name", "runs"),
    [("run-1", ["run-1"]), ("bbbb", ["run-1", "run-2"]), ("sha256:aaaa1111", ["run-0"]), ("run", []), ("", [])],
)
def test_a_run_is_found_by_its_id_or_by_its_plan(name, runs):
    assert [run.started.run for run in find_runs(JOURNALS, name)] == runs


def test_history_in_json():
    cut_off, retried = read(runs_json(runs_of(JOURNALS)[1:]))["runs"]
    assert (cut_off["ending"], cut_off["ended_at"], cut_off["operations"][0]["status"]) == (None, None, None)
    assert (cut_off["running"], cut_off["continued_by"], retried["continued_by"]) == (False, "run-2", None)
    assert (retried["ending"], retried["plan"], retried["started_at"]) == ("failed", NEW, "2026-11-24T08:10:00Z")
    assert [(found["attempt"], found["accounts"]) for found in retried["operations"]] == [(1, list(DEV)), (2, [DEV[1]])]
    assert retried["operations"][0]["failed"] == [{"account": DEV[1], "reason": "role exists", "hint": "say managed: false"}]
    assert retried["operations"][1].items() >= {"attempt": 2, "accounts": [DEV[1]], "status": "succeeded", "failed": []}.items()
    assert retried["left_out"][0]["accounts"] == [PROD[0]]
