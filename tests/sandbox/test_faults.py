import http.client
import json
import threading

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from orchestrator.sandbox import Failure, Sandbox, load_snapshot
from tests.sandbox.conftest import SNAPSHOT
from tests.sandbox.stack_set_steps import (
    REGION,
    code_of,
    deploy,
    finish,
    instances,
    make_stack_set,
    results,
    role_template,
    targets,
    withdraw,
)
from tests.worlds.organizations import DEV, HUB, MANAGEMENT, PROD

NAMED = ["CAPABILITY_NAMED_IAM"]


def ask(sandbox, path, body=None, method=None):
    status, answer = send(sandbox, path, body, method)
    assert status == 200, answer
    return answer


def send(sandbox, path, body=None, method=None):
    connection = http.client.HTTPConnection(sandbox.endpoint.removeprefix("http://"))
    try:
        connection.request(method or ("GET" if body is None else "POST"), f"/_sandbox/{path}", None if body is None else json.dumps(body))
        answer = connection.getresponse()
        return answer.status, json.load(answer)
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("service", "call", "code"),
    [
        ("organizations", lambda it: it.list_roots(), "TooManyRequestsException"),
        ("cloudformation", lambda it: it.list_stack_sets(), "Throttling"),
        ("sts", lambda it: it.get_caller_identity(), "Throttling"),
        ("iam", lambda it: it.list_roles(), "Throttling"),
        ("kms", lambda it: it.list_aliases(), "ThrottlingException"),
        ("resourcegroupstaggingapi", lambda it: it.get_resources(), "ThrottledException"),
        ("s3", lambda it: it.list_buckets(), "SlowDown"),
    ],
)
def test_every_service_throttles_in_its_own_words(sandbox, client, service, call, code):
    sandbox.faults.throttle = {f"{service}:*": 1.0}
    with pytest.raises(ClientError) as error:
        call(client(service))
    assert code_of(error) == code


def test_a_client_that_retries_gets_through_a_counted_throttle(sandbox, client):
    sandbox.faults.throttle_next = {"organizations:ListRoots": 1}
    assert client("organizations", attempts=3).list_roots()["Roots"]
    assert sandbox.journal.count("organizations:ListRoots") == 2
    assert [call.answer for call in sandbox.journal.calls()] == ["TooManyRequestsException", "ok"]


def test_the_dice_fall_the_same_way_for_the_same_seed(client, sandbox):
    def throw():
        sandbox.faults.change({"seed": 7, "throttle": {"sts:*": 0.5}})
        outcomes = []
        for _ in range(20):
            try:
                client("sts").get_caller_identity()
                outcomes.append(True)
            except ClientError:
                outcomes.append(False)
        return outcomes

    first = throw()
    assert first == throw()
    assert len(set(first)) == 2


def test_a_lost_answer_belongs_to_a_call_that_was_carried_out(sandbox, client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    sandbox.faults.lose_next = {"cloudformation:CreateStackInstances": 1}
    with pytest.raises(ConnectionClosedError):
        deploy(cloudformation, targets(PROD), OperationId="mine")
    assert finish(cloudformation, "mine")["Status"] == "SUCCEEDED"
    sandbox.faults.lose_next = {"cloudformation:DeleteStackInstances": 1}
    with pytest.raises(ClientError) as error:
        withdraw(client("cloudformation", attempts=2), targets(PROD), OperationId="mine-2")
    assert code_of(error) == "OperationIdAlreadyExistsException"
    assert finish(cloudformation, "mine-2")["Status"] == "SUCCEEDED"
    assert instances(cloudformation) == {}


def test_an_emulated_service_loses_answers_too(sandbox, client):
    sandbox.faults.lose_next = {"s3:CreateBucket": 1}
    with pytest.raises(ConnectionClosedError):
        client("s3").create_bucket(Bucket="lost-bucket")
    assert [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]] == ["lost-bucket"]


def test_single_operations_in_single_accounts_can_be_denied(sandbox, client):
    sandbox.faults.deny = [f"iam:*@{PROD}", "organizations:ListTagsForResource"]
    with pytest.raises(ClientError) as error:
        client("iam", PROD).get_role(RoleName="x")
    assert code_of(error) == "AccessDenied"
    assert client("iam", DEV).list_roles()["Roles"]
    with pytest.raises(ClientError) as error:
        client("organizations").list_tags_for_resource(ResourceId=PROD)
    assert code_of(error) == "AccessDeniedException"


