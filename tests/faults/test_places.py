"""The management account, the hub in it, and a delegated administrator in its place."""

import json
from dataclasses import replace

import pytest

from orchestrator.errors import RefusedError
from orchestrator.execution.events import OperationSubmitted
from orchestrator.model.operation import CreateInstances
from orchestrator.model.rollout import CallAs
from orchestrator.runs import status, verify
from orchestrator.sandbox.faults import Failure
from orchestrator.sandbox.iam_store import IamStore
from tests.faults.stage import HUB, HUB_RULE, MANAGEMENT, MANAGEMENT_RULE, REST, ROLE_SET, WORKLOADS
from tests.worlds.rollouts import rule


def test_a_failing_management_stack_is_named_and_retried(stage):
    stage.rules = (MANAGEMENT_RULE,)
    stage.tolerance = 100
    stage.sandbox.faults.failures = [Failure(account=MANAGEMENT, stack="cado-role-discovery")]
    plan, outcome = stage.converge()
    assert {failure.account for failure in outcome.failed} == {MANAGEMENT}
    stage.sandbox.faults.failures = []
    assert stage.apply(plan).is_converged
    assert verify(stage.tools()).is_converged


def test_the_hub_is_the_management_account(stage):
    stage.hub, stage.rules = MANAGEMENT, (rule("hub", "management", grant=["hub-checks"]),)
    plan, outcome = stage.converge()
    assert {operation.kind for operation in outcome.operations if operation.stack_set == "cado-hub-checks"} == {"create_stack"}
    stage.check_converged(plan, outcome)


def test_a_delegated_administrator_leaves_the_management_account_out_and_says_so(stage, monkeypatch):
    for name, value in stage.sandbox.environment(HUB).items():
        monkeypatch.setenv(name, value)
    stage.rules, stage.call_as = (HUB_RULE, MANAGEMENT_RULE), "delegated-admin"
    plan, outcome = stage.converge()
    assert any(MANAGEMENT in warning and "management-discovery" in warning for warning in plan.warnings)
    assert outcome.is_converged
    assert stage.plan().operations == ()


def test_what_the_rules_grant_out_of_reach_is_not_verified(stage, monkeypatch):
    for name, value in stage.sandbox.environment(HUB).items():
        monkeypatch.setenv(name, value)
    stage.rules, stage.call_as = (HUB_RULE, MANAGEMENT_RULE), "delegated-admin"
    stage.converge()
    found = verify(stage.tools())
    assert [(difference.account, difference.stack_set) for difference in found.unreachable] == [(MANAGEMENT, "cado-management-discovery")]
    assert "access.management_role_arn" in found.unreachable[0].detail
    assert not found.is_converged
    stage.rules = (HUB_RULE,)
    assert verify(stage.tools()).is_converged


def test_stacks_that_cannot_be_reached_any_more_are_not_taken_for_deleted(stage, monkeypatch):
    stage.rules = (HUB_RULE, MANAGEMENT_RULE)
    stage.converge()
    stage.grants = ("spoke-checks", "spoke-ec2", "spoke-kms")
    plan = stage.plan()
    for name, value in stage.sandbox.environment(HUB).items():
        monkeypatch.setenv(name, value)
    stage.call_as = "delegated-admin"
    made = replace(plan, header=replace(plan.header, call_as=CallAs.DELEGATED_ADMIN))
    with pytest.raises(RefusedError, match="cannot be reached from here"):
        stage.apply(stage.tools().codec.seal(made))


def test_a_role_that_failed_shows_in_the_status_of_its_account(stage):
    stage.converge()
    stage.spoke = {"external_id": "a-new-external-id"}
    stage.sandbox.faults.failures = [Failure(account=REST[0], stack=ROLE_SET, action="UPDATE")]
    stage.converge()
    wrong = [(entry.id, entry.failed) for entry in status(stage.tools()).accounts if not entry.is_as_wanted]
    assert wrong == [(REST[0], ("role-spoke",))]


def test_an_operation_that_was_stopped_when_all_was_done_failed_nowhere(stage):
    stage.converge()
    stage.grants = ("spoke-checks", "spoke-ec2", "spoke-kms")
    stage.sandbox.faults.hold = True
    plan = stage.plan()
    stopped: list[str] = []

    def stop_and_release(event):
        if isinstance(event, OperationSubmitted) and isinstance(event.operation, CreateInstances) and not stopped:
            stopped.append(event.operation.place.name)
            rows = stage.client().list_stack_set_operations(StackSetName=stopped[0])["Summaries"]
            place = {"StackSetName": stopped[0], "OperationId": rows[0]["OperationId"]}
            while {row["Status"] for row in stage.client().list_stack_set_operation_results(**place)["Summaries"]} != {"RUNNING"}:
                stage.tools().clock.sleep(0.01)
            stage.client().stop_stack_set_operation(**place)
            stage.sandbox.faults.hold = False
            stage.sandbox.release()

    outcome = stage.apply(plan, tell=stop_and_release)
    assert stopped
    assert outcome.failed == ()
    assert outcome.is_converged


def test_a_role_that_is_handed_over_is_no_difference(stage):
    stage.converge()
    stage.spoke = {"managed": False}
    assert stage.plan().operations == ()
    assert verify(stage.tools()).is_converged
    assert all(entry.is_as_wanted for entry in status(stage.tools()).accounts)


def test_a_foreign_stack_with_the_name_of_a_role_is_a_violation(stage):
    stage.rules = (MANAGEMENT_RULE,)
    stage.client().create_stack(StackName="cado-role-discovery", TemplateBody='{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}')
    assert [violation.kind for violation in stage.plan().violations] == ["foreign_stack_set"]


def test_what_others_deploy_under_our_names_is_in_no_plan(stage):
    template = json.dumps({"Parameters": {"DbPassword": {"Type": "String"}}, "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    content = {"TemplateBody": template, "Parameters": [{"ParameterKey": "DbPassword", "ParameterValue": "a-password"}]}
    stage.client().create_stack(StackName="cado-dashboards", **content)
    settings = {"PermissionModel": "SERVICE_MANAGED", "AutoDeployment": {"Enabled": False}}
    stage.client().create_stack_set(StackSetName="cado-alarms", **content, **settings)
    plan = stage.plan()
    text = stage.tools().codec.encode(plan).decode()
    assert all(name in text for name in ("cado-dashboards", "cado-alarms"))
    assert not any(content in text for content in ("a-password", "DbPassword", "AWS::SNS::Topic"))
    stage.client().delete_stack(StackName="cado-dashboards")
    with pytest.raises(RefusedError, match="stack cado-dashboards in the management account was deleted"):
        stage.apply(plan)


def test_a_boundary_of_each_accounts_own_bounds_every_spoke_by_its_own_policy(stage):
    stage.spoke = {"permissions_boundary": "arn:aws:iam::${account}:policy/limits/Boundary"}
    allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    for account in WORKLOADS[1:]:
        IamStore(account).add_policy("Boundary", "/limits/", allow, "")
    outcome = stage.converge()[1]
    assert {failure.account for failure in outcome.failed} == {WORKLOADS[0]}
    assert all("Create it there first" in failure.hint for failure in outcome.failed if failure.stack_set == ROLE_SET)
    IamStore(WORKLOADS[0]).add_policy("Boundary", "/limits/", allow, "")
    assert stage.converge()[1].is_converged
    bounds = {account: IamStore(account).need_role("CadoResponseCrossAccountRole").permissions_boundary_arn for account in WORKLOADS}
    assert bounds == {account: f"arn:aws:iam::{account}:policy/limits/Boundary" for account in WORKLOADS}
