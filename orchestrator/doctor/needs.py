"""What a plan needs of accounts: names that are free, and roles that are there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from orchestrator.doctor.surroundings import Names
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import AccountId
from orchestrator.model.names import role_kind_of
from orchestrator.model.operation import Create, CreateInstances
from orchestrator.model.plan import ChangeKind, Plan
from orchestrator.model.roles import Role, RoleKind
from orchestrator.model.rollout import Rollout

Roles = Mapping[AccountId, tuple[Role, ...]]


def new_roles(plan: Plan, rollout: Rollout) -> Roles:
    """The roles that the plan makes, by account."""
    found: dict[AccountId, tuple[Role, ...]] = {}
    for operation in plan.operations:
        kind = role_kind_of(rollout.prefix, operation.place.name)
        if kind is not None and isinstance(operation, Create | CreateInstances):
            for account in operation.accounts:
                found[account] = (*found.get(account, ()), rollout.roles[kind])
    return found


def relied_on(plan: Plan, rollout: Rollout, catalog: Catalog) -> Roles:
    """The roles of ``managed: false`` that get policies, by account."""
    found: dict[AccountId, dict[RoleKind, Role]] = {}
    for change in plan.changes:
        known = catalog.group_sets.get(change.group_set) if change.group_set else None
        if known and change.change is ChangeKind.GRANT and not rollout.roles[known.role].managed:
            for account in change.accounts:
                found.setdefault(account, {})[known.role] = rollout.roles[known.role]
    return {account: tuple(roles.values()) for account, roles in found.items()}


def names_by_account(needed: Iterable[Roles]) -> Mapping[AccountId, Names]:
    """The instance profile of the platform role is called like the role."""
    found = defaultdict[AccountId, list[Role]](list)
    for roles in needed:
        for account, those in roles.items():
            found[account] += those
    return {account: names(roles) for account, roles in found.items()}


def names(roles: Iterable[Role]) -> Names:
    named = [(role.name, role.kind is RoleKind.PLATFORM) for role in roles]
    return Names(frozenset(name for name, _ in named), frozenset(name for name, is_carried in named if is_carried))
