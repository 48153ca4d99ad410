"""What the control policies of an organization block of a rollout: of what it grants, of what a plan does, and of the way in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import assert_never

from orchestrator.model.assignment import Selection
from orchestrator.model.blockage import Blockage
from orchestrator.model.catalog import Catalog
from orchestrator.model.evidence import Unknown
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.names import group_set_of, role_kind_of
from orchestrator.model.operation import (
    Create,
    CreateInstances,
    Delete,
    DeleteInstances,
    Operation,
    StopAutoDeployment,
    Update,
    UpdateInstances,
)
from orchestrator.model.organization import Organization
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.planning.blocking.blockages import Share, blockages
from orchestrator.planning.blocking.calls import Work, by_group_set, by_hub, by_stack_sets
from orchestrator.planning.blocking.sentences import NOT_READ, control_warnings
from orchestrator.planning.grants import WantedSets, wanted_sets
from orchestrator.policies.above import above
from orchestrator.temporary.requests import WantedGrant

Blockages = tuple[Blockage, ...] | Unknown | None
"""Why the policies could not be read, or None where nothing asked for them."""

Works = Mapping[tuple[StackSetName, Work], Collection[AccountId]]
"""What StackSets does, where."""

NO_WORK: Works = {}


def find_blockages(organization: Organization, shares: Iterable[Share]) -> Blockages:
    """Everything in these calls that is blocked or may be."""
    policies = organization.policies
    if policies is None or isinstance(policies, Unknown):
        return policies
    try:
        known = above(organization, policies)
    except ValueError as error:
        return Unknown(f"a policy is no JSON: {error}")
    return blockages(known, shares)


def blockage_warnings(found: Blockages) -> tuple[str, ...]:
    """One for each policy and what it blocks; that they were not read is said once."""
    if found is None:
        return ()
    return (NOT_READ.format(reason=found.reason),) if isinstance(found, Unknown) else tuple(control_warnings(found))


def shares_of(rollout: Rollout, catalog: Catalog, wanted: WantedSets, works: Works = NO_WORK) -> Iterator[Share]:
    """The calls of what is wanted, and of what StackSets is to do."""
    ours = roles_made(wanted)
    entered: dict[RoleKind, set[AccountId]] = defaultdict(set)
    for part in wanted.values():
        if part.group_set is not None:
            entered[part.role].update(part.accounts)
            for is_ours, some in parted(part.accounts, ours.get(part.role, ())):
                yield by_group_set(rollout, catalog, part.group_set, part.definition.parameters, is_ours=is_ours), some
    for kind, accounts in entered.items():
        yield from ((subject, tuple(sorted(accounts))) for subject in by_hub(rollout, kind))
    for (name, work), there in works.items():
        role = kind_of(rollout, catalog, name)
        if role is not None and role in rollout.roles:
            known = there if role_kind_of(rollout.prefix, name) else ours.get(role, ())
            yield from ((by_stack_sets(rollout, name, role, work, is_ours=is_ours), some) for is_ours, some in parted(there, known))


def roles_made(wanted: WantedSets) -> Mapping[RoleKind, Collection[AccountId]]:
    """Where each role is made by its role set; elsewhere others made it, and of its tags and boundary nothing is known."""
    found: dict[RoleKind, set[AccountId]] = defaultdict(set)
    for part in wanted.values():
        if part.group_set is None:
            found[part.role].update(part.accounts)
    return found


def parted(accounts: Iterable[AccountId], ours: Collection[AccountId]) -> Iterator[tuple[bool, tuple[AccountId, ...]]]:
    """The accounts that are among ours, and those that are not."""
    there = sorted(accounts)
    for is_ours in (True, False):
        if chosen := tuple(account for account in there if (account in ours) is is_ours):
            yield is_ours, chosen


def blockages_for(selection: Selection, rollout: Rollout, catalog: Catalog, organization: Organization) -> Blockages:
    """Everything that is blocked of what these accounts get, as long as they have it."""
    if not isinstance(organization.policies, tuple):
        return organization.policies
    granted = ((name, account) for account in selection.assignments for name in selection.granted(account))
    temporary = [WantedGrant(name, account, "") for name, account in granted if catalog.group_sets[name].temporary]
    wanted = wanted_sets(rollout, catalog, organization, selection, temporary, {})
    return find_blockages(organization, shares_of(rollout, catalog, wanted, whole_life(wanted)))


def whole_life(wanted: WantedSets) -> Works:
    """Everything StackSets will ever do there."""
    return {(place.name, work): part.accounts for place, part in wanted.items() if not place.is_stack for work in Work}


def kind_of(rollout: Rollout, catalog: Catalog, name: StackSetName) -> RoleKind | None:
    """The role of a StackSet; None for a group set that the catalog does not know any more."""
    group_set = group_set_of(rollout.prefix, name)
    if group_set is None:
        return role_kind_of(rollout.prefix, name)
    return catalog.group_sets[group_set].role if group_set in catalog.group_sets else None


def works_of(operations: Iterable[Operation]) -> Works:
    """What these operations have StackSets do. The management account's stacks are made with the caller's rights."""
    found: dict[tuple[StackSetName, Work], set[AccountId]] = defaultdict(set)
    for operation in operations:
        work = work_of(operation)
        if work is not None and not operation.place.is_stack:
            found[operation.place.name, work].update(operation.accounts)
    return found


def work_of(operation: Operation) -> Work | None:
    match operation:
        case CreateInstances():
            return Work.CREATE
        case Update() | UpdateInstances():
            return Work.UPDATE
        case DeleteInstances():
            return None if operation.retains else Work.DELETE
        case Create() | Delete() | StopAutoDeployment():
            return None
        case _:
            assert_never(operation)
