import time
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from orchestrator.sandbox import Failure
from orchestrator.sandbox.operations import limits
from orchestrator.sandbox.stack_set_model import Operation, Result
from tests.sandbox.stack_set_steps import (
    REGION,
    at_once,
    code_of,
    deploy,
    everywhere,
    finish,
    instances,
    make_stack_set,
    policy_template,
    results,
    role_template,
    targets,
)
from tests.worlds.organizations import DEV, HUB, LOOSE, PROD

FOUR = (PROD, DEV, HUB, LOOSE)


def start(cloudformation, *accounts, **more):
    fields = {
        "StackSetName": "roles",
        "Regions": [REGION],
        "DeploymentTargets": targets(*accounts),
        "OperationPreferences": at_once(),
    } | more
    return cloudformation.create_stack_instances(**fields)["OperationId"]


def wait_for_running(cloudformation, operation, count):
    """A held operation reaches a state and stays there, so waiting for it is safe."""
    while len(results(cloudformation, operation, Filters=[{"Name": "OPERATION_RESULT_STATUS", "Values": "RUNNING"}])) < count:
        time.sleep(0.01)


def test_operations_run_in_the_background_and_show_their_accounts(sandbox, client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    sandbox.faults.hold = True
    operation = start(cloudformation, *FOUR, OperationPreferences=at_once() | {"MaxConcurrentPercentage": 50})
    wait_for_running(cloudformation, operation, 2)
    assert (
        cloudformation.describe_stack_set_operation(StackSetName="roles", OperationId=operation)["StackSetOperation"]["Status"] == "RUNNING"
    )
    assert sorted(row["Status"] for row in results(cloudformation, operation).values()) == ["PENDING", "PENDING", "RUNNING", "RUNNING"]
    sandbox.release()
    assert finish(cloudformation, operation)["Status"] == "SUCCEEDED"
    assert {row["LastOperationId"] for row in instances(cloudformation).values()} == {operation}


def test_a_second_operation_is_refused_while_one_runs(sandbox, client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    sandbox.faults.hold = True
    start(cloudformation, PROD)
    with pytest.raises(ClientError) as error:
        start(cloudformation, DEV)
    assert code_of(error) == "OperationInProgressException"
    with pytest.raises(ClientError) as error:
        cloudformation.delete_stack_set(StackSetName="roles")
    assert code_of(error) == "OperationInProgressException"


def test_with_managed_execution_it_waits_in_the_queue(sandbox, client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation, ManagedExecution={"Active": True})
    sandbox.faults.hold = True
    start(cloudformation, PROD)
    second = start(cloudformation, DEV)
    assert cloudformation.describe_stack_set_operation(StackSetName="roles", OperationId=second)["StackSetOperation"]["Status"] == "QUEUED"
    sandbox.release()
    assert finish(cloudformation, second)["Status"] == "SUCCEEDED"
    assert instances(cloudformation).keys() == {PROD, DEV}


def test_an_operation_id_is_taken_once(client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    deploy(cloudformation, targets(PROD), OperationId="mine-1")
    for call in (
        lambda: start(cloudformation, DEV, OperationId="mine-1"),
        lambda: cloudformation.update_stack_instances(
            StackSetName="roles", Regions=[REGION], DeploymentTargets=targets(PROD), OperationId="mine-1"
        ),
        lambda: cloudformation.delete_stack_instances(
            StackSetName="roles", Regions=[REGION], DeploymentTargets=targets(PROD), RetainStacks=False, OperationId="mine-1"
        ),
        lambda: cloudformation.update_stack_set(
            StackSetName="roles", UsePreviousTemplate=True, Capabilities=["CAPABILITY_NAMED_IAM"], OperationId="mine-1"
        ),
        lambda: cloudformation.detect_stack_set_drift(StackSetName="roles", OperationId="mine-1"),
    ):
        with pytest.raises(ClientError) as error:
            call()
        assert code_of(error) == "OperationIdAlreadyExistsException"


def test_ids_are_checked_and_unknown_ones_not_found(client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    with pytest.raises(ClientError) as error:
        start(cloudformation, PROD, OperationId="not:allowed")
    assert code_of(error) == "ValidationError"
    for call in (
        lambda: cloudformation.describe_stack_set_operation(StackSetName="roles", OperationId="nobody"),
        lambda: cloudformation.list_stack_set_operation_results(StackSetName="roles", OperationId="nobody"),
        lambda: cloudformation.stop_stack_set_operation(StackSetName="roles", OperationId="nobody"),
    ):
        with pytest.raises(ClientError) as error:
            call()
        assert code_of(error) == "OperationNotFoundException"


class TestTolerance:
    def deploy_with_failures(self, sandbox, client, preferences, failing):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        sandbox.faults.failures = [Failure("no", account=account) for account in failing]
        operation = start(cloudformation, *FOUR, OperationPreferences=preferences)
        return finish(cloudformation, operation), results(cloudformation, operation), instances(cloudformation)

    def test_a_failure_too_many_cancels_the_rest(self, sandbox, client):
        found, rows, held = self.deploy_with_failures(sandbox, client, {}, [PROD])
        assert (found["Status"], found["StatusDetails"]) == ("FAILED", {"FailedStackInstancesCount": 1})
        assert rows[PROD]["StatusReason"] == "no"
        assert sorted(row["Status"] for row in rows.values()) == ["CANCELLED", "CANCELLED", "CANCELLED", "FAILED"]
        assert {row["Status"] for row in held.values()} == {"OUTDATED"}
        assert held[PROD]["StackInstanceStatus"]["DetailedStatus"] == "FAILED"

    def test_tolerated_failures_leave_the_operation_succeeded(self, sandbox, client):
        found, rows, _ = self.deploy_with_failures(sandbox, client, {"FailureTolerancePercentage": 25}, [PROD])
        assert (found["Status"], found["StatusDetails"]["FailedStackInstancesCount"]) == ("SUCCEEDED", 1)
        assert sorted(row["Status"] for row in rows.values()) == ["FAILED", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]

    def test_percentages_round_down(self, sandbox, client):
        found, _, _ = self.deploy_with_failures(sandbox, client, {"FailureTolerancePercentage": 24}, [PROD])
        assert found["Status"] == "FAILED"

    def test_strict_mode_starts_no_more_than_may_fail_plus_one(self, sandbox, client):
        preferences = {"MaxConcurrentCount": 4, "FailureToleranceCount": 1}
        _, rows, _ = self.deploy_with_failures(sandbox, client, preferences, FOUR)
        assert sorted(row["Status"] for row in rows.values()) == ["CANCELLED", "CANCELLED", "FAILED", "FAILED"]

    def test_soft_mode_starts_as_many_as_asked(self, sandbox, client):
        preferences = {"MaxConcurrentCount": 4, "FailureToleranceCount": 1, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}
        _, rows, _ = self.deploy_with_failures(sandbox, client, preferences, FOUR)
        assert {row["Status"] for row in rows.values()} == {"FAILED"}

    def test_count_and_percentage_exclude_each_other(self, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        with pytest.raises(ClientError) as error:
            start(cloudformation, PROD, OperationPreferences={"FailureToleranceCount": 1, "FailureTolerancePercentage": 10})
        assert code_of(error) == "ValidationError"

    def test_creating_again_retries_what_failed_and_leaves_the_rest(self, sandbox, client):
        cloudformation = client("cloudformation")
        make_stack_set(cloudformation)
        sandbox.faults.failures = [Failure("no", account=PROD, times=1)]
        first = start(cloudformation, *FOUR, OperationPreferences=at_once(FailureTolerancePercentage=50))
        finish(cloudformation, first)
        second = start(cloudformation, *FOUR)
        finish(cloudformation, second)
        assert results(cloudformation, second).keys() == {PROD}
        assert {row["Status"] for row in instances(cloudformation).values()} == {"CURRENT"}
        assert instances(cloudformation)[DEV]["LastOperationId"] == first


def test_a_stopped_operation_ends_what_it_began_and_no_more(sandbox, client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    sandbox.faults.hold = True
    operation = start(cloudformation, *FOUR, OperationPreferences={})
    wait_for_running(cloudformation, operation, 1)
    cloudformation.stop_stack_set_operation(StackSetName="roles", OperationId=operation)
    assert (
        cloudformation.describe_stack_set_operation(StackSetName="roles", OperationId=operation)["StackSetOperation"]["Status"]
        == "STOPPING"
    )
    sandbox.release()
    assert finish(cloudformation, operation)["Status"] == "STOPPED"
    assert sorted(row["Status"] for row in results(cloudformation, operation).values()) == ["CANCELLED"] * 3 + ["SUCCEEDED"]
    with pytest.raises(ClientError) as error:
        cloudformation.stop_stack_set_operation(StackSetName="roles", OperationId=operation)
    assert code_of(error) == "InvalidOperationException"


def test_operations_are_listed_newest_first_and_results_filtered(client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    deploy(cloudformation, targets(PROD), OperationId="first")
    deploy(cloudformation, targets(DEV), OperationId="second")
    assert [row["OperationId"] for row in cloudformation.list_stack_set_operations(StackSetName="roles")["Summaries"]] == [
        "second",
        "first",
    ]
    assert instances(cloudformation, Filters=[{"Name": "LAST_OPERATION_ID", "Values": "first"}]).keys() == {PROD}
    assert instances(cloudformation, Filters=[{"Name": "DETAILED_STATUS", "Values": "FAILED"}]) == {}
    assert instances(cloudformation, StackInstanceAccount=DEV).keys() == {DEV}


def test_a_policy_for_a_role_that_is_missing_fails_in_that_account_alone(client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    make_stack_set(cloudformation, "extra", policy_template())
    deploy(cloudformation, targets(PROD))
    found = deploy(cloudformation, targets(PROD, DEV), "extra", OperationPreferences=at_once(FailureToleranceCount=1))
    assert found["StatusDetails"]["FailedStackInstancesCount"] == 1
    assert "role with name Spoke cannot be found" in instances(cloudformation, "extra")[DEV]["StatusReason"]


def test_a_role_that_exists_already_fails_and_is_left_as_it_was(client):
    iam = client("iam", PROD)
    iam.create_role(RoleName="Spoke", AssumeRolePolicyDocument="{}", Description="theirs")
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    deploy(cloudformation, targets(PROD))
    assert "AWS::EarlyValidation::ResourceExistenceCheck" in instances(cloudformation)[PROD]["StatusReason"]
    assert iam.get_role(RoleName="Spoke")["Role"]["Description"] == "theirs"


def test_a_thousand_accounts_are_seeded_listed_and_deployed_to(sandbox, client):
    sandbox.seed(
        {
            "organization": {"id": "o-exampleorgid", "management_account": "123456789012", "root": "r-ab12"},
            "accounts": [{"id": f"{200000000000 + number}", "name": f"a{number}"} for number in range(1000)],
        }
    )
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation, body=role_template(principal="*"))
    assert deploy(cloudformation, everywhere())["Status"] == "SUCCEEDED"
    assert len(cloudformation.list_stack_instances(StackSetName="roles")["Summaries"]) == 100
    assert len(instances(cloudformation)) == 1000


@pytest.mark.parametrize(("accounts", "percent", "together"), [(250, 100, 100), (250, 20, 50), (3, 10, 1)])
def test_a_hundred_accounts_are_worked_on_at_once_at_most(accounts, percent, together):
    preferences = {"MaxConcurrentPercentage": percent}
    operation = Operation("op-1", "CREATE", datetime(2026, 11, 24, tzinfo=UTC), preferences, lambda _: None)
    operation.results = {(str(number), REGION): Result(None) for number in range(accounts)}
    assert limits(operation) == (together, 0)
