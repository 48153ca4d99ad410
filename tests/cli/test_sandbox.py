"""`sandbox` plays snapshots alone, on ports there are, and the failures it is asked for end as docs/sandbox.md says."""

import itertools
import json
import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.cli import rehearsing
from orchestrator.sandbox import Sandbox
from orchestrator.sandbox.rehearsals import LIST_LAG, REASONS, SLOW
from tests.architecture.sources import ROOT
from tests.cli.conftest import Run
from tests.cli.organization import HUB, QUARRY, ROLLOUT, write_rollout
from tests.worlds.clocks import NAP
from tests.worlds.organizations import account, snapshot
from tests.worlds.rollouts import roles, rollout, rule


@pytest.mark.parametrize(
    ("text", "said"),
    [(ROLLOUT, 'unknown key "rules"'), ("accounts: [", "this is not YAML"), (None, "there is no such file")],
    ids=["another file", "no yaml", "absent"],
)
def test_a_rehearsal_takes_snapshots_alone(run: Run, text: str | None, said: str):
    if text is not None:
        Path("given.yaml").write_text(text, encoding="utf-8")
    answer = run("sandbox", "--organization", "given.yaml", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (1, "configuration")
    assert said in answer.err


@pytest.mark.parametrize("port", ["99999", "-1"])
def test_a_port_that_is_none_is_usage(run: Run, port: str):
    answer = run("sandbox", "--port", port)
    assert (answer.code, "--port" in answer.err) == (64, True)


@pytest.mark.parametrize("seconds", ["inf", "nan", "-1"])
def test_a_rehearsal_of_no_length_is_usage(run: Run, seconds: str):
    assert run("sandbox", "--seconds-per-instance", seconds).code == 64


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rehearsal that ends when it has begun."""
    monkeypatch.setattr("orchestrator.cli.rehearsing.wait_for", lambda _: None)


def test_a_signal_that_comes_with_the_announcement_ends_it(run: Run, snapshot: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rehearsing, "announce", lambda *_: os.kill(os.getpid(), signal.SIGINT))
    handler = signal.getsignal(signal.SIGINT)
    assert run("sandbox", "--organization", snapshot).code == 0
    assert signal.getsignal(signal.SIGINT) is handler


@pytest.mark.usefixtures("passing")
def test_a_rehearsal_may_have_a_caller_with_policies_instead_of_an_administrator(run: Run, snapshot: str):
    assert run("render").code == 0
    administrator = run("sandbox", "--organization", snapshot, "--format", "json").json
    caller = run("sandbox", "--organization", snapshot, "--caller-policy", "config/permissions/planner.json", "--format", "json").json
    assert administrator["AWS_SESSION_TOKEN"] == ""
    assert caller["AWS_SESSION_TOKEN"]


@pytest.mark.usefixtures("passing")
@pytest.mark.parametrize("text", ["{}", "no JSON", None])
def test_what_is_no_policy_is_usage(run: Run, snapshot: str, text: str | None):
    if text is not None:
        Path("policy.json").write_text(text, encoding="utf-8")
    answer = run("sandbox", "--organization", snapshot, "--caller-policy", "policy.json", "--format", "json")
    assert (answer.code, answer.json["error"]["remedy"]) == (64, "`orchestrator render` writes some.")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (f"{QUARRY}=rain", "Reasons are attached-policy, boundary"),
        (QUARRY, f"--fail {QUARRY} names no reason"),
        ("100000000000=scp", "no account"),
    ],
    ids=["no such reason", "no reason", "no such account"],
)
def test_a_failure_that_is_not_known_is_usage(run: Run, snapshot: str, given: str, said: str):
    answer = run("sandbox", "--organization", snapshot, "--fail", given)
    assert (answer.code, said in answer.err) == (64, True), answer.err


Rehearse = Callable[..., None]


@pytest.fixture
def rehearse(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Rehearse:
    """``rehearse(during, *words)``: the command with these options, and ``during(sandbox)`` while it runs.

    What the program waits for passes on the sandbox's clock.
    """

    def play(during: Callable[[Sandbox], None], *words: str) -> None:
        played: list[Sandbox] = []

        def wait(_: object) -> None:
            (sandbox,) = played
            for name, value in sandbox.environment().items():
                monkeypatch.setenv(name, value)
            monkeypatch.setattr(SystemClock, "now", lambda _: sandbox.now())
            monkeypatch.setattr(SystemClock, "sleep", lambda _, seconds: pass_time(sandbox, seconds))
            during(sandbox)

        monkeypatch.setenv("ORCHESTRATOR_POLL_SECONDS", "5")
        monkeypatch.setattr(rehearsing, "announce", lambda sandbox, *_: played.append(sandbox))
        monkeypatch.setattr(rehearsing, "wait_for", wait)
        answer = run("sandbox", *words)
        assert answer.code == 0, answer.err

    return play


def pass_time(sandbox: Sandbox, seconds: float) -> None:
    sandbox.advance_clock(seconds)
    time.sleep(NAP)  # the sandbox's threads work


def documented() -> dict[str, list[str]]:
    """What docs/sandbox.md says of each reason: apply, apply again, destroy."""
    lines = (ROOT / "docs" / "sandbox.md").read_text(encoding="utf-8").splitlines()
    table = lines[lines.index("| reason | what AWS says or does | `apply` | again | `destroy` |") + 2 :]
    rows = [line.strip("|").split("|") for line in itertools.takewhile(lambda line: line.startswith("|"), table)]
    return {row[0].strip(" `"): [cell.strip() for cell in row[2:]] for row in rows}


def test_every_reason_is_documented():
    assert documented().keys() == REASONS.keys()


def test_every_account_fails_where_the_documentation_says_and_with_a_hint(run: Run, rehearse: Rehearse):
    fates = {str(at).zfill(12): (reason, ends) for at, (reason, ends) in enumerate(documented().items(), 1) if "waits" not in ends}
    world = snapshot([account(HUB, "hub"), *(account(number, reason) for number, (reason, _) in fates.items())], [])
    Path("organization.yaml").write_text(json.dumps(world), encoding="utf-8")
    pace = {"waves": [{"name": "everyone"}], "max_concurrent_percent": 100, "failure_tolerance_percent": 100}
    write_rollout(
        json.dumps(rollout([rule("everyone", "everyone", grant=["spoke-checks"])], roles=roles(HUB), rollout=pace, state=".state"))
    )

    def during(_: Sandbox) -> None:
        for at, command in enumerate(("apply", "apply", "destroy")):
            answer = run(command, "--yes", "--format", "json")
            failed = {row["account"]: row["hint"] for row in answer.json["failed"]}
            assert (answer.code, set(failed)) == (4, {number for number, (_, ends) in fates.items() if ends[at] == "fails"}), answer.err
            assert all(failed.values()), failed

    failures = [word for number, (reason, _) in fates.items() for word in ("--fail", f"{number}={reason}")]
    rehearse(during, "--organization", "organization.yaml", *failures)


def test_a_suspended_account_is_excluded_by_every_plan(run: Run, rehearse: Rehearse, snapshot: str):
    def during(_: Sandbox) -> None:
        excluded = {row["account"]: row["because"] for row in run("plan", "--format", "json").json["excluded"]}
        assert "SUSPENDED" in excluded[QUARRY]

    rehearse(during, "--organization", snapshot, "--fail", f"{QUARRY}=suspended")


def test_use_of_a_grant_in_an_unreachable_account_is_unknown(run: Run, rehearse: Rehearse, snapshot: str):
    def during(_: Sandbox) -> None:
        assert [run(command, "--yes").code for command in ("apply", "cleanup")] == [0, 5]

    rehearse(during, "--organization", snapshot, "--fail", f"{HUB}=unreachable")


def test_a_run_that_is_stuck_can_be_interrupted(run: Run, rehearse: Rehearse, snapshot: str, monkeypatch: pytest.MonkeyPatch):
    def during(sandbox: Sandbox) -> None:
        began = sandbox.now()

        def wait(_: SystemClock, seconds: float) -> None:
            pass_time(sandbox, seconds)
            if sandbox.now() - began > timedelta(minutes=10):
                raise KeyboardInterrupt

        with monkeypatch.context() as impatient:
            impatient.setattr(SystemClock, "sleep", wait)
            assert run("apply", "--yes").code == 130
        sandbox.release()
        assert run("apply", "--yes").code == 0

    rehearse(during, "--organization", snapshot, "--fail", f"{QUARRY}=stuck")


@pytest.mark.parametrize(("option", "seconds"), [("--slow", SLOW), ("--lag", LIST_LAG), ("--throttle", 0.0)])
@pytest.mark.usefixtures("hasty_retries")
def test_a_run_under_every_switch_ends_as_without(run: Run, rehearse: Rehearse, snapshot: str, option: str, seconds: float):
    def during(sandbox: Sandbox) -> None:
        began = sandbox.now()
        assert run("apply", "--yes", "--format", "json").json["converged"]
        assert (sandbox.now() - began).total_seconds() >= seconds
        assert run("verify").code == 0
        assert option != "--throttle" or any(call.answer == "Throttling" for call in sandbox.journal.calls())

    rehearse(during, "--organization", snapshot, option)
