"""Steps the tests of StackSets share: templates, making a StackSet, running operations to their end."""

import json
import time
from typing import Any

ROOT = "r-ab12"
REGION = "us-east-1"


def trust(principal: str, condition: dict[str, Any] | None = None) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}


def policy(*actions: str, resource: str = "*", condition: dict[str, Any] | None = None) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}


def role_template(name: str = "Spoke", principal: str = "arn:aws:iam::222222222222:root", **properties: Any) -> str:
    fields = {"RoleName": name, "AssumeRolePolicyDocument": trust(principal)} | properties
    return json.dumps({"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": fields}}})


def policy_template(role: str = "Spoke", name: str = "extra", *actions: str) -> str:
    fields = {"RoleName": role, "PolicyName": name, "PolicyDocument": policy(*(actions or ("ec2:DescribeInstances",)))}
    return json.dumps({"Resources": {"Policy": {"Type": "AWS::IAM::RolePolicy", "Properties": fields}}})


def make_stack_set(cloudformation: Any, name: str = "roles", body: str | None = None, **fields: Any) -> str:
    chosen = {
        "StackSetName": name,
        "TemplateBody": body or role_template(),
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "PermissionModel": "SERVICE_MANAGED",
        "AutoDeployment": {"Enabled": False},
    } | fields
    return str(cloudformation.create_stack_set(**chosen)["StackSetId"])


def targets(*accounts: str, unit: str = ROOT, kind: str = "INTERSECTION") -> dict[str, Any]:
    return {"OrganizationalUnitIds": [unit], "Accounts": list(accounts), "AccountFilterType": kind}


def everywhere(unit: str = ROOT) -> dict[str, Any]:
    return {"OrganizationalUnitIds": [unit]}


def at_once(**more: Any) -> dict[str, Any]:
    return {"MaxConcurrentPercentage": 100, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"} | more


def finish(cloudformation: Any, operation: str, name: str = "roles", **more: Any) -> dict[str, Any]:
    """Wait for the end of an operation, however it ends."""
    while True:
        found: dict[str, Any] = cloudformation.describe_stack_set_operation(StackSetName=name, OperationId=operation, **more)[
            "StackSetOperation"
        ]
        if found["Status"] in {"SUCCEEDED", "FAILED", "STOPPED"}:
            return found
        time.sleep(0.01)


def deploy(cloudformation: Any, chosen: dict[str, Any] | None = None, name: str = "roles", **more: Any) -> dict[str, Any]:
    fields = {
        "StackSetName": name,
        "Regions": [REGION],
        "DeploymentTargets": chosen or everywhere(),
        "OperationPreferences": at_once(),
    } | more
    return finish(cloudformation, cloudformation.create_stack_instances(**fields)["OperationId"], name)


def withdraw(cloudformation: Any, chosen: dict[str, Any] | None = None, name: str = "roles", **more: Any) -> dict[str, Any]:
    fields = {
        "StackSetName": name,
        "Regions": [REGION],
        "DeploymentTargets": chosen or everywhere(),
        "OperationPreferences": at_once(),
        "RetainStacks": False,
    } | more
    return finish(cloudformation, cloudformation.delete_stack_instances(**fields)["OperationId"], name)


def instances(cloudformation: Any, name: str = "roles", **more: Any) -> dict[str, dict[str, Any]]:
    pages = cloudformation.get_paginator("list_stack_instances").paginate(StackSetName=name, **more)
    return {row["Account"]: row for page in pages for row in page["Summaries"]}


def results(cloudformation: Any, operation: str, name: str = "roles", **more: Any) -> dict[str, dict[str, Any]]:
    pages = cloudformation.get_paginator("list_stack_set_operation_results").paginate(StackSetName=name, OperationId=operation, **more)
    return {row["Account"]: row for page in pages for row in page["Summaries"]}


def code_of(error: Any) -> str:
    return str(error.value.response["Error"]["Code"])
