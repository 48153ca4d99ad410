"""The whole run, stage by stage; each function is one verb of the program.

Discovery reads the organization. Selection decides by rules which account gets which group sets. Observation reads the
StackSets and management stacks that exist, and for temporary grants their windows and the evidence of their use. From
these a plan is made, and nothing has been written so far. Applying takes a plan and nothing else: it takes the lock,
writes the plan down, reads the world again and refuses when it is not what the plan saw, then carries the operations
out, journals each before it is sent, and afterwards compares AWS with what the plan promised. Whatever was granted for
a time or taken back goes into the ledger, and of what was taken back the account itself is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from orchestrator.errors import RefusedError, UsageError
from orchestrator.execution.ledger import Ledger
from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.organization import Organization
from orchestrator.model.plan import Plan, Purpose
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import State
from orchestrator.planning.grants import TemporaryWish
from orchestrator.planning.make_plan import NOTHING_ALLOWED, Request, make_plan
from orchestrator.planning.names import group_stack_set
from orchestrator.planning.safety import Allowances
from orchestrator.planning.temporary import Facts, Judgement, candidates, held_grants, judge, remember
from orchestrator.ports import Clock, Deployer, Directory, EvidenceReader, Inspector, Lock, Store
from orchestrator.selection.select import select


@dataclass(frozen=True, slots=True)
class Reach:
    """The adapters that need to know the organization before they can be built."""

    deployer: Deployer
    evidence: EvidenceReader
    inspector: Inspector


@dataclass(frozen=True, slots=True)
class PlanCodec:
    """How plans become bytes. ``seal`` gives a plan its digest."""

    encode: Callable[[Plan], bytes]
    decode: Callable[[bytes, str], Plan]
    seal: Callable[[Plan], Plan]


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything a workflow works with. ``caller`` is the ARN we act as."""

    rollout: Rollout
    catalog: Catalog
    directory: Directory
    reach: Callable[[Organization], Reach]
    store: Store
    lock: Lock
    clock: Clock
    codec: PlanCodec
    caller: Callable[[], str]
    poll_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class World:
    """Everything that was read for one plan."""

    organization: Organization
    reach: Reach
    selection: Selection
    observed: State
    judgement: Judgement


def discover(tools: Tools) -> Organization:
    """Read the organization; refuse another one than rollout.yaml names."""
    organization = tools.directory.discover()
    expected = tools.rollout.organization_id
    if expected is not None and organization.id != expected:
        message = f"the credentials belong to organization {organization.id}, rollout.yaml is for {expected}."
        raise RefusedError(message, kind="another_organization", remedy="Use credentials of that organization, or correct organization.id.")
    return organization


def observe(rollout: Rollout, catalog: Catalog, deployer: Deployer) -> State:
    """Read what is deployed, with the windows of temporary group sets."""
    return deployer.observe([group_stack_set(rollout.prefix, name) for name, known in catalog.group_sets.items() if known.temporary])


def read_world(tools: Tools, *, include_excluded: bool = False) -> World:
    """Discover, select, observe, and judge the temporary grants. Writes nothing."""
    rollout = tools.rollout
    organization = discover(tools)
    if include_excluded:
        rollout = replace(rollout, rules=tuple(rule for rule in rollout.rules if not rule.exclude))
    selection = select(rollout, tools.catalog, organization)
    reach = tools.reach(organization)
    observed = observe(rollout, tools.catalog, reach.deployer)
    return World(organization, reach, selection, observed, judge_temporary(tools, organization, selection, observed, reach.evidence))


