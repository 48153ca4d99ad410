"""A StackSet to try things on: every operation is waited for, and what it left in each account is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import code_of
from orchestrator.adapters.aws.live.template import DESCRIPTION, PARAMETERS, template
from orchestrator.adapters.aws.site import Site
from orchestrator.errors import AwsError
from orchestrator.ports import Clock

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import ParameterTypeDef, StackSetTypeDef, UpdateStackInstancesInputTypeDef

FINAL = frozenset({"SUCCEEDED", "FAILED", "STOPPED"})
PATIENCE = timedelta(minutes=30)
POLL_SECONDS = 2.0
NO_STACK_SET = "StackSetNotFoundException"


@dataclass(frozen=True, slots=True)
class Ended:
    """An operation that ended, after so many seconds."""

    id: str
    status: str
    seconds: float


class Trial:
    """Calls raise botocore's errors."""

    def __init__(self, client: "CloudFormationClient", site: Site, name: str, clock: Clock) -> None:
        self.name = name
        self._client = client
        self._site = site
        self._clock = clock

    def create(self) -> None:
        """With the name of its role after its own."""
        self._client.create_stack_set(
            StackSetName=self.name,
            Description=DESCRIPTION,
            TemplateBody=template(),
            Parameters=parameters({"RoleName": self.name}),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            PermissionModel="SERVICE_MANAGED",
            AutoDeployment={"Enabled": False},
            ManagedExecution={"Active": True},
            CallAs=self._site.call_as,
        )

    def describe(self) -> "StackSetTypeDef | None":
        try:
            return self._client.describe_stack_set(StackSetName=self.name, CallAs=self._site.call_as)["StackSet"]
        except ClientError as error:
            if code_of(error) == NO_STACK_SET:
                return None
            raise

    def deploy(self, *accounts: str) -> Ended:
        answer = self._client.create_stack_instances(
            StackSetName=self.name,
            DeploymentTargets=self._site.targets(accounts),
            Regions=[self._site.home_region],
            OperationPreferences=self._site.preferences(),
            CallAs=self._site.call_as,
        )
        return self.wait(answer["OperationId"])

    def update(self, *accounts: str, overrides: Mapping[str, str] | None = None) -> Ended:
        request: UpdateStackInstancesInputTypeDef = {
            "StackSetName": self.name,
            "DeploymentTargets": self._site.targets(accounts),
            "Regions": [self._site.home_region],
            "OperationPreferences": self._site.preferences(),
            "CallAs": self._site.call_as,
        }
        if overrides is not None:
            request["ParameterOverrides"] = parameters(overrides)
        return self.wait(self._client.update_stack_instances(**request)["OperationId"])

    def redefine(self, values: Mapping[str, str], *accounts: str) -> Ended:
        """UpdateStackSet with other parameters, for these accounts alone."""
        answer = self._client.update_stack_set(
            StackSetName=self.name,
            UsePreviousTemplate=True,
            Parameters=changed(values),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            DeploymentTargets=self._site.targets(accounts),
            Regions=[self._site.home_region],
            OperationPreferences=self._site.preferences(),
            CallAs=self._site.call_as,
        )
        return self.wait(answer["OperationId"])

    def detect_drift(self) -> Ended:
        answer = self._client.detect_stack_set_drift(
            StackSetName=self.name, OperationPreferences=self._site.looking(), CallAs=self._site.call_as
        )
        return self.wait(answer["OperationId"])

    def withdraw(self, accounts: Sequence[str], *, retain: bool) -> Ended:
        answer = self._client.delete_stack_instances(
            StackSetName=self.name,
            DeploymentTargets=self._site.targets(tuple(accounts)),
            Regions=[self._site.home_region],
            OperationPreferences=self._site.preferences(),
            RetainStacks=retain,
            CallAs=self._site.call_as,
        )
        return self.wait(answer["OperationId"])

    def delete(self) -> None:
        self._client.delete_stack_set(StackSetName=self.name, CallAs=self._site.call_as)

    def wait(self, operation_id: str) -> Ended:
        begin = self._clock.now()
        while True:
            answer = self._client.describe_stack_set_operation(StackSetName=self.name, OperationId=operation_id, CallAs=self._site.call_as)[
                "StackSetOperation"
            ]
            passed = self._clock.now() - begin
            if answer.get("Status") in FINAL:
                return Ended(operation_id, str(answer.get("Status")), round(passed.total_seconds(), 1))
            if passed > PATIENCE:
                raise AwsError(
                    f"an operation on StackSet {self.name} has not ended after {PATIENCE}.", remedy="Look at it in CloudFormation."
                )
            self._clock.sleep(POLL_SECONDS)

    def wait_for_all(self) -> None:
        """Until nothing runs or waits, such as what an earlier process started."""
        pages = self._client.get_paginator("list_stack_set_operations").paginate(StackSetName=self.name, CallAs=self._site.call_as)
        for operation in [summary for page in pages for summary in page["Summaries"]]:
            if operation.get("Status") not in FINAL:
                self.wait(operation.get("OperationId", ""))

    def instances(self) -> dict[str, dict[str, str]]:
        """Account to what its instance shows."""
        pages = self._client.get_paginator("list_stack_instances").paginate(StackSetName=self.name, CallAs=self._site.call_as)
        return {
            summary.get("Account", ""): {
                "status": str(summary.get("Status", "")),
                "detailed": str(summary.get("StackInstanceStatus", {}).get("DetailedStatus", "")),
                "drift": str(summary.get("DriftStatus", "")),
                "reason": summary.get("StatusReason", ""),
                "unit": summary.get("OrganizationalUnitId", "").partition("-")[0],
            }
            for page in pages
            for summary in page["Summaries"]
        }

    def stack_id(self, account: str) -> str:
        answer = self._client.describe_stack_instance(
            StackSetName=self.name, StackInstanceAccount=account, StackInstanceRegion=self._site.home_region, CallAs=self._site.call_as
        )
        return answer["StackInstance"].get("StackId", "")

    def overrides(self, account: str) -> dict[str, str]:
        answer = self._client.describe_stack_instance(
            StackSetName=self.name, StackInstanceAccount=account, StackInstanceRegion=self._site.home_region, CallAs=self._site.call_as
        )
        found = answer["StackInstance"].get("ParameterOverrides", [])
        return {item.get("ParameterKey", ""): item.get("ParameterValue", "") for item in found}

    def results(self, ended: Ended) -> dict[str, dict[str, str]]:
        """Account to the status and reason of an operation's result."""
        pages = self._client.get_paginator("list_stack_set_operation_results").paginate(
            StackSetName=self.name, OperationId=ended.id, CallAs=self._site.call_as
        )
        return {
            summary.get("Account", ""): {"status": str(summary.get("Status", "")), "reason": summary.get("StatusReason", "")}
            for page in pages
            for summary in page["Summaries"]
        }

    def drifts(self, ended: Ended, account: str) -> dict[str, str]:
        """Kind of resource to its drift, of those that differ, as that detection found it."""
        answer = self._client.list_stack_instance_resource_drifts(
            StackSetName=self.name,
            StackInstanceAccount=account,
            StackInstanceRegion=self._site.home_region,
            OperationId=ended.id,
            CallAs=self._site.call_as,
        )
        rows = ((row["ResourceType"], str(row["StackResourceDriftStatus"])) for row in answer["Summaries"])
        return {kind: status for kind, status in rows if status != "IN_SYNC"}

    def auto_deployment_targets(self) -> int:
        answer = self._client.list_stack_set_auto_deployment_targets(StackSetName=self.name, CallAs=self._site.call_as)
        return len(answer["Summaries"])


def parameters(values: Mapping[str, str]) -> "list[ParameterTypeDef]":
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]


def changed(values: Mapping[str, str]) -> "list[ParameterTypeDef]":
    """Those of the template, the others as they were."""
    kept: list[ParameterTypeDef] = [{"ParameterKey": name, "UsePreviousValue": True} for name in PARAMETERS if name not in values]
    return [*kept, *parameters(values)]
