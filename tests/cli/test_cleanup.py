"""`cleanup` takes back what was used or is over and nothing else; `--watch` waits out what passes, for a bounded time."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.aws.errors import AccessDeniedError, ThrottledError, UnreachableError
from orchestrator.adapters.state.folder.lock import FolderLock
from orchestrator.errors import InterruptedRunError, RefusedError, StateError
from orchestrator.model.identifiers import AccountId, GroupSetName, PlanDigest
from orchestrator.model.outcome import Outcome
from orchestrator.model.temporary import TemporaryGrant, TemporaryState
from orchestrator.presentation.progress.words import sentence
from orchestrator.runs import Watch
from orchestrator.sandbox import Sandbox
from orchestrator.sandbox.first_use import use_for_the_first_time
from tests.cli.conftest import Run
from tests.cli.organization import HUB
from tests.worlds.clocks import FakeClock


def outcome(state):
    return Outcome(PlanDigest("sha256:1"), (), temporary=(TemporaryGrant(GroupSetName("once"), AccountId("1" * 12), state, None, None),))


ALIVE, GONE = outcome(TemporaryState.GRANTED), outcome(TemporaryState.ABSENT)


def watch(looks, *, minutes=60):
    """The end of a watch of that length, and the minutes it took."""
    clock, left, said = FakeClock(), iter(looks), []
    begun = clock.now()

    def look():
        found = next(left)
        if isinstance(found, BaseException):
            raise found
        return found

    end = clock.now() + timedelta(minutes=minutes)
    found = Watch(clock, timedelta(minutes=5), end, lambda event: said.append(sentence(event)[0]), "the same words").look_until_clean(look)
    return found, (clock.now() - begun) / timedelta(minutes=1), said


def test_a_preview_gives_nothing_up_that_was_begun(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes", "--until", "canary").code == 0
    assert run("cleanup").code == 0
    assert run("destroy").code == 3
    assert "resuming it" in run("apply", "--yes").err


def test_one_of_a_thing_is_told_as_one(run: Run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch):
    assert run("apply", "--yes").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    monkeypatch.setattr("orchestrator.cli.running.is_terminal", lambda: True)
    asked = run("cleanup", "--format", "json")
    assert (asked.code, asked.json["error"]["kind"]) == (3, "confirmation")
    assert "Apply 2 operations?" in asked.err
    assert "  role acquisition in 1 account" in asked.err


def test_cleanup_takes_back_what_was_used_and_nothing_else(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    assert run("cleanup").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    refused = run("cleanup")
    assert refused.code == 3
    assert "--yes" in refused.err
    cleaned = run("cleanup", "--yes", "--format", "json")
    assert (cleaned.code, cleaned.json["converged"]) == (0, True), cleaned.err
    assert run("plan", "--detailed-exitcode").code == 0
    assert "hub-kms-first-use" in run("history", "--temporary").out
    assert run("history").code == 0


@pytest.mark.usefixtures("fast_forward")
def test_watching_ends_once_nothing_temporary_is_left(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    assert run("cleanup", "--watch").code == 64
    waited = run("cleanup", "--watch", "--yes", "--every", "1m", "--for", "2m")
    assert (waited.code, "1 temporary grant left" in waited.err) == (3, True), waited.err
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    ended = run("cleanup", "--watch", "--yes", "--format", "json")
    assert (ended.code, [row["state"] for row in ended.json["temporary"]]) == (0, ["absent"]), ended.err


@pytest.mark.usefixtures("fast_forward")
def test_watching_goes_on_while_nobody_can_look_into_the_account(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    sandbox.faults.deny = [f"iam:ListRolePolicies@{HUB}"]
    unseen = run("cleanup", "--watch", "--yes", "--every", "1m", "--for", "2m", "--format", "json")
    assert unseen.code == 5, unseen.err
    assert [row["account"] for row in unseen.json["verification"]["unreachable"]] == [HUB]
    sandbox.faults.deny = []
    assert run("cleanup", "--watch", "--yes").code == 0


def test_a_plan_that_is_written_out_is_carried_out_too_when_somebody_says_yes(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    done = run("cleanup", "--out", "plan.json", "--yes", "--format", "json")
    assert (done.code, [row["state"] for row in done.json["temporary"]]) == (0, ["absent"]), done.err
    assert json.loads(Path("plan.json").read_text(encoding="utf-8"))["digest"] == done.json["plan"]
    again = run("apply", "plan.json")
    assert (again.code, "already" in again.out) == (0, True), again.out


@pytest.mark.parametrize(
    "passing",
    [
        RefusedError("another run holds the lock", kind="locked"),
        RefusedError("the plan is stale", kind="stale_plan"),
        ThrottledError("slow down"),
        UnreachableError("no route"),
        StateError("the bucket is busy", kind="throttled"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_passes_is_waited_out(passing):
    found, minutes, said = watch([passing, ALIVE, passing, GONE])
    assert (found, minutes, len(said)) == (GONE, 15, 3)
    assert said[:2] == [f"{passing.message} Looking again in 5 minutes.", "1 temporary grant left. Looking again in 5 minutes."]


@pytest.mark.parametrize(
    "final",
    [AccessDeniedError("may not"), RefusedError("violations", kind="violations"), StateError("the journal is damaged")],
    ids=["denied", "violations", "damaged"],
)
def test_what_does_not_pass_ends_it(final):
    with pytest.raises(type(final)):
        watch([ALIVE, final, GONE])


def test_the_time_is_bounded_and_the_last_look_is_told():
    found, minutes, said = watch([ALIVE] * 4, minutes=12)
    assert (found, minutes, len(said)) == (ALIVE, 12, 3)
    with pytest.raises(UnreachableError):
        watch([UnreachableError("no route")] * 4, minutes=12)


def test_interrupted_while_waiting_says_that_nothing_runs():
    class Impatient(FakeClock):
        def sleep(self, seconds):
            raise KeyboardInterrupt

    clock = Impatient()
    watching = Watch(clock, timedelta(minutes=5), clock.now() + timedelta(hours=1), lambda _: None, "the same words")
    with pytest.raises(InterruptedRunError, match="nothing is running") as caught:
        watching.look_until_clean(lambda: ALIVE)
    assert "the same words" in (caught.value.remedy or "")


@pytest.mark.usefixtures("fast_forward")
def test_another_run_at_work_is_told_and_waited_for(run: Run, sandbox: Sandbox, folder):
    assert run("apply", "--yes").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    other = FolderLock(folder / "config" / ".state")
    other.acquire("somebody else")
    waited = run("cleanup", "--watch", "--yes", "--every", "1m", "--for", "2m")
    other.release()
    assert waited.code == 3
    assert waited.err.count("somebody else") > 1


def test_a_use_nobody_can_look_for_fails_cleanup_and_verify_and_is_counted(run: Run, sandbox: Sandbox):
    run("apply", "--yes")
    sandbox.faults.deny = [f"iam:GetRole@{HUB}"]
    for command in (("cleanup",), ("cleanup", "--yes"), ("verify",)):
        answer = run(*command)
        assert answer.code == 5, answer.err
        assert "unknown" in answer.out
    assert run("cleanup", "--format", "json").json["verification"]["unreachable"][0]["account"] == HUB
    planned = run("plan", "--format", "json").json
    assert planned["summary"]["evidence_unknown"] == 1
    assert any("GetRole" in warning for warning in planned["warnings"])
    assert "The use of 1 temporary grant is unknown." in " ".join(run("status").out.split())
