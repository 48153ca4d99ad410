"""What the platform does when it first needs a multi-Region key: from its instance into the acquisition role, and from there to KMS."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import boto3

from orchestrator.sandbox.sandbox import Sandbox

SERVICE_LINKED_ROLE = "AWSServiceRoleForKeyManagementServiceMultiRegionKeys"


def use_for_the_first_time(sandbox: Sandbox, account: str, platform_role: str, acquisition_role: str) -> tuple[str, datetime]:
    """The ARN of the new key, and since when the service-linked role exists. Raises botocore's ClientError where a right is missing."""
    platform = client("sts", sandbox.instance_environment(account, platform_role))
    arn = f"arn:aws:iam::{account}:role/{acquisition_role}"
    given = platform.assume_role(RoleArn=arn, RoleSessionName="first-use")["Credentials"]
    session = {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }
    key = client("kms", sandbox.environment(account) | session).create_key(MultiRegion=True)
    role = client("iam", sandbox.environment(account)).get_role(RoleName=SERVICE_LINKED_ROLE)
    return str(key["KeyMetadata"]["Arn"]), role["Role"]["CreateDate"]


def client(service: str, variables: Mapping[str, str]) -> Any:  # noqa: ANN401 - boto3 builds its clients at run time
    """A client with exactly these credentials."""
    return boto3.client(  # type: ignore[call-overload] # the name of the service is not a literal here
        service,
        region_name=variables["AWS_REGION"],
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=variables["AWS_SESSION_TOKEN"] or None,
    )
