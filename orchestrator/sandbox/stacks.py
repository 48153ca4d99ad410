"""Stacks: making, changing and deleting what a template says in one account, and undoing it when something fails.

One engine serves plain stacks and StackSets. It works at once; a caller that wants it slow waits before calling.
"""

from collections.abc import Mapping
from typing import Any

from orchestrator.sandbox.early_validation import NAME_IS_TAKEN, name_conflicts
from orchestrator.sandbox.iam_store import IamFailure
from orchestrator.sandbox.refusals import Refusal
from orchestrator.sandbox.resource_types import evaluation_of, place_of, type_of
from orchestrator.sandbox.resources import Place, ResourceType
from orchestrator.sandbox.stack_model import Resource, Stack, StackInput
from orchestrator.sandbox.world import World


class StackFailure(Exception):  # noqa: N818 - a stack that failed is an outcome, not an error here
    """A stack could not be made, changed or deleted; the text is AWS's reason."""


class _Undo:
    """What to do, last first, to get back to where a stack was."""

    def __init__(self) -> None:
        self._steps: list[tuple[Place, ResourceType, str, Mapping[str, Any] | None, Mapping[str, Any]]] = []

    def created(self, place: Place, kind: ResourceType, physical: str, new: Mapping[str, Any]) -> None:
        self._steps.append((place, kind, physical, None, new))

    def changed(self, place: Place, kind: ResourceType, physical: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        self._steps.append((place, kind, physical, old, new))

    def run(self) -> None:
        """Raises IamFailure when undoing fails too."""
        for place, kind, physical, old, new in reversed(self._steps):
            if old is None:
                kind.delete(place, physical, new)
            else:
                kind.update(place, physical, new, old)


def build(world: World, stack: Stack) -> None:
    """Make every resource of a new stack; on failure take all away again.

    Raises StackFailure, the stack is ROLLBACK_COMPLETE (or ROLLBACK_FAILED) then, or CREATE_FAILED when a name is taken.
    """
    undo, at = _Undo(), world.now()
    stack.note("CREATE_IN_PROGRESS", "User Initiated", at)
    _validate(world, stack, stack.input, "CREATE_FAILED")
    try:
        _walk(world, stack, stack.input, undo)
    except (IamFailure, Refusal) as failure:
        reason = _words(failure)
        stack.note("ROLLBACK_IN_PROGRESS", reason, at)
        stack.note(_undone(undo, "ROLLBACK"), reason, at)
        stack.resources.clear()
        raise StackFailure(reason) from failure
    stack.note("CREATE_COMPLETE", None, at)


def change(world: World, stack: Stack, wanted: StackInput) -> None:
    """Bring a stack to a new template, values and tags; on failure back to the old ones.

    Raises StackFailure, the stack is UPDATE_ROLLBACK_COMPLETE (or ..._FAILED) then.
    """
    undo, before, at = _Undo(), dict(stack.resources), world.now()
    stack.note("UPDATE_IN_PROGRESS", "User Initiated", at)
    _validate(world, stack, wanted, "UPDATE_ROLLBACK_COMPLETE")
    try:
        _walk(world, stack, wanted, undo)
    except (IamFailure, Refusal) as failure:
        reason = _words(failure)
        stack.note("UPDATE_ROLLBACK_IN_PROGRESS", reason, at)
        stack.resources = before
        stack.note(_undone(undo, "UPDATE_ROLLBACK"), reason, at)
        raise StackFailure(reason) from failure
    stack.input, stack.updated = wanted, at
    stack.note("UPDATE_COMPLETE", None, at)
    _discard(world, stack, before)


def tear_down(world: World, stack: Stack, retained: frozenset[str] = frozenset()) -> None:
    """Delete every resource, those refered to last.

    Raises StackFailure, the stack is DELETE_FAILED then, with what is left of it.
    """
    if stack.protected:
        raise StackFailure(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    at = world.now()
    stack.note("DELETE_IN_PROGRESS", "User Initiated", at)
    for resource in reversed(list(stack.resources.values())):
        if resource.logical_id in retained:
            continue
        try:
            place = place_of(world, stack, resource.logical_id, stack.input.tags)
            type_of(resource.type).delete(place, resource.physical_id, resource.properties)
        except IamFailure as failure:
            stack.note_resource(resource, "DELETE_FAILED", str(failure), at)
            reason = f"The following resource(s) failed to delete: [{resource.logical_id}]. {failure}"
            stack.note("DELETE_FAILED", reason, at)
            raise StackFailure(reason) from failure
        stack.note_resource(resource, "DELETE_COMPLETE", None, at)
    stack.resources.clear()
    stack.deleted = at
    stack.note("DELETE_COMPLETE", None, at)


def _validate(world: World, stack: Stack, wanted: StackInput, status: str) -> None:
    """Refuse names that are taken before anything is made, unless the caller disabled that. Raises StackFailure."""
    if not wanted.is_validated:
        return
    try:
        stack.conflicts = tuple(name_conflicts(world, stack, wanted))
    except Refusal:
        return  # what is wrong with the template shows where it is deployed
    if stack.conflicts:
        stack.note(status, NAME_IS_TAKEN, world.now())
        raise StackFailure(NAME_IS_TAKEN)


def _walk(world: World, stack: Stack, wanted: StackInput, undo: _Undo) -> None:
    """Make or change the resources in the order of their references; the stack's list becomes the new one."""
    evaluation, at = evaluation_of(stack, wanted), world.now()
    made: dict[str, Resource] = {}
    for logical_id in evaluation.template.order:
        if not evaluation.has(logical_id):
            continue
        kind_name = evaluation.template.resources[logical_id]["Type"]
        resource = Resource(logical_id, kind_name, "", evaluation.properties(logical_id), "CREATE_IN_PROGRESS", at)
        try:
            kind = type_of(kind_name)
            place = place_of(world, stack, logical_id, wanted.tags)
            _settle(stack, resource, kind, place, undo)
            evaluation.references[logical_id] = _reference(resource)
            evaluation.attributes[logical_id] = kind.attributes(place, resource.physical_id)
        except (IamFailure, KeyError) as failure:
            words = f"property {failure} is missing" if isinstance(failure, KeyError) else str(failure)
            stack.note_resource(resource, "CREATE_FAILED", words, at)
            raise IamFailure(f"{logical_id}: {words}") from failure
        stack.note_resource(resource, "UPDATE_COMPLETE" if logical_id in stack.resources else "CREATE_COMPLETE", None, at)
        made[logical_id] = resource
    stack.outputs = evaluation.outputs()
    stack.resources = made


def _settle(stack: Stack, resource: Resource, kind: ResourceType, place: Place, undo: _Undo) -> None:
    """Create the resource, or update or replace the one the stack has; untouched when nothing changed, as CloudFormation does."""
    old, new = stack.resources.get(resource.logical_id), resource.properties
    if old is None or old.type != resource.type or kind.replaces(old.properties, new):
        resource.physical_id = kind.create(place, new)
        undo.created(place, kind, resource.physical_id, new)
        return
    resource.physical_id = old.physical_id
    if old.properties != new or stack.input.tags != place.tags:
        kind.update(place, old.physical_id, old.properties, new)
        undo.changed(place, kind, old.physical_id, old.properties, new)


def _reference(resource: Resource) -> str:
    """What Ref gives: a policy's bare name where the physical id says more."""
    return resource.physical_id.partition("|")[0] if resource.type == "AWS::IAM::RolePolicy" else resource.physical_id


def _discard(world: World, stack: Stack, before: Mapping[str, Resource]) -> None:
    """Remove what the new template lacks or replaced. A failure is noted; the update stands, as in CloudFormation."""
    at = world.now()
    for logical_id, resource in reversed(list(before.items())):
        kept = stack.resources.get(logical_id)
        if kept is not None and kept.physical_id == resource.physical_id:
            continue
        try:
            type_of(resource.type).delete(place_of(world, stack, logical_id, stack.input.tags), resource.physical_id, resource.properties)
            stack.note_resource(resource, "DELETE_COMPLETE", None, at)
        except IamFailure as failure:
            stack.note_resource(resource, "DELETE_FAILED", str(failure), at)


def _undone(undo: _Undo, prefix: str) -> str:
    try:
        undo.run()
    except IamFailure:
        return f"{prefix}_FAILED"
    return f"{prefix}_COMPLETE"


def _words(failure: IamFailure | Refusal) -> str:
    return failure.message if isinstance(failure, Refusal) else str(failure)
