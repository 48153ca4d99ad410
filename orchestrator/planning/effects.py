"""What a plan means for the roles in the accounts it changes: what they may do, and who may assume them."""

from collections.abc import Collection, Iterable
from itertools import pairwise

from orchestrator.model.identifiers import AccountId, partition_of
from orchestrator.model.permission import PermissionChange, RoleChange
from orchestrator.model.plan import Change, Purpose
from orchestrator.model.state import State
from orchestrator.planning.basis import Basis
from orchestrator.planning.changes import PlaceChange
from orchestrator.planning.hub_moves import in_between
from orchestrator.planning.permissions import Reader, Reasons, permission_changes
from orchestrator.planning.role_changes import attachments_changed, changes_of_roles


def permissions_changed(
    basis: Basis, desired: State, accounts: Collection[AccountId], changes: Iterable[PlaceChange], rows: Iterable[Change]
) -> tuple[PermissionChange, ...]:
    """What the roles of these accounts may do in the desired state and may not do now, and conversely. Stacks that stay keep it all."""
    if basis.purpose is Purpose.FORGET:
        return ()
    partition = partition_of(basis.rollout.home_region)
    roles = {change.place: change.role for change in changes if change.group_set is not None}
    before, after = (Reader(state, partition, basis.now) for state in (basis.observed, desired))
    reasons = Reasons({(row.stack_set, account): row.because for row in rows for account in row.accounts})
    return permission_changes(before, after, accounts, roles.get, reasons)


def roles_changed(
    basis: Basis, desired: State, accounts: Collection[AccountId], changes: Collection[PlaceChange]
) -> tuple[RoleChange, ...]:
    """How the roles themselves change in these accounts: where the hub moves, to trust in both hubs and from there to the new one."""
    if basis.purpose is Purpose.FORGET:
        return ()
    partition, states = partition_of(basis.rollout.home_region), (basis.observed, in_between(changes, desired), desired)
    moving = {change.place for change in changes if change.interim is not None}
    role_sets = {change.place for change in changes if change.group_set is None}
    group_sets = {change.place: change.role for change in changes if change.group_set is not None and change.role is not None}
    rows = (
        *changes_of_roles(basis.observed, desired, accounts, role_sets - moving, partition),
        *attachments_changed(basis.observed, desired, accounts, group_sets, basis.rollout.prefix),
        *(row for before, after in pairwise(states) for row in changes_of_roles(before, after, accounts, moving, partition)),
    )
    return tuple(sorted(rows, key=lambda row: not row.widens))
