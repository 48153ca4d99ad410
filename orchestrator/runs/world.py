"""Everything that is read before anything is decided: the organization, what is deployed, and the evidence of use."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from orchestrator.errors import RefusedError
from orchestrator.model.activity import Activity, followed
from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.names import group_stack_set
from orchestrator.model.organization import WHOLE, Extent, Organization
from orchestrator.model.outcome import Deviation
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import Instance, State
from orchestrator.model.temporary import OUT_OF_REACH
from orchestrator.planning.basis import Basis
from orchestrator.planning.exclusion import MISSING, Exclusions, exclusions
from orchestrator.planning.make_plan import desired_by, wanted_by
from orchestrator.ports import Deployer
from orchestrator.runs.belonging import is_memory_lost, refuse_state_of_another
from orchestrator.runs.second_look import NOTHING_SEEN, look_again, with_alterations
from orchestrator.runs.tools import Reach, Tools
from orchestrator.runs.unfinished import ledger_with_unfinished
from orchestrator.selection.references import extent_of
from orchestrator.selection.select import select
from orchestrator.temporary.life import Facts, Judgement, candidates, held_grants, judge, window_of
from orchestrator.temporary.memory import FORGOTTEN, Key, Memory, remember, temporary_sets


@dataclass(frozen=True, slots=True)
class World:
    """Everything that was read for one plan; ``now`` is when the temporary grants were judged."""

    organization: Organization
    reach: Reach
    selection: Selection
    observed: State
    excluded: Exclusions
    judgement: Judgement
    now: datetime
    is_memory_lost: bool = False


def discover(tools: Tools, extent: Extent = WHOLE) -> Organization:
    """Read the organization; refuse another one than rollout.yaml names."""
    organization = tools.directory.discover(extent)
    expected = tools.rollout.organization_id
    if expected is not None and organization.id != expected:
        message = f"the credentials belong to organization {organization.id}, rollout.yaml is for {expected}."
        raise RefusedError(message, kind="another_organization", remedy="Use credentials of that organization, or correct organization.id.")
    return organization


def discover_own(tools: Tools) -> Organization:
    """Read of the organization what the rollout needs, for work with the state: refuse that of another rollout."""
    organization = discover(tools, extent_of(tools.rollout))
    refuse_state_of_another(tools, organization)
    return organization


def with_policies(tools: Tools, organization: Organization) -> Organization:
    """The organization with its control policies, or why they could not be read."""
    return replace(organization, policies=tools.directory.policies(organization))


def observe(rollout: Rollout, catalog: Catalog, deployer: Deployer) -> State:
    """Read what is deployed, with the windows of temporary group sets."""
    return deployer.observe([group_stack_set(rollout.prefix, name) for name in catalog.temporary_sets()])


def read_world(tools: Tools, *, include_excluded: bool = False, looks_again: bool = True) -> World:
    """Discover, select, observe, and judge the temporary grants. Writes nothing."""
    organization = discover_own(tools)
    reach = tools.reach(organization)
    return read_deployed(tools, organization, reach, include_excluded=include_excluded, looks_again=looks_again)


def observe_again(tools: Tools, world: World, *, looks_again: bool) -> World:
    """The same organization with what is deployed now: drift detection found something meanwhile."""
    observed = observe(tools.rollout, tools.catalog, world.reach.deployer)
    look = look_again(tools, world.reach, world.organization, observed, world.excluded) if looks_again else NOTHING_SEEN
    return replace(world, observed=with_alterations(observed, look, world.reach.deployer, world.organization.management_account))


def read_deployed(
    tools: Tools,
    organization: Organization,
    reach: Reach,
    *,
    include_excluded: bool = False,
    opens_at: datetime | None = None,
    looks_again: bool = True,
) -> World:
    """What follows once the organization is known. Windows that are to be opened begin ``opens_at``, by default now.

    ``looks_again`` into the accounts where the last look found what a plan can repair.
    """
    selection = select_accounts(tools, organization, reach, include_excluded=include_excluded)
    observed = observe(tools.rollout, tools.catalog, reach.deployer)
    excluded = exclusions(selection, organization, observed)
    look = look_again(tools, reach, organization, observed, excluded) if looks_again else NOTHING_SEEN
    observed = with_alterations(observed, look, reach.deployer, organization.management_account)
    selection = replace(selection, warnings=(*selection.warnings, *look.warnings()))
    facts = [replace(fact, opens_at=opens_at) for fact in temporary_facts(tools, organization, selection, observed, excluded, reach)]
    now = tools.clock.now()
    judgement = judge(facts, tools.rollout, now)
    return World(organization, reach, selection, observed, excluded, judgement, now, is_memory_lost(tools, observed))


def select_accounts(tools: Tools, organization: Organization, reach: Reach, *, include_excluded: bool) -> Selection:
    """Who gets what, as far as it can be reached from here."""
    rollout = tools.rollout
    if include_excluded:
        rollout = replace(rollout, rules=tuple(rule for rule in rollout.rules if not rule.exclude))
    selection = select(rollout, tools.catalog, organization)
    return selection if reach.has_management else without_management(selection, organization)


def without_management(selection: Selection, organization: Organization) -> Selection:
    """The management account is excluded when it cannot be reached; its part becomes a warning."""
    account = organization.management_account
    share = selection.assignments.get(account)
    if share is None or share.excluded is not None:
        return selection
    grants = ", ".join(grant.group_set for grant in share.grants)
    warnings = (f"management account {account}: {grants} left out, it {OUT_OF_REACH}.",) if grants else ()
    assignments = {**selection.assignments, account: replace(share, excluded=OUT_OF_REACH)}
    return Selection(assignments, (*selection.warnings, *warnings))


def out_of_reach(tools: Tools, world: World) -> tuple[Deviation, ...]:
    """What the rules grant in a management account we cannot read."""
    share = world.selection.assignments.get(world.organization.management_account)
    if world.reach.has_management or share is None:
        return ()
    prefix, reason = tools.rollout.prefix, share.excluded or ""
    return tuple(Deviation(share.account, group_stack_set(prefix, grant.group_set), reason) for grant in share.grants)


def temporary_facts(
    tools: Tools, organization: Organization, selection: Selection, observed: State, excluded: Exclusions, reach: Reach
) -> Iterator[Facts]:
    """Look for evidence wherever a temporary grant is held or would be made."""
    rollout, catalog = tools.rollout, tools.catalog
    records = ledger_with_unfinished(tools)
    memories = remember(records)
    unknown = FORGOTTEN if is_memory_lost(tools, observed) else None
    seen = held_grants(rollout, temporary_sets(catalog, records), observed)
    grants = {**(out_of_sight(memories, organization) if not reach.has_management else {}), **seen}
    keys = tuple(candidates(catalog, selection, grants, records))
    for name, account in followed(Activity.EVIDENCE, keys, len(keys), tools.tell):
        terms = rollout.temporary.get(name)
        known = catalog.group_sets.get(name)
        role = rollout.roles[known.role].name if known and known.role in rollout.roles else ""
        rules, key = selection.granted(account).get(name, ()), (name, account)
        why_excluded = excluded.get(account) or (None if account in organization.accounts else MISSING)
        fact = Facts(key, rules, grants.get(key), memories.get(key, unknown), None, why_excluded, known is not None)
        window = window_of(fact) if fact.instance else None
        since = window.not_before if window else None
        found = reach.evidence.read(account, terms.remove_when, since=since, role_name=role) if terms else None
        yield replace(fact, evidence=found)


def out_of_sight(memories: Mapping[Key, Memory], organization: Organization) -> dict[Key, Instance]:
    """Ledger grants in a management account we cannot read."""
    where = organization.management_account
    return {key: Instance(window=memory.window) for key, memory in memories.items() if key[1] == where and not memory.is_revoked}


def basis_of(tools: Tools, world: World) -> Basis:
    """What a plan for the rollout is made from."""
    return Basis(
        rollout=tools.rollout,
        catalog=tools.catalog,
        organization=world.organization,
        selection=world.selection,
        observed=world.observed,
        excluded=world.excluded,
        judgement=world.judgement,
        now=world.now,
    )


def desired(tools: Tools, world: World) -> State:
    """What the rules want of this world, as a plan would have it."""
    basis = basis_of(tools, world)
    return desired_by(basis, wanted_by(basis))
