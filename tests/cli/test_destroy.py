"""`destroy` takes everything of the rollout back and says what stays."""

from contextlib import closing

import boto3

from orchestrator.sandbox import Sandbox
from tests.cli.conftest import Run
from tests.cli.organization import DIVESTED, MANAGEMENT, QUARRY, ROLLOUT, write_rollout


def test_destruction_says_what_stays_alive_for_accounts_left_alone(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    write_rollout(ROLLOUT.replace(f'["{DIVESTED}"]', f'["{DIVESTED}", "{QUARRY}"]'))
    shown = run("destroy")
    assert shown.code == 3
    assert '"estate-spoke-kms" stays' in shown.out
    assert QUARRY in shown.out


def test_destroy_leaves_nothing(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    assert run("destroy").code == 3
    destroyed = run("destroy", "--yes", "--allow-revokes", "all")
    assert destroyed.code == 0, destroyed.err
    left = run("status", "--format", "json").json["accounts"]
    assert [row["id"] for row in left if row["granted"] or row["unexpected"]] == []


def test_a_protected_stack_is_named_with_the_command_that_frees_it(run: Run, sandbox: Sandbox):
    assert run("apply", "--yes").code == 0
    with closing(boto3.client("cloudformation")) as cloudformation:
        cloudformation.update_termination_protection(StackName="estate-management-discovery", EnableTerminationProtection=True)
    answer = run("destroy", "--yes", "--format", "json")
    (failure,) = answer.json["failed"]
    assert (answer.code, failure["account"], failure["stack_set"]) == (4, MANAGEMENT, "estate-management-discovery")
    assert "--no-enable-termination-protection --stack-name estate-management-discovery" in failure["hint"]
