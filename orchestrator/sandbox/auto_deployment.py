"""Auto-deployment: StackSets that follow accounts into and out of their targeted OUs, without anybody's preferences or overrides."""

import uuid

from orchestrator.sandbox.operations import Operations
from orchestrator.sandbox.organization import Organization
from orchestrator.sandbox.stack_set_model import Instance, Operation, Result, StackSet
from orchestrator.sandbox.world import World


def follow(world: World, operations: Operations, account: str) -> None:
    """Start what StackSets would start after an account came, moved or left."""
    organization = world.organization
    if organization is None or world.organizations_access != "ENABLED":
        return
    for (owner, _), stack_sets in list(world.stack_sets.items()):
        for stack_set in stack_sets:
            follows = stack_set.status == "ACTIVE" and (stack_set.auto_deployment or {}).get("Enabled")
            if owner == organization.management_account and follows:
                _follow_one(world, operations, stack_set, organization, account)


def _follow_one(world: World, operations: Operations, stack_set: StackSet, organization: Organization, account: str) -> None:
    units = stack_set.units()
    wanted = organization.members_below(units).get(account)
    held = [spot for spot in stack_set.instances if spot[0] == account]
    if wanted and not held:

        def begin(operation: Operation) -> None:
            for region in units[wanted]:
                stack_set.instances[account, region] = Instance(account, region, wanted)
                operation.results[account, region] = Result(wanted)

        _queue(world, operations, stack_set, Operation(str(uuid.uuid4()), "CREATE", world.now(), {}, begin))
    elif held and not wanted:

        def leave(operation: Operation) -> None:
            operation.results = {spot: Result(stack_set.instances[spot].unit) for spot in held if spot in stack_set.instances}

        retain = bool((stack_set.auto_deployment or {}).get("RetainStacksOnAccountRemoval"))
        _queue(world, operations, stack_set, Operation(str(uuid.uuid4()), "DELETE", world.now(), {}, leave, retain=retain))


def _queue(world: World, operations: Operations, stack_set: StackSet, operation: Operation) -> None:
    """Auto-deployment waits its turn whatever the StackSet's managed execution says."""
    del world
    operations.enqueue(stack_set, operation)
