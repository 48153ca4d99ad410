"""Unattended clean-up: what passes is waited out, what does not ends it, and the time is bounded."""

from datetime import timedelta

import pytest

from orchestrator.adapters.aws.errors import AccessDeniedError, ThrottledError, UnreachableError
from orchestrator.adapters.state.folder.lock import FolderLock
from orchestrator.errors import InterruptedRunError, RefusedError, StateError
from orchestrator.model.identifiers import AccountId, GroupSetName, PlanDigest
from orchestrator.model.outcome import Outcome
from orchestrator.model.temporary import TemporaryGrant, TemporaryState
from orchestrator.presentation.event_words import sentence
from orchestrator.runs import Watch
from orchestrator.sandbox import Sandbox
from orchestrator.sandbox.first_use import use_for_the_first_time
from tests.cli.conftest import Run
from tests.cli.organization import HUB
from tests.fakes import FakeClock


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


def test_another_run_at_work_is_told_and_waited_for(run: Run, sandbox: Sandbox, folder):
    assert run("apply", "--yes").code == 0
    use_for_the_first_time(sandbox, HUB, "EstateInstanceRole", "EstateRole")
    other = FolderLock(folder / ".state")
    other.acquire("somebody else")
    waited = run("cleanup", "--watch", "--yes", "--every", "1s", "--for", "2s")
    other.release()
    assert waited.code == 3
    assert waited.err.count("somebody else") > 1


def test_a_plan_beside_a_run_at_work_says_so(run: Run, sandbox: Sandbox, folder):
    other = FolderLock(folder / ".state")
    other.acquire("somebody else")
    warned = run("plan", "--format", "json").json["warnings"]
    other.release()
    assert "somebody else" in warned[0]
    assert not any("another run" in warning for warning in run("plan", "--format", "json").json["warnings"])
