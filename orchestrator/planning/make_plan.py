"""Everything read becomes one plan: what is wanted, how that differs from what is there, and what brings the one to the other."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from orchestrator.model.assignment import Selection
from orchestrator.model.names import group_set_of, role_kind_of
from orchestrator.model.plan import Change, Plan, Purpose
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import State
from orchestrator.planning.basis import Basis
from orchestrator.planning.causes import changes_of, revocation_causes
from orchestrator.planning.changes import PlaceChange, place_change, renew_with_roles
from orchestrator.planning.delta import Delta, Difference, compare
from orchestrator.planning.desired import desired_state
from orchestrator.planning.effects import permissions_changed, roles_changed
from orchestrator.planning.forgetting import without_forgotten
from orchestrator.planning.grants import WantedSets, handed_over, wanted_sets
from orchestrator.planning.hub_moves import with_interims
from orchestrator.planning.notices import notices, warnings
from orchestrator.planning.openings import announced
from orchestrator.planning.order import order
from orchestrator.planning.parts import narrowing_notices, narrowing_of, only_part, reasons_in
from orchestrator.planning.purposes import only_ended, only_requested
from orchestrator.planning.repairs import repairs_in
from orchestrator.planning.summary import excluded_accounts, header, summary, targets, withheld_sets
from orchestrator.planning.violations import violations
from orchestrator.planning.waves import assign_waves
from orchestrator.selection.matching import Places
from orchestrator.temporary.requests import WantedGrant


def make_plan(basis: Basis) -> Plan:
    """The plan, not yet digested. Raises ConfigurationError for a parameter a group set needs and rollout.yaml lacks."""
    wanted = wanted_by(basis)
    desired = desired_by(basis, wanted)
    delta = compare(basis.observed, desired)
    changes = changes_in(delta, wanted, basis)
    touched = sorted({account for change in changes for account in change.touched})
    waves = basis.rollout.pace.waves
    assigned = assign_waves(touched, waves, Places(basis.organization, basis.rollout.hub_account))
    operations = order(changes, assigned, [wave.name for wave in waves], basis.rollout.hub_account)
    rows = tuple(explain(changes, reasons_in(basis.part, wanted) if basis.part else wanted, basis))
    narrowing = narrowing_of(basis.part, rows, explain(changes_in_whole(basis, wanted), wanted, basis)) if basis.part else None
    permissions, roles = permissions_changed(basis, desired, touched, changes, rows), roles_changed(basis, desired, touched, changes)
    return Plan(
        header=header(basis),
        observed=basis.observed,
        operations=operations,
        summary=summary(basis, rows, repairs_in(changes), len(operations)),
        changes=rows,
        permissions=permissions,
        roles=roles,
        withheld=withheld_sets(basis.selection),
        targets=targets(touched, basis),
        excluded=excluded_accounts(basis.excluded, basis.observed, basis.organization, basis.rollout.prefix),
        temporary=announced(basis.judgement.grants, changes, basis.grant),
        notices=(*narrowing_notices(narrowing), *notices(basis, changes, rows, permissions, roles)),
        warnings=warnings(basis, wanted, delta, changes, operations),
        violations=violations(basis, wanted, delta, changes, operations, changes_in_all(basis, changes)),
        rules={rule.name: rule.location for rule in basis.rollout.rules},
        group_sets={change.group_set: change.role for change in changes if change.group_set is not None},
        narrowing=narrowing,
    )


def changes_in_all(basis: Basis, changes: Collection[PlaceChange]) -> Collection[PlaceChange]:
    """The changes of the whole plan, those a run of it has made already included."""
    if basis.before is None:
        return changes
    whole = replace(basis, observed=basis.before, before=None)
    wanted = wanted_by(whole)
    return changes_in(compare(whole.observed, desired_by(whole, wanted)), wanted, whole)


def changes_in_whole(basis: Basis, wanted: WantedSets) -> Collection[PlaceChange]:
    """The changes if the plan were not narrowed to a part."""
    whole = replace(basis, part=None)
    return changes_in(compare(whole.observed, desired_by(whole, wanted)), wanted, whole)


def wanted_by(basis: Basis) -> WantedSets:
    """What the rules grant, and the temporary grants that should be alive; nothing when everything is to go."""
    if basis.purpose is Purpose.DESTROY:
        return {}
    asked = (*basis.judgement.wanted, *((basis.grant,) if basis.grant else ()))
    temporary = {(grant.group_set, grant.account): grant for grant in asked if is_allowed(grant, basis.selection)}
    return wanted_sets(basis.rollout, basis.catalog, basis.organization, basis.selection, temporary.values(), basis.observed)


def is_allowed(grant: WantedGrant, selection: Selection) -> bool:
    """What a person once asked for stays out of excluded and missing accounts, and goes where a rule withholds it."""
    share = selection.assignments.get(grant.account)
    return share is not None and share.excluded is None and grant.group_set not in {held.group_set for held in share.withheld}


def desired_by(basis: Basis, wanted: WantedSets) -> State:
    """What is wanted of what is there, as far as the purpose goes. A destruction takes handed-over roles too: they were ours."""
    kept = handed_over(basis.rollout) if basis.purpose is not Purpose.DESTROY else frozenset()
    desired, prefix = desired_state(wanted, basis.observed, basis.excluded, kept), basis.rollout.prefix
    match basis.purpose:
        case Purpose.FORGET:
            return without_forgotten(basis, wanted.keys())
        case Purpose.CLEANUP:
            return only_ended(basis.observed, desired, basis.judgement, prefix)
        case Purpose.TEMPORARY_GRANT if basis.grant is not None:
            return only_requested(basis.observed, desired, wanted, basis.grant, prefix)
        case Purpose.ROLLOUT if basis.part is not None:
            return only_part(basis.part, desired, basis)
        case _:
            return desired


def changes_in(delta: Delta, wanted: WantedSets, basis: Basis) -> tuple[PlaceChange, ...]:
    """Place by place, those where nothing changes included, for what they hold counts; what is not ours is left out."""
    prefix, retains = basis.rollout.prefix, basis.purpose is Purpose.FORGET
    changes = renew_with_roles(
        place_change(
            difference,
            role_of(difference, basis),
            group_set_of(prefix, place.name),
            wanted.get(place),
            retains=retains,
            may_replace_roles=basis.allowed.replace_roles,
        )
        for place, difference in delta.items()
        if not difference.is_foreign
    )
    return with_interims(changes, basis.rollout)


def role_of(difference: Difference, basis: Basis) -> RoleKind:
    """The role a group set attaches to; one the catalog does not know any more names it in its parameters."""
    prefix, name = basis.rollout.prefix, difference.place.name
    group_set = group_set_of(prefix, name)
    known = basis.catalog.group_sets.get(group_set) if group_set else None
    if role := known.role if known else role_kind_of(prefix, name):
        return role
    parameters = difference.before.definition.parameters if difference.before else {}
    return next((kind for kind, role in basis.rollout.roles.items() if role.name == parameters.get("RoleName")), RoleKind.SPOKE)


def explain(changes: Collection[PlaceChange], wanted: WantedSets, basis: Basis) -> Iterator[Change]:
    why_revoked = revocation_causes(basis.selection, basis.judgement, basis.purpose, basis.excluded)
    for change in changes:
        share = wanted.get(change.place)
        yield from changes_of(change, share.accounts if share else {}, why_revoked)
