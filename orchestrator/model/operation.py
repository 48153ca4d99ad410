"""The seven operations a plan is made of: plain data, closed, each with one meaning (see planning.projection).

A StackSet is created, filled, changed and emptied by operations of its own; the plain stack of the management account, which is its
own only instance, is created, updated and deleted whole.
"""

from dataclasses import dataclass
from typing import ClassVar

from orchestrator.model.alteration import Revision
from orchestrator.model.identifiers import AccountId, OperationKey
from orchestrator.model.state import Definition, Place, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What every operation has: its position in the plan, and the operations that must have finished ``after`` which it runs.

    ``accounts`` are those it changes: none where it concerns a StackSet's definition alone, the management account for a plain stack.
    ``window`` overrides the parameters of a temporary grant; without it, windows stay as they are. ``revision`` marks a repair of what was
    altered in the accounts, see ``model.alteration``; an update with one writes their resources again.
    """

    verb: ClassVar[str]

    id: OperationKey
    place: Place
    wave: str
    after: tuple[OperationKey, ...] = ()
    accounts: tuple[AccountId, ...] = ()
    window: Window | None = None
    revision: Revision | None = None

    @property
    def kind(self) -> str:
        """The word for it in plans, journals and reports: ``create_stack_set``, ``delete_stack``, ``update_instances``."""
        return self.verb.format("stack" if self.place.is_stack else "stack_set")


@dataclass(frozen=True, slots=True, kw_only=True)
class Create(Step):
    """CreateStackSet, without instances: service-managed, managed execution on, automatic deployment off. Or CreateStack."""

    verb: ClassVar[str] = "create_{}"
    definition: Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(Step):
    """UpdateStackSet: every instance becomes OUTDATED, those of ``accounts`` (none: all) are then brought up to date. Or UpdateStack."""

    verb: ClassVar[str] = "update_{}"
    definition: Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAutoDeployment(Step):
    """UpdateStackSet that switches automatic deployment off and changes nothing else.

    AWS takes no targets together with that setting, so it passes over every instance, with the definition each has already: one that
    is OUTDATED may be CURRENT afterwards, or the other way round where it fails, and nothing here relies on either.
    """

    verb: ClassVar[str] = "update_{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateInstances(Step):
    """CreateStackInstances for exactly these accounts."""

    verb: ClassVar[str] = "create_instances"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateInstances(Step):
    """UpdateStackInstances: bring these up to the definition."""

    verb: ClassVar[str] = "update_instances"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteInstances(Step):
    """DeleteStackInstances: the grants are gone from the accounts; with ``retains``, which keeps the stacks, only from the StackSet."""

    verb: ClassVar[str] = "delete_instances"
    retains: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete(Step):
    """DeleteStackSet, once its last instance is gone. Or DeleteStack."""

    verb: ClassVar[str] = "delete_{}"


Operation = Create | Update | StopAutoDeployment | CreateInstances | UpdateInstances | DeleteInstances | Delete
StackOperation = Create | Update | Delete
"""What can be done to a plain stack."""
