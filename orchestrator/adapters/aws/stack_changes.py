"""The three operations on plain stacks as calls, each carrying our own id so that sending it twice starts it once.

A stack whose creation failed can be neither updated nor created again: it is deleted first.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import code_of, message_of, speaking
from orchestrator.adapters.aws.patience import Patience, StillBusyError
from orchestrator.adapters.aws.site import Site
from orchestrator.adapters.aws.stacks import StackReader
from orchestrator.adapters.aws.values import (
    NOT_OVERRIDDEN,
    is_foreign,
    overrides_of,
    read_parameters,
    read_tags,
    read_window,
    write_parameters,
    write_tags,
)
from orchestrator.errors import AwsError
from orchestrator.model.identifiers import StackSetName
from orchestrator.model.operation import Create, Delete, StackOperation, Update
from orchestrator.model.state import Condition, Instance, Window

if TYPE_CHECKING:
    from types_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef

NEVER_MADE = frozenset({"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"})


class StackWriter:
    """Starts operations. ``submit`` returns whether there is one to wait for: False when there is nothing to change.

    Raises StillBusyError while another operation runs on the stack, or while the remains of a failed creation are deleted.
    """

    def __init__(self, reader: StackReader, site: Site, patience: Patience, secrets: Mapping[str, str]) -> None:
        self._reader = reader
        self._site = site
        self._patience = patience
        self._secrets = secrets
        self._cleared: dict[StackSetName, Window | None] = {}
        """Windows of stacks that were deleted to be created again."""

    def submit(self, operation: StackOperation, operation_id: str) -> bool:
        with speaking(f"change stack {operation.place.name} in the management account"):
            return self._patience.wait_out(lambda: self._send_once(operation, operation_id), operation.place.name)

    def _send_once(self, operation: StackOperation, operation_id: str) -> bool:
        try:
            return self._send(operation, operation_id)
        except ClientError as error:
            if code_of(error) == "TokenAlreadyExistsException":
                return True
            if code_of(error) == "ValidationError" and "No updates are to be performed" in message_of(error):
                return False
            raise

    def _send(self, operation: StackOperation, operation_id: str) -> bool:
        row = self._reader.describe(operation.place.name)
        if row is not None:
            refuse_foreign(row, self._site.prefix)
        match operation:
            case Create() | Update() if row is not None and row["StackStatus"].startswith("DELETE_"):
                raise in_the_way(row)
            case Create():
                return self._create_unless_there(operation, operation_id, row)
            case Update():
                self._update(operation, operation_id, row)
            case Delete():
                if row is None:
                    return False
                self._reader.client.delete_stack(StackName=operation.place.name, ClientRequestToken=operation_id)
            case _:
                assert_never(operation)
        return True

    def _create_unless_there(self, operation: Create, operation_id: str, row: "StackTypeDef | None") -> bool:
        """A stack of ours that is there already comes from a call whose answer was lost, or from a creation that failed."""
        if row is not None and row["StackStatus"] not in NEVER_MADE:
            return self._adopt(operation, row).condition is not Condition.CURRENT
        try:
            self._make(operation, operation_id, row, operation.window)
        except ClientError as error:
            row = self._reader.describe(operation.place.name) if code_of(error) == "AlreadyExistsException" else None
            if row is None:
                raise
            self._adopt(operation, row)
        return True

    def _adopt(self, operation: Create, row: "StackTypeDef") -> Instance:
        """Raises AwsError for a stack that is not the one to be created."""
        there = self._reader.read(row)
        for instance in there.instances.values() if there and there.definition == operation.definition else ():
            if instance.window == operation.window:
                return instance
        raise AwsError(f"stack {operation.place.name} exists and is not the one to be created.", remedy="Plan again.")

    def _update(self, operation: Update, operation_id: str, row: "StackTypeDef | None") -> None:
        """Creates the stack, with its window, when it is gone or its creation failed."""
        before = read_parameters(row.get("Parameters", []), self._site.salt) if row else {}
        if row is None or row["StackStatus"] in NEVER_MADE:
            had = read_window(before) if row else self._cleared.get(operation.place.name)
            self._make(operation, operation_id, row, operation.window or had)
            return
        self._reader.client.update_stack(
            StackName=operation.place.name,
            TemplateBody=operation.definition.template,
            Parameters=self._updated_parameters(operation, before),
            Tags=write_tags(operation.definition.tags),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            ClientRequestToken=operation_id,
        )

    def _updated_parameters(self, operation: Update, before: Mapping[str, str]) -> list["ParameterTypeDef"]:
        """Without a window or a revision the stack keeps those it has."""
        overrides = overrides_of(operation)
        values = {**operation.definition.parameters, **overrides}
        kept = (NOT_OVERRIDDEN.keys() - overrides.keys()) & before.keys() & values.keys()
        given = write_parameters({name: value for name, value in values.items() if name not in kept}, self._secrets)
        previous: list[ParameterTypeDef] = [{"ParameterKey": name, "UsePreviousValue": True} for name in sorted(kept)]
        return given + previous

    def _make(self, operation: Create | Update, operation_id: str, remains: "StackTypeDef | None", window: Window | None) -> None:
        overrides = overrides_of(replace(operation, window=window))
        parameters = write_parameters({**operation.definition.parameters, **overrides}, self._secrets)
        if remains is not None:
            self._clear(operation.place.name, operation_id, window)
        self._reader.client.create_stack(
            StackName=operation.place.name,
            TemplateBody=operation.definition.template,
            Parameters=parameters,
            Tags=write_tags(operation.definition.tags),
            Capabilities=["CAPABILITY_NAMED_IAM"],
            OnFailure="ROLLBACK",
            ClientRequestToken=operation_id,
        )

    def _clear(self, name: StackSetName, operation_id: str, window: Window | None) -> None:
        """Delete what a failed creation left, which occupies the name. Raises StillBusyError while it is being deleted."""
        self._cleared[name] = window
        self._reader.client.delete_stack(StackName=name, ClientRequestToken=f"{operation_id}-clear")
        if self._reader.describe(name) is not None:
            raise StillBusyError(name)


def in_the_way(row: "StackTypeDef") -> StillBusyError | AwsError:
    """Busy while the stack is being deleted; an error when its deletion failed."""
    if row["StackStatus"] == "DELETE_IN_PROGRESS":
        return StillBusyError(row["StackName"])
    return AwsError(
        f"stack {row['StackName']} cannot be deleted, and nothing else fits under its name.",
        where=row["StackName"],
        remedy="Delete it in the management account, then apply again.",
    )


def refuse_foreign(row: "StackTypeDef", prefix: str) -> None:
    """Raises AwsError for a stack of our name without our tags."""
    if is_foreign(read_tags(row.get("Tags", [])), prefix):
        raise AwsError(
            f"a stack named {row['StackName']} exists in the management account and is not ours (tags missing).",
            where=row["StackName"],
            remedy="Choose another prefix, or have the stack removed.",
        )
