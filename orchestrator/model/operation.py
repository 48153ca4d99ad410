"""The ten operations a plan is made of: plain data, closed, each with one meaning (see planning.projection)."""

from dataclasses import dataclass

from orchestrator.model.identifiers import AccountId, OperationKey, StackSetName
from orchestrator.model.state import Definition, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What every operation has: its place in the plan, and the operations that must have finished ``after`` which it runs."""

    id: OperationKey
    stack_set: StackSetName
    wave: str
    after: tuple[OperationKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateStackSet(Step):
    """CreateStackSet: service-managed, managed execution on, automatic deployment off."""

    definition: Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateStackSet(Step):
    """UpdateStackSet: every instance becomes OUTDATED, those of ``accounts`` are then brought up to date."""

    definition: Definition
    accounts: tuple[AccountId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAutoDeployment(Step):
    """UpdateStackSet that switches automatic deployment off and changes nothing else.

    AWS takes no targets together with that setting, so it passes over every instance, with the definition each has already: one that
    is OUTDATED may be CURRENT afterwards, or the other way round where it fails, and nothing here relies on either.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateInstances(Step):
    """CreateStackInstances for exactly these accounts; ``window`` overrides the parameters of a temporary grant."""

    accounts: tuple[AccountId, ...]
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateInstances(Step):
    """UpdateStackInstances: bring these up to the definition; without ``window`` overrides stay as they are."""

    accounts: tuple[AccountId, ...]
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteInstances(Step):
    """DeleteStackInstances without retaining stacks: the grants are gone from the accounts."""

    accounts: tuple[AccountId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteStackSet(Step):
    """DeleteStackSet, once its last instance is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateStack(Step):
    """CreateStack in the management account, ``account``."""

    account: AccountId
    definition: Definition
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateStack(Step):
    """UpdateStack in the management account; without ``window`` the window stays as it is."""

    account: AccountId
    definition: Definition
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteStack(Step):
    """DeleteStack in the management account."""

    account: AccountId


StackSetOperation = (
    CreateStackSet | UpdateStackSet | StopAutoDeployment | CreateInstances | UpdateInstances | DeleteInstances | DeleteStackSet
)
StackOperation = CreateStack | UpdateStack | DeleteStack
Operation = StackSetOperation | StackOperation

KINDS: dict[type[Step], str] = {
    CreateStackSet: "create_stack_set",
    UpdateStackSet: "update_stack_set",
    StopAutoDeployment: "update_stack_set",
    CreateInstances: "create_instances",
    UpdateInstances: "update_instances",
    DeleteInstances: "delete_instances",
    DeleteStackSet: "delete_stack_set",
    CreateStack: "create_stack",
    UpdateStack: "update_stack",
    DeleteStack: "delete_stack",
}
"""The word for each operation in plans, journals and reports."""


def kind_of(operation: Operation) -> str:
    """The operation's word, as plans write it."""
    return KINDS[type(operation)]


def accounts_of(operation: Operation) -> tuple[AccountId, ...]:
    """The accounts the operation changes; empty for those that touch a StackSet's definition alone."""
    match operation:
        case UpdateStackSet() | CreateInstances() | UpdateInstances() | DeleteInstances():
            return operation.accounts
        case CreateStack() | UpdateStack() | DeleteStack():
            return (operation.account,)
        case CreateStackSet() | StopAutoDeployment() | DeleteStackSet():
            return ()


def window_of(operation: Operation) -> Window | None:
    """The window the operation opens or moves; None for those that leave windows as they are."""
    match operation:
        case CreateInstances() | UpdateInstances() | CreateStack() | UpdateStack():
            return operation.window
        case CreateStackSet() | UpdateStackSet() | StopAutoDeployment() | DeleteInstances() | DeleteStackSet() | DeleteStack():
            return None
