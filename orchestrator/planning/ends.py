"""Where two plans of one rollout leave the roles: what they may do once the one is applied against once the other is."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from orchestrator.model.identifiers import AccountId, partition_of
from orchestrator.model.names import group_set_of, role_kind_of
from orchestrator.model.operation import DeleteInstances
from orchestrator.model.permission import PermissionChange, RoleChange
from orchestrator.model.plan import Plan
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import Instance, Place, State, Unit, instances_in
from orchestrator.planning.delta import compare
from orchestrator.planning.permissions import Reader, Reasons, is_known, permission_changes
from orchestrator.planning.projection import project
from orchestrator.planning.role_changes import attachments_changed, changes_of_roles


def end_of(plan: Plan) -> State:
    """What stands in the accounts once the plan is complete: stacks that are left behind too."""
    return project([step for step in plan.operations if not (isinstance(step, DeleteInstances) and step.retains)], plan.observed)


def compare_ends(before: Plan, after: Plan) -> tuple[tuple[PermissionChange, ...], tuple[RoleChange, ...]]:
    """What roles may do, and the roles themselves, at the moment of the later plan.

    What an instance grants that is not as its definition says is not known and is in no row. A window as long as before is none either:
    it begins when a plan is made.
    """
    new = end_of(after)
    old = aligned(end_of(before), new)
    accounts = frozenset(differing(old, new))
    old, new = known_parts(old, new, accounts)
    prefix, partition, now = after.header.prefix, partition_of(after.header.home_region), after.header.created_at
    group_sets = {place: role for plan in (before, after) for place, role in roles_of(plan, {*old, *new})}
    role_sets = [place for place in {*old, *new} if role_kind_of(prefix, place.name) is not None]
    permissions = permission_changes(Reader(old, partition, now), Reader(new, partition, now), accounts, group_sets.get, Reasons({}))
    roles = (
        *changes_of_roles(old, new, accounts, role_sets, partition),
        *attachments_changed(old, new, accounts, group_sets, prefix),
    )
    return permissions, tuple(sorted(roles, key=lambda row: not row.widens))


def aligned(old: State, new: State) -> State:
    """The earlier state, with the windows of the later one where they last as long."""
    return {place: unit_aligned(unit, new[place]) if place in new else unit for place, unit in old.items()}


def unit_aligned(old: Unit, new: Unit) -> Unit:
    moved = {
        account: replace(found, window=new.instances[account].window)
        for account, found in old.instances.items()
        if found.window and account in new.instances and length_of(found) == length_of(new.instances[account])
    }
    return replace(old, instances={**old.instances, **moved}) if moved else old


def length_of(instance: Instance) -> timedelta | None:
    return instance.window.not_after - instance.window.not_before if instance.window else None


def differing(old: State, new: State) -> Iterator[AccountId]:
    """The accounts in which not the same is deployed."""
    for difference in compare(old, new).values():
        yield from (*difference.added, *difference.removed)
        yield from difference.kept if difference.is_redefined else (account for account, *_ in difference.changed())


def known_parts(old: State, new: State, accounts: frozenset[AccountId]) -> tuple[State, State]:
    """Both without the instances of which the later one does not know what they grant."""
    unknown = {(place, account) for place, account, found in instances_in(new) if account in accounts and not is_known(found)}
    return (without(old, unknown), without(new, unknown)) if unknown else (old, new)


def without(state: State, left_out: set[tuple[Place, AccountId]]) -> State:
    return {
        place: replace(unit, instances={key: found for key, found in unit.instances.items() if (place, key) not in left_out})
        for place, unit in state.items()
    }


def roles_of(plan: Plan, places: Iterable[Place]) -> Iterator[tuple[Place, RoleKind]]:
    """The role that each group set of the plan attaches to."""
    for place in places:
        name = group_set_of(plan.header.prefix, place.name)
        if name is not None and name in plan.group_sets:
            yield place, plan.group_sets[name]
