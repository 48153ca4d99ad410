"""The seven operations on StackSets as calls, each carrying our own id so that sending it twice starts it once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import code_of, speaking
from orchestrator.adapters.aws.observation import StackSetReader
from orchestrator.adapters.aws.patience import Patience
from orchestrator.adapters.aws.site import Site
from orchestrator.adapters.aws.values import is_foreign, overrides_of, write_parameters, write_tags
from orchestrator.errors import AwsError
from orchestrator.model.operation import (
    Create,
    CreateInstances,
    Delete,
    DeleteInstances,
    Operation,
    StopAutoDeployment,
    Update,
    UpdateInstances,
)
from orchestrator.model.state import Definition

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import UpdateStackInstancesInputTypeDef, UpdateStackSetInputTypeDef

ACCEPTED_EARLIER = "OperationIdAlreadyExistsException"
TAKEN = frozenset({"NameAlreadyExistsException", "CreatedButModifiedException"})
NO_STACK_SET = "StackSetNotFoundException"
NO_INSTANCE = "StackInstanceNotFoundException"


class StackSetWriter:
    """Starts operations. ``submit`` returns whether there is one to wait for: False when there is nothing to change."""

    def __init__(self, reader: StackSetReader, site: Site, patience: Patience, secrets: Mapping[str, str]) -> None:
        self._reader = reader
        self._site = site
        self._patience = patience
        self._secrets = secrets

    def submit(self, operation: Operation, operation_id: str) -> bool:
        with speaking(f"change StackSet {operation.place.name}"):
            return self._patience.wait_out(lambda: self._send_once(operation, operation_id), operation.place.name)

    def _send_once(self, operation: Operation, operation_id: str) -> bool:
        try:
            return self._send(operation, operation_id)
        except ClientError as error:
            if code_of(error) == ACCEPTED_EARLIER:
                return True
            if isinstance(operation, DeleteInstances) and code_of(error) == NO_INSTANCE:
                return self._send(self._narrow(operation, error), operation_id)
            if isinstance(operation, DeleteInstances | Delete) and code_of(error) == NO_STACK_SET:
                return False
            raise

    def _narrow(self, operation: DeleteInstances, error: ClientError) -> DeleteInstances:
        """The same for the accounts that have an instance: one without fails the whole call. Raises the error when all have one."""
        there = self._reader.instances(operation.place.name)
        left = tuple(account for account in operation.accounts if account in there)
        if left == operation.accounts:
            raise error
        return replace(operation, accounts=left)

    def _send(self, operation: Operation, operation_id: str) -> bool:
        match operation:
            case Create():
                self._create_stack_set(operation, operation_id)
            case Update() | StopAutoDeployment():
                self._reader.client.update_stack_set(**self._update_request(operation, operation_id))
            case CreateInstances() | UpdateInstances() | DeleteInstances() if not operation.accounts:
                return False
            case CreateInstances():
                self._reader.client.create_stack_instances(**self._instances_request(operation, operation_id))
            case UpdateInstances():
                self._reader.client.update_stack_instances(**self._instances_request(operation, operation_id))
            case DeleteInstances():
                self._delete_instances(operation, operation_id)
            case Delete():
                self._reader.client.delete_stack_set(StackSetName=operation.place.name, CallAs=self._site.call_as)
            case _:
                assert_never(operation)
        return True

    def _create_stack_set(self, operation: Create, operation_id: str) -> None:
        # Managed execution can later be changed only while no operation runs (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ManagedExecution.html)
        # and only alone (https://github.com/hashicorp/terraform-provider-aws/issues/35031): so it is set at creation.
        try:
            self._reader.client.create_stack_set(
                StackSetName=operation.place.name,
                TemplateBody=operation.definition.template,
                Parameters=write_parameters(operation.definition.parameters, self._secrets),
                Tags=write_tags(operation.definition.tags),
                Capabilities=["CAPABILITY_NAMED_IAM"],
                PermissionModel="SERVICE_MANAGED",
                AutoDeployment={"Enabled": False},
                ManagedExecution={"Active": True},
                CallAs=self._site.call_as,
                ClientRequestToken=operation_id,
            )
        except ClientError as error:
            if code_of(error) not in TAKEN:
                raise
            adopt(operation, self._reader.definition(operation.place.name), self._site.prefix)

    def _update_request(self, operation: Update | StopAutoDeployment, operation_id: str) -> "UpdateStackSetInputTypeDef":
        if isinstance(operation, StopAutoDeployment):
            return self._switch_request(operation, operation_id)
        request: UpdateStackSetInputTypeDef = {
            "StackSetName": operation.place.name,
            "TemplateBody": operation.definition.template,
            "Parameters": write_parameters(operation.definition.parameters, self._secrets),
            "Tags": write_tags(operation.definition.tags),
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "PermissionModel": "SERVICE_MANAGED",
            "OperationPreferences": self._site.preferences(),
            "OperationId": operation_id,
            "CallAs": self._site.call_as,
        }
        if operation.accounts:
            request["DeploymentTargets"] = self._site.targets(operation.accounts)
            request["Regions"] = [self._site.home_region]
        return request

    def _switch_request(self, operation: StopAutoDeployment, operation_id: str) -> "UpdateStackSetInputTypeDef":
        # A parameter that is left out takes the template's default: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Parameter.html
        # AutoDeployment excludes DeploymentTargets, so that this update goes to every instance: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStackSet.html
        definition = self._reader.definition(operation.place.name)
        kept = definition.parameters if definition else {}
        return {
            "StackSetName": operation.place.name,
            "UsePreviousTemplate": True,
            "Parameters": [{"ParameterKey": name, "UsePreviousValue": True} for name in kept],
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "AutoDeployment": {"Enabled": False},
            "OperationPreferences": self._site.preferences(),
            "OperationId": operation_id,
            "CallAs": self._site.call_as,
        }

    def _instances_request(self, operation: CreateInstances | UpdateInstances, operation_id: str) -> "UpdateStackInstancesInputTypeDef":
        """With a window or a revision, their overrides; without, the instances keep theirs."""
        # A list resets every override it leaves out, no list keeps them all: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStackInstances.html
        request: UpdateStackInstancesInputTypeDef = {
            "StackSetName": operation.place.name,
            "DeploymentTargets": self._site.targets(operation.accounts),
            "Regions": [self._site.home_region],
            "OperationPreferences": self._site.preferences(),
            "OperationId": operation_id,
            "CallAs": self._site.call_as,
        }
        if overrides := overrides_of(operation):
            request["ParameterOverrides"] = write_parameters(overrides, {})
        return request

    def _delete_instances(self, operation: DeleteInstances, operation_id: str) -> None:
        self._reader.client.delete_stack_instances(
            StackSetName=operation.place.name,
            DeploymentTargets=self._site.targets(operation.accounts),
            Regions=[self._site.home_region],
            RetainStacks=operation.retains,
            OperationPreferences=self._site.preferences(),
            OperationId=operation_id,
            CallAs=self._site.call_as,
        )


def adopt(operation: Create, found: Definition | None, prefix: str) -> None:
    """Accept an existing StackSet that equals the one to create: the answer to an earlier call was lost.

    Raises AwsError for any other.
    """
    if found == operation.definition:
        return
    whose = "is not ours (tags missing)" if found and is_foreign(found.tags, prefix) else "differs from the plan"
    raise AwsError(
        f"a StackSet named {operation.place.name} exists already and {whose}.",
        where=operation.place.name,
        remedy="Plan again. If it is not ours, choose another prefix or have it removed.",
    )
