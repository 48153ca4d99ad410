"""Service control policies bind the role of StackSets in member accounts."""

import pytest

from orchestrator.sandbox import Sandbox
from tests.sandbox.stack_set_steps import deploy, instances, make_stack_set, targets, withdraw
from tests.worlds.organizations import DEV, LOOSE, PAYMENTS, PROD

WORKLOADS, PRODUCTION, ROOT = "ou-ab12-11111111", "ou-ab12-22222222", "r-ab12"


def statement(effect, *actions, **more):
    return {"Effect": effect, "Action": list(actions), "Resource": "*"} | more


def seed(sandbox: Sandbox, *policies):
    """Each policy is the targets it is attached to, and its statements."""
    rows = [
        {
            "id": f"p-{number:08}",
            "name": f"policy-{number}",
            "type": "SERVICE_CONTROL_POLICY",
            "targets": list(attached),
            "document": {"Version": "2012-10-17", "Statement": list(statements)},
        }
        for number, (attached, *statements) in enumerate(policies)
    ]
    sandbox.seed({**PAYMENTS, "policies": rows})


@pytest.fixture
def cloudformation(client):
    return client("cloudformation")


def deployed(cloudformation):
    """Which of three accounts have the stack, and why others have not."""
    make_stack_set(cloudformation)
    deploy(
        cloudformation, targets(PROD, DEV, LOOSE), OperationPreferences={"FailureTolerancePercentage": 100, "MaxConcurrentPercentage": 100}
    )
    return {account: row.get("StatusReason") for account, row in instances(cloudformation).items()}


@pytest.mark.parametrize(("target", "denied"), [(PROD, {PROD}), (PRODUCTION, {PROD}), (WORKLOADS, {PROD, DEV}), (ROOT, {PROD, DEV, LOOSE})])
def test_a_denial_binds_everything_below_its_target(sandbox, cloudformation, target, denied):
    seed(sandbox, ([target], statement("Deny", "iam:CreateRole")))
    found = deployed(cloudformation)
    assert {account for account, reason in found.items() if reason} == denied
    reason = found[PROD]
    assert f"arn:aws:sts::{PROD}:assumed-role/stacksets-exec-" in reason
    assert "is not authorized to perform: iam:CreateRole" in reason
    assert reason.endswith("with an explicit deny in a service control policy")


def test_a_denial_of_stacks_leaves_no_stack(sandbox, client, cloudformation):
    seed(sandbox, ([ROOT], statement("Deny", "cloudformation:*")))
    assert "cloudformation:CreateStack" in deployed(cloudformation)[PROD]
    assert client("cloudformation", PROD).describe_stacks()["Stacks"] == []


def test_an_exempted_role_is_not_bound(sandbox, cloudformation):
    exempted = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/stacksets-exec-*"}}
    seed(sandbox, ([ROOT], statement("Deny", "iam:*", Condition=exempted)))
    assert set(deployed(cloudformation).values()) == {None}


def test_what_a_level_does_not_allow_is_denied(sandbox, cloudformation):
    seed(sandbox, ([ROOT], statement("Allow", "*")), ([PRODUCTION], statement("Allow", "ec2:*")))
    found = deployed(cloudformation)
    assert {account for account, reason in found.items() if reason} == {PROD}
    assert found[PROD].endswith("because no service control policy allows the cloudformation:CreateStack action")


def test_a_denied_deletion_leaves_the_instance_inoperable(sandbox, cloudformation):
    assert set(deployed(cloudformation).values()) == {None}
    seed(sandbox, ([PROD], statement("Deny", "iam:DeleteRole")))
    assert withdraw(cloudformation, targets(PROD))["Status"] == "FAILED"
    row = instances(cloudformation)[PROD]
    assert (row["Status"], "iam:DeleteRole" in row["StatusReason"]) == ("INOPERABLE", True)
