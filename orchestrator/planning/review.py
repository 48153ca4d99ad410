"""What a security reviewer asks of every role: who may assume it, what it may do, what the vendor asks for, ways to privilege, alarms.

One answer per role and distinct set of grants, with this rollout's values: effective policies, not templates.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import AcceptedFinding, Catalog, Statement
from orchestrator.model.identifiers import AccountId, GroupName, GroupSetName, partition_of
from orchestrator.model.organization import Organization
from orchestrator.model.permission import Block
from orchestrator.model.privilege import Alarm, Bound, Privileges, Way
from orchestrator.model.published import Published, VendorDifference
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.permissions.allowances import Allowances, allowances, blocks_of, essential, scope_of, union
from orchestrator.permissions.published import vendor_differences
from orchestrator.permissions.resolution import ACCOUNT_HERE
from orchestrator.planning.definitions import group_set_definition
from orchestrator.planning.deployed_roles import DeployedRole, deployed_role
from orchestrator.templates import given_values
from orchestrator.templates.effective import EffectiveCondition, deployed_values, effective
from orchestrator.temporary.windows import format_time, open_window, window_parameters


@dataclass(frozen=True, slots=True)
class Allowed:
    """Actions with the same scope."""

    actions: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """A way to privilege the role is allowed all actions of, and what bounds it; None where the catalog does not say."""

    way: Way
    bound: Bound | None


@dataclass(frozen=True, slots=True)
class UnsetOption:
    """A condition that an empty option leaves out, and the actions it would narrow."""

    condition: EffectiveCondition
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleReview:
    """One role with one set of grants, and the accounts that have it so. Windows are shown as if they opened now."""

    role: RoleKind
    group_sets: tuple[GroupSetName, ...]
    temporary: tuple[GroupSetName, ...]
    accounts: tuple[AccountId, ...]
    deployed: DeployedRole
    allowed: tuple[Allowed, ...]
    ways: tuple[Touched, ...]
    alarms: tuple[Alarm, ...]
    accepted: tuple[AcceptedFinding, ...]
    differences: tuple[VendorDifference, ...] = ()
    unset: tuple[UnsetOption, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """Everything a review is made from."""

    rollout: Rollout
    catalog: Catalog
    organization: Organization
    selection: Selection
    privileges: Privileges
    published: Published
    now: datetime


def review_roles(request: ReviewRequest) -> tuple[RoleReview, ...]:
    """By role, the most accounts first. Raises ConfigurationError for a parameter a group set needs and rollout.yaml lacks."""
    found: dict[tuple[RoleKind, tuple[GroupSetName, ...]], list[AccountId]] = defaultdict(list)
    for account in request.selection.assignments:
        granted = request.selection.granted(account)
        for role in RoleKind:
            sets = tuple(sorted(name for name in granted if request.catalog.group_sets[name].role is role))
            if sets:
                found[role, sets].append(account)
    ordered = sorted(found.items(), key=lambda item: (list(RoleKind).index(item[0][0]), -len(item[1]), item[0][1]))
    return tuple(review_role(role, sets, accounts, request) for (role, sets), accounts in ordered)


def review_role(role: RoleKind, sets: tuple[GroupSetName, ...], accounts: Collection[AccountId], request: ReviewRequest) -> RoleReview:
    granted = union(allowed_by(name, request) for name in sets)
    return RoleReview(
        role=role,
        group_sets=sets,
        temporary=tuple(name for name in sets if request.catalog.group_sets[name].temporary),
        accounts=tuple(accounts),
        deployed=deployed_role(request.rollout, request.organization.id, role),
        allowed=tuple(sort_alike(granted)),
        ways=tuple(touched(role, granted, request.privileges)),
        alarms=tuple(alarm for alarm in request.privileges.alarms if scope_of(alarm.action, granted)),
        accepted=tuple(accepted(role, sets, granted, request.catalog)),
        differences=tuple(differences(role, sets, request)),
        unset=tuple(unset_options(sets, request)),
    )


def unset_options(sets: Iterable[GroupSetName], request: ReviewRequest) -> Iterator[UnsetOption]:
    """The options of these group sets that are not set, by condition."""
    given = given_values(request.rollout, request.organization.id)
    found: dict[EffectiveCondition, dict[str, None]] = {}
    for statement in (statement for name in sets for statement in request.catalog.statements(name)):
        for condition in effective(statement, request.catalog, given).conditions:
            if condition.unset:
                found.setdefault(condition, {}).update(dict.fromkeys(statement.actions))
    for condition, actions in found.items():
        yield UnsetOption(condition, tuple(sorted(actions)))


def differences(role: RoleKind, sets: Iterable[GroupSetName], request: ReviewRequest) -> Iterator[VendorDifference]:
    """From what the vendor publishes, with the values of this rollout on both sides."""
    rollout, catalog = request.rollout, request.catalog
    held = {group: statements_of(role, group, name, request) for name in sets for group in catalog.group_sets[name].groups}
    pseudo = {"partition": partition_of(rollout.home_region), "region": rollout.home_region, "account": ACCOUNT_HERE}
    values = deployed_values(catalog, {**given_values(rollout, request.organization.id), **pseudo})
    return vendor_differences(role, held, catalog, request.published, values)


def statements_of(role: RoleKind, group: GroupName, name: GroupSetName, request: ReviewRequest) -> tuple[Statement, ...]:
    """As the group set deploys them: those of a temporary one end, as if they began now."""
    statements, terms = request.catalog.groups[group].variants[role], request.rollout.temporary.get(name)
    if terms is None:
        return statements
    end = {"DateLessThan": {"aws:CurrentTime": (format_time(open_window(request.now, terms.expires_after).not_after),)}}
    return tuple(replace(statement, conditions={**statement.conditions, **end}) for statement in statements)


def accepted(role: RoleKind, sets: Iterable[GroupSetName], granted: Allowances, catalog: Catalog) -> Iterator[AcceptedFinding]:
    """The findings of the linter that are accepted for the groups of these sets, each with its reason and the actions this role has."""
    groups = {group for name in sets for group in catalog.group_sets[name].groups}
    for found in catalog.accepted:
        actions = tuple(action for action in found.actions if scope_of(action, granted))
        if found.group in groups and found.role in (None, role) and actions:
            yield replace(found, actions=actions)


def allowed_by(name: GroupSetName, request: ReviewRequest) -> Allowances:
    """What one group set allows with the values of this rollout."""
    terms = request.rollout.temporary.get(name)
    window = window_parameters(open_window(request.now, terms.expires_after)) if terms else {}
    overrides = {"AWS::Partition": partition_of(request.rollout.home_region), **window}
    return allowances(group_set_definition(request.rollout, request.organization.id, request.catalog, name), overrides, request.now)


def sort_alike(granted: Allowances) -> Iterator[Allowed]:
    alike: dict[frozenset[object], list[str]] = defaultdict(list)
    scopes = {action: essential(scope_of(action, granted)) for action in granted}
    for action, scope in scopes.items():
        alike[frozenset(scope)].append(action)
    for actions in sorted(map(sorted, alike.values())):
        yield Allowed(tuple(actions), blocks_of(scopes[actions[0]]))


def touched(role: RoleKind, granted: Allowances, privileges: Privileges) -> Iterator[Touched]:
    for way in privileges.ways:
        if are_allowed(way.actions, granted):
            yield Touched(way, privileges.bound_of(way, role))


def are_allowed(actions: Iterable[str], granted: Allowances) -> bool:
    """Each of them somewhere, under whatever conditions."""
    return all(scope_of(action, granted) for action in actions)
