"""A plan for a part of the rollout: outside of it, what is desired is what is observed. Everything else about a plan follows from that."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from orchestrator.errors import OrchestratorError
from orchestrator.model.catalog import Catalog
from orchestrator.model.counts import counted, some_of
from orchestrator.model.identifiers import AccountId, GroupSetName, OuPath, StackSetName
from orchestrator.model.names import group_set_of, group_stack_set, role_kind_of, role_stack_set
from orchestrator.model.nearness import did_you_mean
from orchestrator.model.organization import Organization, is_below
from orchestrator.model.part import Narrowing, Part
from orchestrator.model.plan import Change, ChangeKind, Violation
from orchestrator.model.state import Condition, Place, State
from orchestrator.planning.basis import Basis
from orchestrator.planning.changes import is_gone
from orchestrator.planning.delta import Delta, Difference, compare
from orchestrator.planning.grants import WantedSets, role_reason
from orchestrator.planning.purposes import narrowed

Cover = Callable[[AccountId], bool]


def cover_of(part: Part, organization: Organization) -> Cover:
    """Whether an account is in the part."""
    if not part.names_accounts:
        return lambda _: True
    paths = [path_of(unit, organization) for unit in part.units]
    below = {account.id for account in organization.accounts.values() if any(is_below(account.ou, path) for path in paths)}
    return frozenset({*part.accounts, *below}).__contains__


def path_of(unit: str, organization: Organization) -> OuPath:
    """Discovery does not read every unit: a unit that it read only as the place of accounts is known by its path."""
    return organization.path_of(unit) or OuPath(unit)


def only_part(part: Part, desired: State, basis: Basis) -> State:
    """What is observed, but for the part.

    Narrowed to group sets, a role set changes only where one of these needs a role that is not there. A role that nothing needs any more
    stays until the whole plan takes it away; where a role has to be made anew, other group sets go with it, so nothing is granted there.
    """
    covers, delta, prefix = cover_of(part, basis.organization), compare(basis.observed, desired), basis.rollout.prefix
    asked = {place: difference for place, difference in delta.items() if is_asked(part, place, prefix)}
    roles = {place: role_set_of(place, delta, basis) for place in asked} if part.group_sets else {}
    groups = {place: set(filter(covers, accounts_of(difference, roles.get(place)))) for place, difference in asked.items()}
    needed: dict[Place, set[AccountId]] = {}
    for place, role in roles.items():
        if role is not None:
            needed.setdefault(role.place, set()).update(groups[place] & missing(asked[place]) & missing(role))
    return narrowed(basis.observed, desired, {place: accounts for place, accounts in {**groups, **needed}.items() if accounts})


def is_asked(part: Part, place: Place, prefix: str) -> bool:
    """Whether everything in a place is; role sets are where no group set is named."""
    return not part.group_sets or group_set_of(prefix, place.name) in part.group_sets


def accounts_of(difference: Difference, role: Difference | None) -> Iterator[AccountId]:
    """Those of a group set; ``role`` is its role set, where that is not in the part as a whole."""
    broken = made_anew(role) if role is not None else frozenset()
    yield from difference.removed
    yield from (account for account in (*difference.added, *difference.kept) if account not in broken)


def role_set_of(place: Place, delta: Delta, basis: Basis) -> Difference | None:
    """That of the role a group set attaches to; None for a set that the catalog does not know any more: nothing needs its role."""
    known = basis.catalog.group_sets.get(group_set_of(basis.rollout.prefix, place.name) or GroupSetName(""))
    return delta.get(Place(role_stack_set(basis.rollout.prefix, known.role), place.is_stack)) if known else None


def made_anew(role_set: Difference) -> frozenset[AccountId]:
    """The accounts whose role no update repairs."""
    return frozenset(account for account, before, _ in role_set.changed() if before.condition is Condition.INOPERABLE or is_gone(before))


def missing(difference: Difference) -> set[AccountId]:
    """The accounts that have nothing there yet, or only what AWS failed to make."""
    return {*difference.added, *(account for account, before, _ in difference.changed() if before.has_failed)}


def reasons_in(part: Part, wanted: WantedSets) -> WantedSets:
    """What is wanted, roles for a group set of the part: another one that also needs them is not granted by its plan."""
    asked = [share for share in wanted.values() if share.group_set in part.group_sets]
    why = {(share.role, account): role_reason(share) for share in reversed(asked) for account in share.accounts}
    return {
        place: share
        if share.group_set
        else replace(share, accounts={account: why.get((share.role, account), reason) for account, reason in share.accounts.items()})
        for place, share in wanted.items()
    }


def narrowing_of(part: Part, rows: Iterable[Change], whole: Iterable[Change]) -> Narrowing:
    """What the whole plan changes beyond the rows of a part."""
    left = steps_of(whole) - steps_of(rows)
    return Narrowing(part, len(left), len({account for _, _, account in left}))


def narrowing_notices(narrowing: Narrowing | None) -> Iterator[str]:
    """What the plan is narrowed to and how much it leaves out."""
    if narrowing is not None:
        part = narrowing.part
        sets = [f"group set {some_of(part.group_sets, 'group set')}"] if part.group_sets else []
        places = [some_of((*part.accounts, *part.units), "place")] if part.names_accounts else []
        left = f"{counted(narrowing.changes_left_out, 'more change')} in {counted(narrowing.accounts_left_out, 'account')}"
        yield f"this plan is narrowed to {' in '.join((*sets, *places))}. The whole plan has {left}."


def steps_of(rows: Iterable[Change]) -> set[tuple[ChangeKind, StackSetName, AccountId]]:
    return {(row.change, row.stack_set, account) for row in rows for account in row.accounts}


def check_part(basis: Basis) -> Iterator[Violation]:
    """Roles that trust a hub which moves change in step with it, everywhere."""
    if basis.part is None:
        return
    hub = basis.rollout.hub_account
    if old_hubs := sorted(account for account in hubs_in(basis) if account != hub and account not in basis.excluded):
        message = f"the hub moves from {', '.join(old_hubs)} to {hub}, and roles that trust it change together"
        yield Violation("hub_moves", f"{message}. Plan without --account, --unit and --group-set.")


def hubs_in(basis: Basis) -> set[AccountId]:
    """The accounts in which roles of a hub are."""
    places = ((role_kind_of(basis.rollout.prefix, place.name), unit) for place, unit in basis.observed.items())
    return {account for kind, unit in places if kind is not None and kind.is_hub and not unit.is_foreign for account in unit.instances}


def check_names(part: Part, organization: Organization, catalog: Catalog, observed: State, prefix: str) -> None:
    """Raises OrchestratorError for a name that neither the organization nor the catalog or AWS knows, with near ones."""
    for account in part.accounts:
        if account not in organization.accounts:
            raise unknown("account", account, organization.accounts, f"in organization {organization.id}", "`discover` lists the accounts.")
    held = [account.ou for account in organization.accounts.values()]
    for unit in part.units:
        path = path_of(unit, organization)
        if not any(is_below(ou, path) for ou in held):
            near = {*held, *(known.path for known in organization.organizational_units)}
            raise unknown("organizational unit with accounts", unit, near, f"in organization {organization.id}", "`discover` lists them.")
    deployed = {place.name for place in observed}
    for name in part.group_sets:
        if name not in catalog.group_sets and group_stack_set(prefix, name) not in deployed:
            raise unknown("group set", name, catalog.group_sets, "in the catalog or in AWS", "`groups` lists them.")


def unknown(kind: str, name: str, known: Iterable[str], where: str, otherwise: str) -> OrchestratorError:
    remedy = did_you_mean(name, known, otherwise)
    return OrchestratorError(f'there is no {kind} "{name}" {where}.', where=name, remedy=remedy)
