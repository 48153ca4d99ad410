"""What the live list of doctor may leave in a local AWS."""

from typing import Any

import boto3

from orchestrator.sandbox import Sandbox


def client(sandbox: Sandbox, service: str, account: str) -> Any:
    """As an administrator of the account."""
    variables = sandbox.environment(account)
    return boto3.client(
        service,  # type: ignore[call-overload]  # not a literal here
        endpoint_url=sandbox.endpoint,
        region_name="us-east-1",
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key="sandbox",
    )


def left_of_the_list(sandbox: Sandbox, management: str, *accounts: str) -> list[str]:
    """StackSets, stacks, roles, inline policies and keys whose names have the list's own prefix."""
    found = [row["StackSetName"] for row in client(sandbox, "cloudformation", management).list_stack_sets(Status="ACTIVE")["Summaries"]]
    for account in accounts:
        stacks = client(sandbox, "cloudformation", account).list_stacks()["StackSummaries"]
        found += [row["StackName"] for row in stacks if row["StackStatus"] != "DELETE_COMPLETE"]
        found += [role["RoleName"] for role in client(sandbox, "iam", account).list_roles()["Roles"]]
        kms = client(sandbox, "kms", account)
        keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
        found += [key["Description"] for key in keys if key["KeyState"] != "PendingDeletion"]
    return [name for name in found if "doctor-" in name]
