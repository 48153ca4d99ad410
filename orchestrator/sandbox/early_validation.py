"""Pre-deployment validation: names of a template that something in the account has already.

Since July 2026 CreateStack and UpdateStack stop for them before anything is provisioned; which status the stack has then is not said:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
"""

from collections.abc import Iterator
from typing import Final

from orchestrator.sandbox.iam_store import IamFailure
from orchestrator.sandbox.intrinsics import Evaluation
from orchestrator.sandbox.refusals import Refusal
from orchestrator.sandbox.resource_types import TYPES, evaluation_of, place_of
from orchestrator.sandbox.resources import Place, ResourceType
from orchestrator.sandbox.stack_model import Conflict, Stack, StackInput
from orchestrator.sandbox.world import World

NAME_IS_TAKEN: Final = (
    "The following hook(s)/validation failed: [AWS::EarlyValidation::ResourceExistenceCheck]. To troubleshoot Early Validation errors, "
    "use the DescribeEvents API for detailed failure information."
)


def name_conflicts(world: World, stack: Stack, wanted: StackInput) -> Iterator[Conflict]:
    """Resources that are to be made under an identifier that exists. Raises Refusal for a template that does not hold together."""
    evaluation = evaluation_of(stack, wanted)
    for logical_id in evaluation.template.order:
        name = evaluation.template.resources[logical_id]["Type"]
        kind, known = TYPES.get(name), stack.resources.get(logical_id)
        if kind is None or not evaluation.has(logical_id):
            continue
        identifier = _identifier(evaluation, logical_id, kind.identified_by)
        if identifier is None or (known is not None and known.physical_id == identifier):
            continue
        if _exists(kind, place_of(world, stack, logical_id, wanted.tags), identifier):
            yield Conflict(logical_id, name, identifier, world.now())


def _exists(kind: ResourceType, place: Place, identifier: str) -> bool:
    """What the caller may not read is passed over: ValidationStatus SKIPPED."""
    try:
        return kind.exists(place, identifier)
    except IamFailure:
        return False


def _identifier(evaluation: Evaluation, logical_id: str, properties: tuple[str, ...]) -> str | None:
    """The primary identifier, where the template gives it; None where it is generated or comes of a resource not made yet."""
    given = evaluation.template.resources[logical_id].get("Properties") or {}
    if not properties or any(name not in given for name in properties):
        return None
    try:
        return "|".join(str(evaluation.resolve(given[name])) for name in properties)
    except Refusal:
        return None