def test_accounts_fail_by_action_and_stack_as_often_as_asked(sandbox, client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    sandbox.faults.failures = [Failure("SCP says no", account=PROD, stack="roles", action="DELETE", times=1)]
    assert deploy(cloudformation, targets(PROD, DEV))["Status"] == "SUCCEEDED"
    withdraw(cloudformation, targets(PROD))
    assert instances(cloudformation)[PROD]["StatusReason"] == "SCP says no"
    assert instances(cloudformation)[PROD]["Status"] == "INOPERABLE"
    assert withdraw(cloudformation, targets(PROD))["Status"] == "SUCCEEDED"


def test_lists_lag_behind_by_reads_and_descriptions_do_not(sandbox, client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    sandbox.faults.list_lag_reads = 2
    operation = deploy(cloudformation, targets(PROD))["OperationId"]
    assert cloudformation.list_stack_instances(StackSetName="roles")["Summaries"] == []
    assert cloudformation.list_stack_set_operations(StackSetName="roles")["Summaries"] == []
    assert instances(cloudformation).keys() == {PROD}
    assert results(cloudformation, operation).keys() == {PROD}


def test_held_accounts_keep_their_operation_running_until_released(sandbox, client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    sandbox.faults.hold_accounts = [PROD]
    fields = {"StackSetName": "roles", "Regions": ["us-east-1"], "DeploymentTargets": targets(PROD, DEV)}
    fields["OperationPreferences"] = {"MaxConcurrentCount": 2, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}
    operation = cloudformation.create_stack_instances(**fields)["OperationId"]
    while results(cloudformation, operation)[DEV]["Status"] != "SUCCEEDED":
        pass
    assert results(cloudformation, operation)[PROD]["Status"] == "RUNNING"
    sandbox.release()
    assert finish(cloudformation, operation)["Status"] == "SUCCEEDED"


def test_a_sandbox_stops_although_an_operation_is_held_and_leaves_no_thread(sandbox, client):
    cloudformation = client("cloudformation")
    make_stack_set(cloudformation)
    sandbox.faults.hold = True
    fields = {"StackSetName": "roles", "Regions": ["us-east-1"], "DeploymentTargets": targets(PROD, DEV)}
    cloudformation.create_stack_instances(**fields)
    assert any(thread.name == "stack-set-roles" for thread in threading.enumerate())
    sandbox.stop()
    # A browser that other tests share waits for its process in a thread of its own.
    assert [thread for thread in threading.enumerate() if not thread.name.startswith("asyncio-")] == [threading.main_thread()]


def test_a_held_plain_stack_stays_in_progress(sandbox, client):
    cloudformation = client("cloudformation")
    sandbox.faults.hold = True
    cloudformation.create_stack(StackName="mine", TemplateBody=role_template(), Capabilities=["CAPABILITY_NAMED_IAM"])
    assert cloudformation.describe_stacks(StackName="mine")["Stacks"][0]["StackStatus"] == "CREATE_IN_PROGRESS"
    sandbox.release()
    assert cloudformation.describe_stacks(StackName="mine")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"


class TestControl:
    def test_faults_are_switched_and_read_by_other_processes(self, sandbox, client):
        ask(sandbox, "faults", {"throttle": {"sts:*": 1.0}, "failures": [{"reason": "no", "account": PROD}]})
        assert ask(sandbox, "faults")["failures"][0]["account"] == PROD
        with pytest.raises(ClientError):
            client("sts").get_caller_identity()
        ask(sandbox, "faults", {"reset": True})
        assert client("sts").get_caller_identity()

    def test_the_world_is_changed_by_other_processes(self, sandbox, client):
        ask(sandbox, "world", {"do": "set_state", "account": PROD, "state": "SUSPENDED"})
        assert client("organizations").describe_account(AccountId=PROD)["Account"]["State"] == "SUSPENDED"
        assert ask(sandbox, "world", {"do": "make_foreign_stack_set", "name": "theirs"})["result"].startswith("theirs:")

    def test_the_journal_tells_reads_from_writes(self, sandbox, client):
        make_stack_set(client("cloudformation"))
        client("cloudformation").list_stack_sets()
        rows = ask(sandbox, "journal")
        assert [(row["operation"], row["write"], row["target"], row["account"]) for row in rows] == [
            ("CreateStackSet", True, "roles", MANAGEMENT),
            ("ListStackSets", False, "", MANAGEMENT),
        ]
        assert [call.operation for call in sandbox.journal.writes()] == ["CreateStackSet"]
        assert len(ask(sandbox, "journal?since=1")) == 1
        ask(sandbox, "journal", method="DELETE")
        assert ask(sandbox, "journal") == []

    def test_the_variables_of_any_account_can_be_asked_for(self, sandbox):
        assert ask(sandbox, f"environment?account={HUB}") == sandbox.environment(HUB)

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("faults", {"throttle": 1}),
            ("faults", {"failures": "all"}),
            ("world", {"do": "explode"}),
            ("world", {"do": "set_state", "account": PROD, "state": "GONE"}),
            ("world", {"do": "set_state", "account": "000000000000", "state": "ACTIVE"}),
            ("nothing", {}),
        ],
    )
    def test_a_request_it_does_not_understand_is_refused_in_words(self, sandbox, path, body):
        status, answer = send(sandbox, path, body)
        assert status == 400
        assert answer["error"]


def test_one_sandbox_follows_another_with_an_empty_world(client, sandbox):
    client("s3").create_bucket(Bucket="left-behind")
    client("iam", PROD).create_role(RoleName="left-behind", AssumeRolePolicyDocument="{}")
    sandbox.stop()
    with Sandbox() as second:
        second.seed(SNAPSHOT)
        again = second.environment(PROD)
        assert again["AWS_ENDPOINT_URL"] == second.endpoint


def test_two_at_once_are_refused(sandbox):
    with pytest.raises(RuntimeError, match="runs already"):
        Sandbox().start()


def test_a_snapshot_is_read_from_its_file(tmp_path):
    path = tmp_path / "organization.yaml"
    path.write_text('organization: {id: o-x, management_account: "123456789012", root: r-x}\naccounts: []\n')
    assert load_snapshot(path)["organization"]["id"] == "o-x"
    path.write_text("just: text")
    with pytest.raises(ValueError, match="not a snapshot"):
        load_snapshot(path)


class TestTime:
    def test_a_stack_takes_its_seconds_on_the_clock_of_the_sandbox(self, sandbox, client):
        cloudformation = client("cloudformation")
        sandbox.faults.seconds_per_instance = 3600.0
        make_stack_set(cloudformation)
        fields = {"StackSetName": "roles", "Regions": [REGION], "DeploymentTargets": targets(PROD)}
        operation = cloudformation.create_stack_instances(**fields)["OperationId"]
        described = cloudformation.describe_stack_set_operation(StackSetName="roles", OperationId=operation)
        assert described["StackSetOperation"]["Status"] == "RUNNING"
        sandbox.advance_clock(3600)
        assert finish(cloudformation, operation)["Status"] == "SUCCEEDED"

    def test_a_role_just_made_can_neither_be_assumed_nor_trusted_for_some_seconds(self, sandbox, client):
        sandbox.faults.iam_lag_seconds = 10.0
        cloudformation, arn = client("cloudformation", PROD), f"arn:aws:iam::{PROD}:role/Spoke"
        cloudformation.create_stack(
            StackName="first", TemplateBody=role_template(principal=f"arn:aws:iam::{PROD}:root"), Capabilities=NAMED
        )
        trusting = {"TemplateBody": role_template("Other", arn), "Capabilities": NAMED}
        cloudformation.create_stack(StackName="second", **trusting)
        (stack,) = cloudformation.describe_stacks(StackName="second")["Stacks"]
        assert "Invalid principal in policy" in stack["StackStatusReason"]
        with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole"):
            client("sts", PROD).assume_role(RoleArn=arn, RoleSessionName="early")
        sandbox.advance_clock(11)
        assert client("sts", PROD).assume_role(RoleArn=arn, RoleSessionName="later")["Credentials"]
        cloudformation.create_stack(StackName="third", **trusting)
        assert cloudformation.describe_stacks(StackName="third")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"

    def test_the_access_role_is_as_old_as_its_account(self, sandbox, client):
        sandbox.faults.iam_lag_seconds = 10.0
        arn = f"arn:aws:iam::{PROD}:role/OrganizationAccountAccessRole"
        assert client("sts").assume_role(RoleArn=arn, RoleSessionName="at-once")["Credentials"]
