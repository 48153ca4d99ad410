"""The grants a rollout wants: permanent ones as selected, temporary ones while they are alive and unused."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import AccountId, GroupSetName, StackSetName
from orchestrator.model.names import group_stack_set, role_stack_set
from orchestrator.model.organization import Organization
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import Definition, Place, State, Window
from orchestrator.planning.definitions import group_set_definition, role_definition
from orchestrator.temporary.requests import WantedGrant


@dataclass(frozen=True, slots=True)
class Wanted:
    """One place as it should be: its accounts, each with the reason, and the windows that are to be opened or moved."""

    definition: Definition
    role: RoleKind
    accounts: Mapping[AccountId, str]
    group_set: GroupSetName | None = None
    windows: Mapping[AccountId, Window] = field(default_factory=dict)


WantedSets = Mapping[Place, Wanted]


def wanted_sets(
    rollout: Rollout,
    catalog: Catalog,
    organization: Organization,
    selection: Selection,
    temporary: Collection[WantedGrant],
    observed: State,
) -> WantedSets:
    """Everything that should exist, role sets included. A role that is not managed has none, nor has one that others made in an account."""
    grants: dict[GroupSetName, dict[AccountId, str]] = {}
    for account in selection.assignments:
        for name, rules in selection.granted(account).items():
            if not catalog.group_sets[name].temporary:
                grants.setdefault(name, {})[account] = ", ".join(rules)
    windows: dict[GroupSetName, dict[AccountId, Window]] = {}
    for grant in temporary:
        grants.setdefault(grant.group_set, {})[grant.account] = grant.because
        if grant.window is not None:
            windows.setdefault(grant.group_set, {})[grant.account] = grant.window
    groups = [
        Wanted(definition, catalog.group_sets[name].role, accounts, name, windows.get(name, {}))
        for name, accounts in sorted(grants.items())
        for definition in (group_set_definition(rollout, organization.id, catalog, name),)
    ]
    return {
        place: share
        for whole in (*role_sets(rollout, organization, groups), *groups)
        for place, share in shares(
            without_attached(whole, selection, observed, rollout.prefix), rollout.prefix, organization.management_account
        )
    }


def without_attached(whole: Wanted, selection: Selection, observed: State, prefix: str) -> Wanted:
    """A role set keeps out of accounts in which others made the role. One that made the role there itself stays."""
    if whole.group_set is not None:
        return whole
    made = made_by(role_stack_set(prefix, whole.role), observed)
    kept = {account: why for account, why in whole.accounts.items() if account in made or not selection.attached(account, whole.role)}
    return replace(whole, accounts=kept)


def made_by(role_set: StackSetName, observed: State) -> frozenset[AccountId]:
    """The accounts in which this role set made its role: not those in which it failed because the name is taken."""
    units = (observed.get(Place(role_set, is_stack)) for is_stack in (False, True))
    instances = (item for unit in units if unit is not None and not unit.is_foreign for item in unit.instances.items())
    return frozenset(account for account, instance in instances if not instance.is_name_taken)


def shares(whole: Wanted, prefix: str, management: AccountId) -> Iterator[tuple[Place, Wanted]]:
    """The management account's share becomes a plain stack, the rest a StackSet."""
    name = group_stack_set(prefix, whole.group_set) if whole.group_set else role_stack_set(prefix, whole.role)
    for is_stack in (False, True):
        accounts = {account: why for account, why in whole.accounts.items() if (account == management) is is_stack}
        if accounts:
            yield Place(name, is_stack), replace(whole, accounts=accounts)


def handed_over(rollout: Rollout) -> frozenset[StackSetName]:
    """The role sets of roles that are no longer ours to manage: they stay as they are, for others may depend on them."""
    return frozenset(role_stack_set(rollout.prefix, kind) for kind, role in rollout.roles.items() if not role.managed)


def role_sets(rollout: Rollout, organization: Organization, groups: Iterable[Wanted]) -> Iterator[Wanted]:
    """An account with at least one group set of a role gets that role."""
    accounts: dict[RoleKind, dict[AccountId, str]] = {}
    for group in groups:
        for account in group.accounts:
            accounts.setdefault(group.role, {}).setdefault(account, role_reason(group))
    for kind in RoleKind:
        if kind in accounts and rollout.roles[kind].managed:
            yield Wanted(role_definition(rollout, organization.id, kind), kind, accounts[kind])


def role_reason(group: Wanted) -> str:
    """Why an account gets the role that a group set attaches to."""
    return f"role of {group.group_set}"
