"""Refuses a plan before its first operation, apart from violations and a changed world."""

from orchestrator.errors import PlanFileError, PreconditionError, RefusedError
from orchestrator.execution.run_state import RunState
from orchestrator.model.fingerprint import EXTERNAL_ID_PARAMETER, fingerprint, salt_of
from orchestrator.model.identifiers import OperationKey
from orchestrator.model.operation import Create, Update
from orchestrator.model.organization import Organization
from orchestrator.model.plan import Plan
from orchestrator.planning.preconditions import check_preconditions
from orchestrator.runs.tools import Reach, Tools


def refuse_another_rollout(plan: Plan, tools: Tools) -> None:
    """A plan is applied with the names and in the region of the rollout it was made for."""
    header, rollout = plan.header, tools.rollout
    made, here = (header.prefix, header.home_region, header.call_as), (rollout.prefix, rollout.home_region, rollout.call_as)
    if made != here:
        message = f"the plan is for rollout {', '.join(made)}; rollout.yaml is for {', '.join(here)}."
        raise RefusedError(message, kind="another_rollout", remedy="Use the rollout.yaml the plan was made with, or make a new plan.")


def refuse_unknown_secrets(plan: Plan, tools: Tools) -> None:
    """A plan knows external ids by their fingerprints: each has to be configured before the first operation is sent."""
    with_definition = [operation for operation in plan.operations if isinstance(operation, Create | Update)]
    needed = {operation.definition.parameters.get(EXTERNAL_ID_PARAMETER, "") for operation in with_definition}
    salt = salt_of(plan.header.organization, plan.header.prefix)
    known = {fingerprint(role.external_id or "", salt) for role in tools.rollout.roles.values()} | {""}
    if needed - known:
        message = "the plan was made with an external id that rollout.yaml does not have any more."
        raise RefusedError(message, kind="stale_plan", remedy="Make a new plan, or set roles.*.external_id as it was.")


def refuse_out_of_reach(plan: Plan, reach: Reach) -> None:
    """When the management account cannot be reached, its stacks would look deleted."""
    if not reach.has_management and any(place.is_stack for place in plan.observed):
        where = plan.header.management_account
        message = f"the plan saw stacks in the management account {where}, which cannot be reached from here any more."
        raise RefusedError(message, kind="stale_plan", where=where, remedy="Set access.management_role_arn as it was, or make a new plan.")


def refuse_without_preconditions(plan: Plan, run: RunState, organization: Organization, reach: Reach) -> None:
    """Once, before the first operation, rather than for each. Raises PreconditionError."""
    left = [operation for operation in plan.operations if not run.is_complete(operation)]
    for violation in check_preconditions(organization, reach.deployer.trusted_access(), left):
        raise PreconditionError(violation.message, remedy="Then run the same command again.")


def refuse_impossible_order(plan: Plan) -> None:
    """Each operation has a name of its own and runs after earlier ones. Raises PlanFileError."""
    known: set[OperationKey] = set()
    for operation in plan.operations:
        if operation.id in known or not known.issuperset(operation.after):
            message = f"operation {operation.id} of the plan is there twice, or runs after one that does not come before it."
            raise PlanFileError(message, remedy="Make a new plan.")
        known.add(operation.id)
