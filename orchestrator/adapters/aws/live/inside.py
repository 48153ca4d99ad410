"""The two accounts from inside, by the access roles: roles, policies and stacks as a user there would make and delete them."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.absence import unless_absent
from orchestrator.adapters.aws.access import SESSION_NAME, AccountSession
from orchestrator.adapters.aws.clients import Credentials
from orchestrator.adapters.aws.errors import code_of
from orchestrator.adapters.aws.live.template import policy
from orchestrator.adapters.aws.live.trial import PATIENCE, POLL_SECONDS
from orchestrator.errors import AwsError
from orchestrator.model.identifiers import AccountId, Region, partition_of
from orchestrator.ports import Clock

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import ParameterTypeDef
    from types_boto3_iam import IAMClient
    from types_boto3_kms import KMSClient
    from types_boto3_sts import STSClient

SHORTEST_DAYS = 7
"""A key waits at least so long for its deletion (https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html)."""


class Inside:
    """One account. Removing what is not there does nothing."""

    def __init__(self, session: AccountSession, region: Region, clock: Clock) -> None:
        self._session = session
        self._region = region
        self._partition = partition_of(region)
        self._clock = clock
        self.account = session.account

    @property
    def iam(self) -> "IAMClient":
        return self._session.client("iam")

    @property
    def sts(self) -> "STSClient":
        return self._session.client("sts", region=self._region)

    @property
    def kms(self) -> "KMSClient":
        return self._session.client("kms", region=self._region)

    @property
    def cloudformation(self) -> "CloudFormationClient":
        return self._session.client("cloudformation", region=self._region)

    def make_role(self, name: str, trusted: AccountId | None = None) -> str:
        """One that an account trusts, its own by default, and that may do nothing; returns its ARN."""
        account_arn = f"arn:{self._partition}:iam::{trusted or self.account}:root"
        trust = json.dumps(policy("sts:AssumeRole", Principal={"AWS": account_arn}))
        return self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]

    def put_policy(self, role: str, name: str, document: object) -> None:
        self.iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))

    def policy(self, role: str, name: str) -> object:
        """The document of an inline policy, which botocore parses."""
        return self.iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]

    def remove_role(self, name: str) -> None:
        for found in unless_absent(lambda: self.iam.list_role_policies(RoleName=name)["PolicyNames"]) or []:
            self.remove_policy(name, found)
        unless_absent(lambda: self.iam.delete_role(RoleName=name))

    def remove_policy(self, role: str, name: str) -> None:
        unless_absent(lambda: self.iam.delete_role_policy(RoleName=role, PolicyName=name))

    def has_role(self, name: str) -> bool:
        return unless_absent(lambda: self.iam.get_role(RoleName=name)) is not None

    def max_session(self, role: str) -> int:
        """In seconds."""
        return self.iam.get_role(RoleName=role)["Role"].get("MaxSessionDuration", 0)

    def kms_as(self, role_arn: str) -> "KMSClient":
        """Calls KMS as this role."""
        given = self.sts.assume_role(RoleArn=role_arn, RoleSessionName=SESSION_NAME)["Credentials"]
        keys = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], given["Expiration"], role_arn)
        return self._session.client("kms", region=self._region, credentials=keys)

    def remove_keys(self, description: str) -> None:
        for page in self.kms.get_paginator("list_keys").paginate():
            for key in page["Keys"]:
                shown = self.kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
                if shown.get("Description") == description and shown.get("KeyState") != "PendingDeletion":
                    self.kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=SHORTEST_DAYS)

    def stack_status(self, stack: str) -> str:
        """By name or id; ``absent`` when there is none."""
        try:
            return str(self.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])
        except ClientError as error:
            if code_of(error) == "ValidationError":
                return "absent"
            raise

    def update_stack(self, stack: str, parameters: "list[ParameterTypeDef]") -> str:
        """With the template it has; the status it ends in."""
        self.cloudformation.update_stack(
            StackName=stack, UsePreviousTemplate=True, Parameters=parameters, Capabilities=["CAPABILITY_NAMED_IAM"]
        )
        return self.settled(stack)

    def delete_stack(self, stack: str) -> str:
        """The status it ends in."""
        self.cloudformation.delete_stack(StackName=stack)
        return self.settled(stack)

    def settled(self, stack: str) -> str:
        begin = self._clock.now()
        while (status := self.stack_status(stack)).endswith("_IN_PROGRESS"):
            if self._clock.now() - begin > PATIENCE:
                raise AwsError(f"stack {stack} is still {status}.", where=self.account, remedy="Look at it in CloudFormation.")
            self._clock.sleep(POLL_SECONDS)
        return status

    def stacks_of(self, stack_set: str) -> list[tuple[str, str]]:
        """Id and status of every stack the StackSet made here, deleted ones included."""
        pages = self.cloudformation.get_paginator("list_stacks").paginate()
        rows = [row for page in pages for row in page["StackSummaries"] if row["StackName"].startswith(f"StackSet-{stack_set}-")]
        return [(row.get("StackId", ""), str(row["StackStatus"])) for row in rows]
