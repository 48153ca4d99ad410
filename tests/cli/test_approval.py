"""Who approved which plan, and why a run was made."""

import pytest

from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import HUB, ROLLOUT, write_rollout


def test_only_the_approved_plan_is_applied(run: Run, sandbox: Sandbox):
    digest = run("plan", "--out", "plan.json", "--format", "json").json["digest"]
    other = f"sha256:{'0' * 64}"
    refused = run("apply", "plan.json", "--approved-digest", other, "--format", "json")
    assert (refused.code, refused.json["error"]["kind"]) == (3, "digest")
    assert digest in refused.json["error"]["message"]
    assert other in refused.json["error"]["message"]
    assert sandbox.journal.writes() == ()
    assert run("apply", "plan.json", "--approved-digest", digest).code == 0


def test_a_plan_of_this_moment_is_not_the_approved_one(run: Run, sandbox: Sandbox):
    digest = run("plan", "--format", "json").json["digest"]
    write_rollout(ROLLOUT.replace("grant: [spoke-checks, spoke-kms]", "grant: [spoke-checks]"))
    assert run("apply", "--yes", "--approved-digest", digest).code == 3
    assert sandbox.journal.writes() == ()


def test_an_approved_plan_is_resumed_without_its_file(run: Run, sandbox: Sandbox):
    digest = run("plan", "--out", "plan.json", "--format", "json").json["digest"]
    assert run("apply", "plan.json", "--until", "canary").code == 0
    assert run("apply", "--yes", "--approved-digest", digest).code == 0
    assert run("verify").code == 0


@pytest.mark.parametrize("digest", ["", "sha256:", "0" * 64, f"sha256:{'G' * 64}"])
def test_an_approval_that_is_no_digest_is_usage(run: Run, sandbox: Sandbox, digest: str):
    assert run("apply", "--yes", "--approved-digest", digest).code == 64


@pytest.mark.parametrize(
    "words",
    [
        ("apply", "--yes"),
        ("destroy", "--yes", "--allow-revokes", "all"),
        ("grant-temporarily", "hub-kms-first-use", "--account", HUB, "--for", "1d", "--yes"),
    ],
    ids=lambda words: words[0],
)
def test_a_reason_is_kept_in_the_history(run: Run, sandbox: Sandbox, words: tuple[str, ...]):
    if words[0] != "apply":
        assert run("apply", "--yes").code == 0
    assert run(*words, "--because", "change 4711").code == 0
    assert "because: change 4711" in run("history").out
    assert [row["because"] for row in run("history", "--format", "json").json["runs"]][-1] == "change 4711"


@pytest.mark.parametrize("command", ["apply", "cleanup", "destroy"])
def test_a_reason_that_says_nothing_is_usage_for_every_command(run: Run, sandbox: Sandbox, command: str):
    answer = run(command, "--yes", "--because", " ", "--format", "json")
    assert (answer.code, answer.json["error"]["kind"]) == (64, "usage")