def judge_temporary(tools: Tools, organization: Organization, selection: Selection, observed: State, evidence: EvidenceReader) -> Judgement:
    """Look for evidence wherever a temporary grant is held or would be made."""
    rollout, catalog = tools.rollout, tools.catalog
    records = Ledger(tools.store).records()
    held = held_grants(rollout, catalog, observed, organization.management_account)
    memories = remember(records)
    facts = []
    for name, account in candidates(catalog, selection, held, records):
        terms = rollout.temporary.get(name)
        role = rollout.roles[catalog.group_sets[name].role].name
        instance, memory = held.get((name, account)), memories.get((name, account))
        window = instance.window if instance else None
        since = window.not_before if window else None
        found = evidence.read(account, terms.remove_when, since=since, role_name=role) if terms else None
        facts.append(Facts((name, account), selection.granted(account).get(name, ()), instance, memory, found))
    return judge(facts, rollout, tools.clock.now())


def plan(
    tools: Tools,
    *,
    purpose: Purpose = Purpose.ROLLOUT,
    allowed: Allowances = NOTHING_ALLOWED,
    wish: TemporaryWish | None = None,
    because: str = "",
) -> Plan:
    """Make a plan against AWS as it is. Writes nothing."""
    world = read_world(tools, include_excluded=allowed.include_excluded)
    request = Request(
        rollout=tools.rollout,
        catalog=tools.catalog,
        organization=world.organization,
        selection=world.selection,
        observed=world.observed,
        judgement=world.judgement,
        now=tools.clock.now(),
        purpose=purpose,
        allowed=allowed,
        wish=wish,
        because=because,
    )
    if wish is not None:
        check_wish(request, wish)
    return tools.codec.seal(make_plan(request))


def plan_from_nothing(rollout: Rollout, catalog: Catalog, organization: Organization, clock: Clock, codec: PlanCodec) -> Plan:
    """Make a plan for an organization from a snapshot, as against an empty AWS: no credentials are needed."""
    selection = select(rollout, catalog, organization)
    wished = candidates(catalog, selection, (), ())
    judgement = judge([Facts(key, selection.granted(key[1]).get(key[0], ()), None, None, None) for key in wished], rollout, clock.now())
    return codec.seal(make_plan(Request(rollout, catalog, organization, selection, State(), judgement, clock.now())))


def check_wish(request: Request, wish: TemporaryWish) -> None:
    """A deliberate grant still has to be for an account we may change and that can take the group set.

    Raises UsageError or RefusedError.
    """
    group_set = request.catalog.group_sets.get(wish.group_set)
    if group_set is None or not group_set.temporary:
        temporary = ", ".join(name for name, known in request.catalog.group_sets.items() if known.temporary)
        raise UsageError(f'"{wish.group_set}" is not a temporary group set.', remedy=f"Temporary ones: {temporary}.")
    share = request.selection.assignments.get(wish.account)
    if share is None:
        raise UsageError(
            f"account {wish.account} is not in organization {request.organization.id}.", remedy="`discover` lists the accounts."
        )
    if share.hands_off is not None:
        raise RefusedError(f"account {wish.account} is never changed: {share.hands_off}.", where=wish.account)
    if reason := misplaced(request, wish):
        raise RefusedError(f"{wish.group_set} cannot go to account {wish.account}: {reason}.", where=wish.account)


def misplaced(request: Request, wish: TemporaryWish) -> str | None:
    """Why the account cannot take the group set, by where its role lives or because a rule withholds it."""
    role = request.catalog.group_sets[wish.group_set].role
    hub, management = request.rollout.hub_account, request.organization.management_account
    if role.is_hub and wish.account != hub:
        return f"hub sets go to the hub account {hub} alone"
    if role is RoleKind.DISCOVERY and wish.account != management:
        return f"management sets go to the management account {management} alone"
    if role is RoleKind.SPOKE and wish.account == hub:
        return "spoke sets do not go to the hub account"
    return withheld_because(request.selection, wish.account, wish.group_set)


def withheld_because(selection: Selection, account: AccountId, name: GroupSetName) -> str | None:
    """The rule that withholds a group set which another rule grants."""
    return next((f"withheld: {held.because}" for held in selection.assignments[account].withheld if held.group_set == name), None)
