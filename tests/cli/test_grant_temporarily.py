"""`grant-temporarily` opens one window, with a length and a reason."""

import pytest

from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import HUB, QUARRY


def test_a_plan_that_is_written_out_with_violations_is_refused(run: Run, sandbox: Sandbox):
    sandbox.make_foreign_stack_set("estate-hub-kms-first-use")
    words = ("grant-temporarily", "hub-kms-first-use", "--account", HUB, "--for", "1d", "--because", "a case", "--out", "plan.json")
    answer = run(*words)
    assert (answer.code, "estate-hub-kms-first-use" in answer.out) == (3, True), answer.err
    assert run("apply", "plan.json").code == 3


@pytest.mark.parametrize("length", ["1h30m", "1y", "", "0h"])
def test_a_length_that_is_none_is_usage(run: Run, sandbox: Sandbox, length: str):
    answer = run("grant-temporarily", "hub-kms-first-use", "--account", QUARRY, "--for", length, "--because", "a case")
    assert answer.code == 64, answer.err


@pytest.mark.parametrize("because", ["", " \t"])
def test_a_reason_that_says_nothing_is_usage(run: Run, sandbox: Sandbox, because: str):
    answer = run("grant-temporarily", "hub-kms-first-use", "--account", HUB, "--for", "1d", "--because", because)
    assert (answer.code, "--because" in answer.err) == (64, True)
