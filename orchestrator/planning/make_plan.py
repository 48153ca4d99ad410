"""Everything read becomes one plan: what to do, in which order, what that means for whom, and what speaks against it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import AccountId, GroupSetName, StackSetName, partition_of
from orchestrator.model.names import group_set_of
from orchestrator.model.operation import Operation
from orchestrator.model.organization import Organization
from orchestrator.model.permission import PermissionChange, RoleChange
from orchestrator.model.plan import Change, ChangeKind, HandsOff, Header, Plan, Purpose, Summary, Target, Violation, WithheldSet
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import State
from orchestrator.planning.diff import Difference, differences
from orchestrator.planning.grants import WantedSets, handed_over, wanted_sets
from orchestrator.planning.holdings import grants_held, holders_of
from orchestrator.planning.openings import announced
from orchestrator.planning.order import order
from orchestrator.planning.permissions import Reader, Reasons, permission_changes, sensitive_notices
from orchestrator.planning.preconditions import Access, check_preconditions, precondition_warnings
from orchestrator.planning.projection import project
from orchestrator.planning.purposes import ENDED, only_ended, only_wish
from orchestrator.planning.renewal import renew_with_roles
from orchestrator.planning.role_changes import changes_of_roles
from orchestrator.planning.safety import (
    Allowances,
    Revocations,
    check_definitions,
    check_foreign,
    check_hub,
    check_missing,
    check_revocations,
    check_role_names,
)
from orchestrator.planning.sizes import check_sizes
from orchestrator.planning.unseen import unseen_warnings
from orchestrator.planning.waves import assign_waves
from orchestrator.planning.widening import widening_notices
from orchestrator.selection.matching import Places, tags_in
from orchestrator.temporary.life import Judgement
from orchestrator.temporary.requests import WantedGrant

Reason = tuple[StackSetName, AccountId]
"""What a change is known by."""

NOTHING_ALLOWED = Allowances()


@dataclass(frozen=True, slots=True)
class Request:
    """Everything a plan is made from. ``wish`` is the deliberate grant when that is the purpose."""

    rollout: Rollout
    catalog: Catalog
    organization: Organization
    selection: Selection
    observed: State
    judgement: Judgement
    now: datetime
    purpose: Purpose = Purpose.ROLLOUT
    allowed: Allowances = NOTHING_ALLOWED
    wish: WantedGrant | None = None
    because: str = ""
    trusted_access: Access = None


def make_plan(request: Request) -> Plan:
    """The plan, not yet digested. Raises ConfigurationError for a parameter a group set needs and rollout.yaml lacks."""
    hands_off = hands_off_accounts(request)
    asked_for = wanted(request)
    everything = compare_all(request, asked_for, hands_off)
    compared = narrow(everything, request)
    waves = request.rollout.pace.waves
    touched = sorted({account for difference in compared for account in difference.touched})
    places = Places(request.organization, request.rollout.hub_account)
    operations = order(compared, assign_waves(touched, waves, places), [wave.name for wave in waves])
    changes = tuple(explain(change, request) for difference in compared for change in difference.changes)
    reasons = {(change.stack_set, change.account): change.because for change in changes}
    held = grants_held(request.observed, request.rollout.prefix)
    desired = project(operations, request.observed)
    permissions = permissions_changed(request, desired, touched, everything, reasons)
    roles = roles_changed(request, desired, touched, compared)
    return Plan(
        header=header(request),
        observed=request.observed,
        operations=operations,
        summary=summarize(request, compared, hands_off, held.total(), len(operations)),
        changes=changes,
        permissions=permissions,
        roles=roles,
        withheld=tuple(withheld_sets(request.selection)),
        targets=targets(touched, request),
        excluded=tuple(HandsOff(account, why, held[account]) for account, why in sorted(hands_off.items())),
        temporary=announced(request.judgement.grants, compared, request.wish),
        notices=(
            *widening_notices(permissions, roles),
            *sensitive_notices(permissions, request.rollout.safety.sensitive_actions),
            *auto_deployment_notices(compared),
            *removal_notices(changes, request.catalog),
        ),
        warnings=warnings(request, operations, compared, everything),
        violations=violations(request, asked_for, compared, operations),
        rules={rule.name: rule.location for rule in request.rollout.rules},
    )


def warnings(
    request: Request, operations: Iterable[Operation], compared: tuple[Difference, ...], everything: tuple[Difference, ...]
) -> tuple[str, ...]:
    return (
        *request.selection.warnings,
        *precondition_warnings(request.trusted_access, operations),
        *unseen_warnings(request.judgement.unseen()),
        *foreign_warnings(compared),
        *idle_allowances(request, everything),
        *kept_alive(compared, request),
    )


def permissions_changed(
    request: Request, desired: State, touched: Collection[AccountId], everything: Iterable[Difference], reasons: Mapping[Reason, str]
) -> tuple[PermissionChange, ...]:
    """What the roles of these accounts may do in the desired state and may not do now, and conversely."""
    partition = partition_of(request.rollout.home_region)
    roles = {difference.place: role_of(difference, request) for difference in everything if difference.group_set is not None}
    before, after = (Reader(state, partition, request.now) for state in (request.observed, desired))
    return permission_changes(before, after, touched, roles.get, Reasons(reasons))


def roles_changed(
    request: Request, desired: State, touched: Collection[AccountId], compared: Iterable[Difference]
) -> tuple[RoleChange, ...]:
    """How the roles themselves change in these accounts."""
    role_sets = {difference.place for difference in compared if difference.group_set is None}
    return changes_of_roles(request.observed, desired, touched, role_sets, partition_of(request.rollout.home_region))


def withheld_sets(selection: Selection) -> Iterator[WithheldSet]:
    """What rules mention and accounts that may be changed do not get, and the accounts that no rule grants anything."""
    for account, share in sorted(selection.assignments.items()):
        if share.hands_off is None:
            yield from (WithheldSet(account, held.group_set, held.because) for held in share.withheld)
            if not share.grants and not share.withheld:
                yield WithheldSet(account, None, "no rule grants it anything")


def hands_off_accounts(request: Request) -> Mapping[AccountId, str]:
    """Accounts that are never changed, with the reason: as selected, and those discovery no longer shows."""
    selected = {account: share.hands_off for account, share in request.selection.assignments.items() if share.hands_off is not None}
    gone = holders_of(request.observed) - set(request.organization.accounts)
    return {**selected, **dict.fromkeys(gone, "discovery no longer shows this account")}


def compare_all(request: Request, asked_for: WantedSets, hands_off: Mapping[AccountId, str]) -> tuple[Difference, ...]:
    """Every difference, whatever the purpose."""
    prefix = request.rollout.prefix
    found = differences(
        asked_for, request.observed, request.organization.management_account, hands_off, lambda name: group_set_of(prefix, name)
    )
    # Destruction takes what was ours too.
    kept = handed_over(request.rollout) if request.purpose is not Purpose.DESTROY else frozenset()
    return renew_with_roles(tuple(difference for difference in found if difference.place.name not in kept))


def narrow(found: tuple[Difference, ...], request: Request) -> tuple[Difference, ...]:
    """What the purpose allows of it."""
    match request.purpose:
        case Purpose.CLEANUP:
            return only_ended(found, request.judgement)
        case Purpose.TEMPORARY_GRANT if request.wish is not None:
            return only_wish(found, request.wish)
        case _:
            return found


def wanted(request: Request) -> WantedSets:
    if request.purpose is Purpose.DESTROY:
        return {}
    asked = (request.wish,) if request.wish else ()
    wishes = {(wish.group_set, wish.account): wish for wish in (*request.judgement.wishes, *asked) if is_allowed(wish, request.selection)}
    return wanted_sets(request.rollout, request.catalog, request.organization, request.selection, wishes.values())


def is_allowed(wish: WantedGrant, selection: Selection) -> bool:
    """What a person once asked for stays out of hands-off and vanished accounts, and goes where a rule withholds it."""
    share = selection.assignments.get(wish.account)
    return share is not None and share.hands_off is None and wish.group_set not in {held.group_set for held in share.withheld}


def role_of(difference: Difference, request: Request) -> RoleKind:
    """The role a group set attaches to; one the catalog no longer knows is told by the role it names."""
    if difference.wanted is not None:
        return difference.wanted.role
    known = request.catalog.group_sets.get(difference.group_set) if difference.group_set else None
    if known is not None:
        return known.role
    name = difference.definition.parameters.get("RoleName") if difference.definition else None
    return next((kind for kind, role in request.rollout.roles.items() if role.name == name), RoleKind.SPOKE)


def explain(change: Change, request: Request) -> Change:
    """A revocation says why: used, expired, withheld by a rule, or simply no longer granted."""
    if change.change is not ChangeKind.REVOKE:
        return change
    grant = request.judgement.state_of(change.group_set, change.account)
    if grant is not None and grant.state in ENDED:
        return replace(change, because=grant.detail)
    share = request.selection.assignments.get(change.account)
    withheld = {held.group_set: held.because for held in share.withheld} if share else {}
    if request.purpose is Purpose.DESTROY:
        return replace(change, because="destroy")
    if change.group_set is None:
        return replace(change, because="no group set of this role is left")
    return replace(change, because=f"withheld: {withheld[change.group_set]}" if change.group_set in withheld else change.because)


def header(request: Request) -> Header:
    rollout, organization = request.rollout, request.organization
    return Header(
        created_at=request.now.replace(microsecond=0),
        purpose=request.purpose,
        organization=organization.id,
        management_account=organization.management_account,
        accounts=len(organization.accounts),
        home_region=rollout.home_region,
        prefix=rollout.prefix,
        profile=rollout.profile,
        call_as=rollout.call_as,
        pace=rollout.pace,
        overrides=request.allowed.flags(),
        because=request.because,
    )


def summarize(
    request: Request, compared: tuple[Difference, ...], hands_off: Mapping[AccountId, str], held: int, operations: int
) -> Summary:
    """Grants are counted as group sets, those ``held`` include excluded accounts'; role sets are not grants."""
    groups = [difference for difference in compared if difference.group_set is not None]
    changes = [change.change for difference in groups for change in difference.changes]
    known = set(request.organization.accounts)
    revoked, added = changes.count(ChangeKind.REVOKE), changes.count(ChangeKind.GRANT)
    return Summary(
        accounts_in_scope=len(known - set(hands_off)),
        accounts_excluded=len(known & set(hands_off)),
        grants_added=added,
        grants_revoked=revoked,
        grants_unchanged=held - revoked - changes.count(ChangeKind.UPDATE) - changes.count(ChangeKind.REPAIR),
        operations=operations,
        accounts_withheld=len({row.account for row in withheld_sets(request.selection)}),
        evidence_unknown=len(request.judgement.unseen()),
    )


