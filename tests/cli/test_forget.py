"""`forget` takes an account in which nothing can be deleted out of its StackSets, and says what stays there."""

from pathlib import Path

import boto3
import pytest

from orchestrator.sandbox import Sandbox
from orchestrator.sandbox.faults import Failure
from tests.cli.conftest import Run
from tests.cli.organization import CLOSED, DIVESTED, HUB, LOOSE, ORCHARD, QUARRY, ROLLOUT, write_rollout

SETS = {"estate-role-spoke", "estate-spoke-checks", "estate-spoke-kms"}
WHY = ("--because", "sold to a neighbour")


@pytest.fixture
def departed(run: Run, sandbox: Sandbox) -> str:
    assert run("apply", "--yes").code == 0
    sandbox.remove_account(QUARRY)
    return QUARRY


def holders(name: str) -> set[str]:
    pages = boto3.client("cloudformation").get_paginator("list_stack_instances").paginate(StackSetName=name)
    return {row["Account"] for page in pages for row in page["Summaries"]}


def test_without_it_plan_and_status_name_the_command(run: Run, departed: str):
    for command in ("plan", "status"):
        shown = " ".join(run(command).out.split())
        assert f"to leave them behind: orchestrator forget {departed} --because TEXT" in shown, command


def test_a_destruction_names_it_for_what_it_cannot_take(run: Run, departed: str):
    shown = " ".join(run("destroy").out.split())
    assert f"orchestrator forget {departed} --because TEXT" in shown
    assert '"estate-spoke-kms" stays' in shown


def test_off_a_terminal_it_shows_what_stays_and_does_nothing(run: Run, sandbox: Sandbox, departed: str):
    shown = run("forget", departed, *WHY)
    assert shown.code == 3
    assert "sold to a neighbour" in shown.out
    assert "role EstateSpokeRole, assumed by" in shown.out
    assert all(name in shown.out for name in SETS)
    assert "stacks stay" in shown.out
    assert departed in holders("estate-spoke-kms")


def test_it_leaves_the_stacks_in_the_account_and_the_instances_nowhere(run: Run, sandbox: Sandbox, departed: str):
    forgotten = run("forget", departed, *WHY, "--yes")
    assert forgotten.code == 0, forgotten.err
    assert all(departed not in holders(name) for name in SETS)
    assert ORCHARD in holders("estate-spoke-kms")
    again = run("plan", "--detailed-exitcode")
    assert again.code == 0
    assert departed not in again.out
    assert run("verify").code == 0
    assert "sold to a neighbour" in run("history").out


def test_it_writes_its_plan_which_apply_makes_again(run: Run, sandbox: Sandbox, departed: str):
    assert run("forget", departed, *WHY, "--out", "forget.json").code == 0
    plan = run("forget", departed, *WHY, "--format", "json").json
    assert plan["purpose"] == "forget"
    assert {row["change"] for row in plan["changes"]} == {"forget"}
    assert {row["account"] for row in plan["changes"]} == {departed}
    assert {row["retain_stacks"] for row in plan["operations"]} == {True}
    assert plan["summary"]["grants_forgotten"] == 2
    assert plan["summary"]["grants_revoked"] == 0
    assert plan["permissions"] == plan["roles"] == []
    assert run("apply", "forget.json").code == 0
    assert departed not in holders("estate-role-spoke")
    assert "sold to a neighbour" in run("history").out


def test_apply_refuses_the_plan_once_the_account_is_back(run: Run, sandbox: Sandbox, departed: str):
    assert run("forget", departed, *WHY, "--out", "forget.json").code == 0
    sandbox.add_account(departed, ou_path="/Estate")
    refused = run("apply", "forget.json")
    assert refused.code == 3
    assert "is ACTIVE" in refused.err
    assert departed in holders("estate-spoke-kms")


@pytest.mark.parametrize("state", ["SUSPENDED", "CLOSED"])
def test_a_suspended_or_closed_account_can_be_forgotten(run: Run, sandbox: Sandbox, state: str):
    assert run("apply", "--yes").code == 0
    sandbox.set_state(QUARRY, state)
    assert run("forget", QUARRY, *WHY, "--yes").code == 0
    assert all(QUARRY not in holders(name) for name in SETS)


def test_an_account_that_can_be_reached_is_refused(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    refused = run("forget", QUARRY, *WHY, "--yes")
    assert refused.code == 3
    assert "Withhold what it holds" in refused.err
    assert "holds nothing" not in refused.out
    assert QUARRY in holders("estate-spoke-kms")


def test_an_inoperable_instance_of_an_active_account_can_be_forgotten_and_nothing_else(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    withheld = f'  - {{rule: less, where: {{account: ["{QUARRY}"]}}, withhold: [spoke-kms], because: less}}\n'
    write_rollout(ROLLOUT.replace("temporary:\n", f"{withheld}temporary:\n"))
    sandbox.faults.failures = [Failure(account=QUARRY, stack="estate-spoke-kms", action="DELETE")]
    assert run("apply", "--yes", "--allow-revokes", "all").code == 4
    shown = run("forget", QUARRY, *WHY)
    assert shown.code == 3
    assert "account 900000000004 is active" in shown.out
    assert run("forget", QUARRY, *WHY, "--yes").code == 0
    assert QUARRY not in holders("estate-spoke-kms")
    assert QUARRY in holders("estate-spoke-checks")
    assert run("verify").code == 0


@pytest.mark.parametrize(("account", "state"), [(DIVESTED, "SUSPENDED"), (QUARRY, None)])
def test_an_excluded_or_protected_account_is_refused(run: Run, sandbox: Sandbox, account: str, state: str | None):
    write_rollout(ROLLOUT.replace(f'["{DIVESTED}"]', f'["{CLOSED}"]'))
    assert run("apply", "--yes").code == 0
    protected = ROLLOUT.replace("safety: {", f'safety: {{protected_accounts: ["{QUARRY}"], ')
    write_rollout(protected)
    sandbox.set_state(account, state) if state else sandbox.remove_account(account)
    refused = run("forget", account, *WHY, "--yes")
    assert refused.code == 3
    assert "it is excluded" in refused.err
    assert account in holders("estate-spoke-kms")


def test_an_account_that_holds_nothing_is_nothing_to_do(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    done = run("forget", LOOSE, *WHY)
    assert done.code == 0
    assert run("forget", "999999999999", *WHY, "--yes").code == 0


def test_the_last_instance_of_a_set_takes_an_unwanted_stack_set_along(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    write_rollout(ROLLOUT.replace("hub-core, hub-kms, hub-kms-first-use]", "hub-core, hub-kms]"))
    sandbox.set_state(HUB, "SUSPENDED")
    assert run("forget", HUB, *WHY, "--yes").code == 0
    names = {row["StackSetName"] for row in boto3.client("cloudformation").list_stack_sets(Status="ACTIVE")["Summaries"]}
    assert "estate-hub-kms-first-use" not in names
    temporary = run("history", "--temporary").out
    assert "left in the account with its stack, not seen gone" in temporary
    assert "seen gone from inside" not in temporary


def test_a_word_that_is_no_account_is_a_usage_error(run: Run):
    assert run("forget", "quarry", *WHY).code == 64
    assert run("forget", QUARRY).code == 64
    assert run("forget", QUARRY, "--because", " ").code == 64
    assert not Path(".state").exists()
