"""What a reader of a plan should see first, and what looks wrong but does not keep it from being applied."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from orchestrator.model.catalog import Catalog
from orchestrator.model.names import group_set_of
from orchestrator.model.operation import Operation
from orchestrator.model.organization import Organization
from orchestrator.model.part import Part
from orchestrator.model.permission import PermissionChange, RoleChange
from orchestrator.model.plan import FORGET_COMMAND, Change, ChangeKind, Purpose
from orchestrator.planning.basis import Basis
from orchestrator.planning.blocking import Blockages, blockage_warnings, find_blockages, shares_of, works_of
from orchestrator.planning.changes import PlaceChange
from orchestrator.planning.delta import Delta
from orchestrator.planning.forgetting import is_lost, retention_notices
from orchestrator.planning.grants import WantedSets
from orchestrator.planning.hub_moves import hub_move_notices
from orchestrator.planning.parts import cover_of
from orchestrator.planning.permissions import sensitive_notices
from orchestrator.planning.preconditions import precondition_warnings
from orchestrator.planning.quotas import quota_warnings
from orchestrator.planning.repairs import repair_notices, unrepaired_warnings
from orchestrator.planning.starter_values import unreplaced_bucket
from orchestrator.planning.unseen import unseen_warnings
from orchestrator.planning.widening import widening_notices


def notices(
    basis: Basis,
    changes: Iterable[PlaceChange],
    rows: Iterable[Change],
    permissions: Iterable[PermissionChange],
    roles: Iterable[RoleChange],
) -> tuple[str, ...]:
    """What stays behind, repairs, sensitive actions, roles that may do more, automatic deployment that goes off, what revoking costs."""
    changes = tuple(changes)
    return (
        *retention_notices(basis, changes),
        *repair_notices(changes),
        *hub_move_notices(changes),
        *sensitive_notices(permissions, basis.rollout.safety.sensitive_actions),
        *widening_notices(permissions, roles),
        *auto_deployment_notices(changes),
        *removal_notices(rows, basis.catalog),
    )


def warnings(
    basis: Basis, wanted: WantedSets, delta: Delta, changes: Iterable[PlaceChange], operations: Collection[Operation]
) -> tuple[str, ...]:
    """Everything noticed on the way."""
    changes, is_whole = tuple(changes), basis.purpose in (Purpose.ROLLOUT, Purpose.DESTROY)
    return (
        *(unreplaced_bucket(basis.rollout) if basis.purpose is Purpose.ROLLOUT else ()),
        *basis.selection.warnings,
        *precondition_warnings(basis.trusted_access, operations),
        *blockage_warnings(blockages_of_plan(basis, wanted, operations)),
        *quota_warnings(basis.observed, operations),
        *unseen_warnings(basis.judgement.unseen()),
        *(unrepaired_warnings(changes) if is_whole else ()),
        *(foreign_warnings(delta) if is_whole else ()),
        *idle_allowances(basis, delta),
        *(kept_alive(changes, basis.organization) if basis.purpose is Purpose.DESTROY else ()),
    )


def blockages_of_plan(basis: Basis, wanted: WantedSets, operations: Collection[Operation]) -> Blockages:
    """What control policies block of this plan; of what is wanted too, where the plan is for more than to take away."""
    granted = asked_for(basis, wanted) if basis.purpose in (Purpose.ROLLOUT, Purpose.TEMPORARY_GRANT) else {}
    return find_blockages(basis.organization, shares_of(basis.rollout, basis.catalog, granted, works_of(operations)))


def asked_for(basis: Basis, wanted: WantedSets) -> WantedSets:
    """What is wanted in the part of the rollout that the plan is for; role sets stay, for they say which roles are ours."""
    grant = basis.grant
    part = Part(accounts=(grant.account,), group_sets=(grant.group_set,)) if grant else basis.part
    if part is None:
        return wanted
    covers = cover_of(part, basis.organization)
    return {
        place: replace(share, accounts={account: why for account, why in share.accounts.items() if covers(account)})
        for place, share in wanted.items()
        if share.group_set is None or not part.group_sets or share.group_set in part.group_sets
    }


def removal_notices(rows: Iterable[Change], catalog: Catalog) -> tuple[str, ...]:
    """What revoking group sets costs, and what outlives it, from the catalog; the same text once."""
    revoked = dict.fromkeys(row.group_set for row in rows if row.change is ChangeKind.REVOKE and row.group_set)
    found: dict[str, dict[str, None]] = {}
    for group_set in (catalog.group_sets[name] for name in revoked if name in catalog.group_sets):
        for removal in (catalog.groups[group].removal for group in group_set.groups):
            found.setdefault(" ".join(removal.split()), {})[group_set.name] = None
    return tuple(f"revokes {' and '.join(names)}. {removal}" for removal, names in found.items() if removal)


def auto_deployment_notices(changes: Iterable[PlaceChange]) -> tuple[str, ...]:
    """What was switched on outside of this program, and what that may have granted."""
    return tuple(
        f'automatic deployment of "{change.place.name}" was switched on outside this program: accounts that join get it without a rule. '
        "It is switched off first; what it granted meanwhile is revoked like anything no rule grants."
        for change in changes
        if change.difference.stops_auto_deployment
    )


def foreign_warnings(delta: Delta) -> tuple[str, ...]:
    foreign = (difference for difference in delta.values() if difference.is_foreign and not difference.is_blocked)
    return tuple(f'"{difference.place.name}" is foreign (our tags are missing) and is never changed.' for difference in foreign)


def kept_alive(changes: Iterable[PlaceChange], organization: Organization) -> Iterator[str]:
    """StackSets that a destruction cannot delete, because excluded accounts stay in them; of lost ones, what takes them out."""
    for change in changes:
        if change.left:
            lost = [account for account in change.left if is_lost(account, organization)]
            advice = f" Nothing can be deleted in {', '.join(lost)}: {FORGET_COMMAND.format(account=lost[0])}" if lost else ""
            yield f'"{change.place.name}" stays: it is in {", ".join(change.left)}, excluded.{advice}'


def idle_allowances(basis: Basis, delta: Delta) -> tuple[str, ...]:
    """Unknown names in --allow-revokes, probably typos."""
    known = {*basis.catalog.group_sets, *(group_set_of(basis.rollout.prefix, place.name) for place in delta), "all"}
    return tuple(f"--allow-revokes {name}: there is no such group set, here or in AWS." for name in sorted(basis.allowed.revokes - known))