def targets(accounts: Iterable[AccountId], request: Request) -> tuple[Target, ...]:
    """The accounts as they are, with the tags that some rule looks at."""
    keys = sorted({key for rule in request.rollout.rules for key in tags_in(rule.where)})
    found = (request.organization.accounts[account] for account in accounts)
    return tuple(Target(known.id, known.name, known.ou, known.state, {key: known.tags.get(key) for key in keys}) for known in found)


def removal_notices(changes: tuple[Change, ...], catalog: Catalog) -> tuple[str, ...]:
    """What taking group sets back costs, and what outlives it, as the catalog tells it; the same text once."""
    revoked = dict.fromkeys(change.group_set for change in changes if change.change is ChangeKind.REVOKE and change.group_set)
    found: dict[str, dict[str, None]] = {}
    for group_set in (catalog.group_sets[name] for name in revoked if name in catalog.group_sets):
        for removal in (catalog.groups[group].removal for group in group_set.groups):
            found.setdefault(" ".join(removal.split()), {})[group_set.name] = None
    return tuple(f"revokes {' and '.join(names)}. {removal}" for removal, names in found.items() if removal)


def auto_deployment_notices(compared: tuple[Difference, ...]) -> tuple[str, ...]:
    """What somebody else switched on, and what that may have granted."""
    return tuple(
        f'automatic deployment of "{difference.place.name}" was switched on by somebody else: accounts that join get it without a rule. '
        "It is switched off first; what it granted meanwhile is revoked like anything no rule grants."
        for difference in compared
        if difference.observed and difference.observed.auto_deploys
    )


