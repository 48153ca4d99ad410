"""What a plan needs of accounts: names that are free, and roles that are there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from orchestrator.doctor.surroundings import Names
from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import ChangeKind, Plan
from orchestrator.model.roles import Role, RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.probing.obstacles import roles_to_attach_to, roles_to_make

Roles = Mapping[AccountId, tuple[Role, ...]]


def new_roles(plan: Plan, rollout: Rollout) -> Roles:
    """The roles that the plan makes, by account."""
    return {account: tuple(rollout.roles[kind] for kind in sorted(kinds)) for account, kinds in roles_to_make(plan).items()}


def relied_on(plan: Plan, rollout: Rollout, catalog: Catalog, selection: Selection) -> Roles:
    """The roles made by others that get policies, by account: of ``managed: false``, and of ``existing``."""
    attached = roles_to_attach_to(plan, selection, catalog)
    found: dict[AccountId, dict[RoleKind, Role]] = {
        account: {kind: rollout.roles[kind] for kind in sorted(kinds)} for account, kinds in attached.items()
    }
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