def foreign_warnings(compared: tuple[Difference, ...]) -> tuple[str, ...]:
    return tuple(f'"{d.place.name}" is not ours (tags missing) and is left alone.' for d in compared if d.is_foreign and d.wanted is None)


def kept_alive(compared: tuple[Difference, ...], request: Request) -> tuple[str, ...]:
    """StackSets that a destruction cannot delete, because accounts that are left alone stay in them."""
    if request.purpose is not Purpose.DESTROY:
        return ()
    kept = [difference for difference in compared if difference.kept and not difference.is_foreign]
    return tuple(f'"{d.place.name}" stays: it is in {", ".join(d.kept)}, left alone.' for d in kept)


def idle_allowances(request: Request, everything: tuple[Difference, ...]) -> tuple[str, ...]:
    """A name that no group set bears allows nothing: more likely a slip than a wish."""
    known = {*request.catalog.group_sets, *(difference.group_set for difference in everything), "all"}
    return tuple(f"--allow-revokes {name}: there is no such group set, here or in AWS." for name in sorted(request.allowed.revokes - known))


def violations(
    request: Request, asked_for: WantedSets, compared: tuple[Difference, ...], operations: Iterable[Operation]
) -> tuple[Violation, ...]:
    holders = holders_of(request.observed)
    missing = holders - set(request.organization.accounts)
    return (
        *check_preconditions(request.organization, request.trusted_access, operations),
        *check_missing(missing, holders, request.organization, request.rollout, is_allowed=may_miss(request)),
        *check_foreign(compared),
        *check_hub(request.rollout, request.organization, [difference.place.name for difference in compared if difference.is_installing]),
        *check_definitions(compared),
        *check_role_names(compared),
        *check_sizes(asked_for, request.catalog, request.rollout),
        *check_revocations(count_revocations(request, compared), request.rollout, request.allowed, request.purpose),
    )


def may_miss(request: Request) -> bool:
    """A clean-up takes nothing from accounts that are gone, nor because they are."""
    return request.allowed.missing_accounts or request.purpose is Purpose.CLEANUP


def count_revocations(request: Request, compared: tuple[Difference, ...]) -> tuple[Revocations, ...]:
    """By group set, StackSet and plain stack together. Ended temporary grants never count: they are gone by right."""
    observed: Counter[GroupSetName] = Counter()
    revoked: Counter[GroupSetName] = Counter()
    for difference in compared:
        if difference.group_set is not None and not difference.is_foreign:
            observed[difference.group_set] += len(difference.instances)
            revoked[difference.group_set] += sum(not is_ended_grant(request, difference, account) for account in difference.delete)
    return tuple(Revocations(name, observed[name], revoked[name]) for name in observed)


def is_ended_grant(request: Request, difference: Difference, account: AccountId) -> bool:
    grant = request.judgement.state_of(difference.group_set, account)
    return grant is not None and grant.state in ENDED
