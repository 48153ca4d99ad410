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
from orchestrator.execution.engine import Conditions, Engine
from orchestrator.execution.events import Event
from orchestrator.execution.freshness import check_fresh
from orchestrator.execution.journal import Journal
from orchestrator.execution.ledger import Ledger
from orchestrator.execution.records import Record, Verified
from orchestrator.execution.remembering import records_of_run
from orchestrator.execution.verification import look_inside
from orchestrator.execution.verification import verify as compare
from orchestrator.model.assignment import Assignment, Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import AccountId, PlanDigest, RunId
from orchestrator.model.organization import Organization
from orchestrator.model.outcome import Difference, Outcome, Verification
from orchestrator.model.plan import HandsOff, Plan, Purpose
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import State
from orchestrator.model.status import AccountStatus
from orchestrator.model.temporary import LedgerEvent, TemporaryGrant
from orchestrator.planning.desired import desired_state
from orchestrator.planning.grants import TemporaryWish, wanted_sets
from orchestrator.planning.make_plan import NOTHING_ALLOWED, Request, make_plan
from orchestrator.planning.names import group_stack_set
from orchestrator.planning.projection import project
from orchestrator.planning.purposes import holders_of
from orchestrator.planning.safety import Allowances
from orchestrator.planning.standing import account_statuses
from orchestrator.planning.temporary import Facts, Judgement, candidates, held_grants, judge, remember
from orchestrator.planning.wishes import check_wish
from orchestrator.ports import Clock, Deployer, Directory, EvidenceReader, Inspector, Lock, Store
from orchestrator.selection.select import select


@dataclass(frozen=True, slots=True)
class Reach:
    """The adapters that need to know the organization before they can be built.

    ``has_management`` says whether the management account can be reached from here.
    """

    deployer: Deployer
    evidence: EvidenceReader
    inspector: Inspector
    has_management: bool = True


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
    if not reach.has_management:
        selection = without_management(selection, organization)
    observed = observe(rollout, tools.catalog, reach.deployer)
    return World(organization, reach, selection, observed, judge_temporary(tools, organization, selection, observed, reach.evidence))


def without_management(selection: Selection, organization: Organization) -> Selection:
    """The management account is left alone when there is no way into it; its part becomes a warning."""
    account = organization.management_account
    share = selection.assignments.get(account)
    if share is None or share.hands_off is not None:
        return selection
    reason = "cannot be reached from here; set access.management_role_arn"
    grants = ", ".join(grant.group_set for grant in share.grants)
    warnings = (f"management account {account}: {grants} left out, it {reason}.",) if grants else ()
    assignments = {**selection.assignments, account: Assignment(account, hands_off=reason)}
    return Selection(assignments, (*selection.warnings, *warnings))


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
        check_wish(wish, tools.rollout, tools.catalog, world.organization, world.selection)
    return tools.codec.seal(make_plan(request))


def plan_from_nothing(rollout: Rollout, catalog: Catalog, organization: Organization, clock: Clock, codec: PlanCodec) -> Plan:
    """Make a plan for an organization from a snapshot, as against an empty AWS: no credentials are needed."""
    selection = select(rollout, catalog, organization)
    wished = candidates(catalog, selection, (), ())
    judgement = judge([Facts(key, selection.granted(key[1]).get(key[0], ()), None, None, None) for key in wished], rollout, clock.now())
    return codec.seal(make_plan(Request(rollout, catalog, organization, selection, State(), judgement, clock.now())))


def desired(tools: Tools, world: World) -> State:
    """What the rules want of this world."""
    wanted = wanted_sets(tools.rollout, tools.catalog, world.organization, world.selection, world.judgement.wishes)
    return desired_state(wanted, world.organization.management_account)


def hands_off(world: World) -> frozenset[AccountId]:
    """Accounts that are never changed, those discovery no longer shows included."""
    gone = holders_of(world.observed, world.organization.management_account) - set(world.organization.accounts)
    return frozenset({account for account, share in world.selection.assignments.items() if share.hands_off is not None} | gone)


def verify(tools: Tools, *, drift: bool = False) -> Verification:
    """Compare what the rules want with what is there; with ``drift``, have AWS compare the accounts with the templates too."""
    world = read_world(tools)
    found = compare(desired(tools, world), world.observed, world.organization.management_account, hands_off(world))
    if not drift:
        return found
    ours = [name for name, stack_set in world.observed.stack_sets.items() if not stack_set.is_foreign]
    drifted = world.reach.deployer.detect_drift([*ours, *(name for name, stack in world.observed.stacks.items() if not stack.is_foreign)])
    return replace(found, tampered=(*found.tampered, *drifted))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the rollout stands: every account, every temporary grant, and the accounts left alone."""

    accounts: tuple[AccountStatus, ...]
    temporary: tuple[TemporaryGrant, ...]
    excluded: tuple[HandsOff, ...]


def status(tools: Tools) -> Standing:
    """Where every account stands, temporary grants with age and evidence."""
    world = read_world(tools)
    untouched = hands_off(world)
    statuses = account_statuses(desired(tools, world), world.observed, world.organization, tools.rollout.prefix)
    reasons = {account: share.hands_off for account, share in world.selection.assignments.items() if share.hands_off}
    holding = {entry.id: len((*entry.granted, *entry.unexpected, *entry.outdated, *entry.failed)) for entry in statuses}
    left = tuple(
        HandsOff(account, reasons.get(account, "no longer in the organization"), holding.get(account, 0)) for account in sorted(untouched)
    )
    return Standing(tuple(entry for entry in statuses if entry.id not in untouched), world.judgement.grants, left)


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a plan is applied: by which run, up to which wave, told to whom, interrupted by what."""

    run: RunId
    holder: str
    until: str | None = None
    break_lock: bool = False
    tell: Callable[[Event], None] = lambda _: None
    is_interrupted: Callable[[], bool] = lambda: False


CURRENT = "current"
"""The store's key for the plan that was begun and has not converged."""


def unfinished_plan(tools: Tools) -> Plan | None:
    """The plan that was begun and has not converged, or None."""
    digest = tools.store.get(CURRENT)
    content = tools.store.get(plan_key(digest.decode())) if digest else None
    return tools.codec.decode(content, f"plan {digest.decode()} in the state") if content and digest else None


def plan_key(digest: str) -> str:
    """Where a plan is kept for resumption and history."""
    return f"plans/{digest.removeprefix('sha256:')}.json"


def apply(tools: Tools, plan: Plan, conduct: Conduct) -> Outcome:
    """Carry out exactly this plan, or what is left of it.

    Raises RefusedError (violations, lock, stale plan, another organization), InterruptedRunError, AwsError, StateError.
    """
    refuse_violations(plan)
    check_waves(plan, conduct.until)
    tools.lock.acquire(conduct.holder, break_lock=conduct.break_lock or "--break-lock" in plan.header.overrides)
    try:
        return apply_locked(tools, plan, conduct)
    finally:
        tools.lock.release()


def refuse_violations(plan: Plan) -> None:
    """A plan with violations is never applied."""
    if plan.violations:
        listed = "\n".join(f"  {violation.message}" for violation in plan.violations)
        message = f"the plan has {len(plan.violations)} violations:\n{listed}"
        raise RefusedError(message, kind="violations", remedy="Make a new plan once they are resolved.")


def check_waves(plan: Plan, until: str | None) -> None:
    """The wave to stop after has to exist."""
    names = [wave.name for wave in plan.header.pace.waves]
    if until is not None and until not in names:
        raise UsageError(f'there is no wave "{until}".', remedy=f"Waves: {', '.join(names)}.")


def apply_locked(tools: Tools, plan: Plan, conduct: Conduct) -> Outcome:
    """The part that holds the lock."""
    organization = discover(tools)
    reach = tools.reach(organization)
    journal = Journal(tools.store, plan.digest)
    state = journal.replay()
    if state.runs and state.are_complete(plan.operations):
        remember_run(tools, plan, journal)
        outcome = Engine(plan, reach.deployer, journal, tools.clock, conditions(tools, conduct)).outcome()
        if not state.is_verified:
            return conclude(tools, plan, outcome, reach, organization)
        forget_current(tools, plan)
        return replace(outcome, already_done=True)
    check_fresh(plan, state, observe(tools.rollout, tools.catalog, reach.deployer), organization)
    tools.store.put(plan_key(plan.digest), tools.codec.encode(plan))
    tools.store.put(CURRENT, plan.digest.encode())
    engine = Engine(plan, reach.deployer, journal, tools.clock, conditions(tools, conduct))
    try:
        for event in engine.run():
            conduct.tell(event)
    finally:
        remember_run(tools, plan, journal)
    return conclude(tools, plan, engine.outcome(), reach, organization)


def conditions(tools: Tools, conduct: Conduct) -> Conditions:
    """What the engine has to know of this run."""
    return Conditions(
        poll_seconds=tools.poll_seconds,
        until=conduct.until,
        is_interrupted=conduct.is_interrupted,
        run=conduct.run,
        caller=tools.caller(),
        host=conduct.holder,
    )


def conclude(tools: Tools, plan: Plan, outcome: Outcome, reach: Reach, organization: Organization) -> Outcome:
    """Look again: at AWS as a whole when the plan is through, and into the accounts something temporary was taken from."""
    found = Verification()
    if outcome.stopped_after is None and not outcome.failed:
        observed = observe(tools.rollout, tools.catalog, reach.deployer)
        spared = [excluded.account for excluded in plan.excluded]
        found = compare(project(plan.operations, plan.observed), observed, organization.management_account, spared)
    still, unreachable = prove_gone(tools, plan, reach.inspector)
    outcome = replace(outcome, verification=replace(found, tampered=(*found.tampered, *still), unreachable=unreachable))
    Journal(tools.store, plan.digest).write(Verified(at=tools.clock.now(), is_converged=outcome.is_converged))
    if outcome.is_converged:
        forget_current(tools, plan)
    return outcome


def prove_gone(tools: Tools, plan: Plan, inspector: Inspector) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
    """Ask the accounts whether the revoked temporary policies are really gone, and write the answer into the ledger."""
    ledger, roles = Ledger(tools.store), tools.rollout.roles
    revoked = [record for record in ledger.records() if record.event is LedgerEvent.REVOKED and record.plan == plan.digest]
    known = [record for record in revoked if record.group_set in tools.catalog.group_sets]
    looked = [
        (
            group_stack_set(tools.rollout.prefix, record.group_set),
            record.account,
            roles[tools.catalog.group_sets[record.group_set].role].name,
        )
        for record in known
    ]
    still, unreachable = look_inside(looked, inspector)
    unproven = {(found.account, found.stack_set) for found in (*still, *unreachable)}
    gone = [record for record in known if (record.account, group_stack_set(tools.rollout.prefix, record.group_set)) not in unproven]
    there = [
        record
        for record in known
        if (record.account, group_stack_set(tools.rollout.prefix, record.group_set)) in {(f.account, f.stack_set) for f in still}
    ]
    now = tools.clock.now()
    ledger.add(replace(record, at=now, event=LedgerEvent.STILL_THERE) for record in there)
    ledger.add(replace(record, at=now, event=LedgerEvent.GONE) for record in gone)
    return still, unreachable


def remember_run(tools: Tools, plan: Plan, journal: Journal) -> None:
    """Write what was done to temporary grants into the ledger; each event once."""
    temporary = [name for name, group_set in tools.catalog.group_sets.items() if group_set.temporary]
    Ledger(tools.store).add(records_of_run(plan, journal.replay(), temporary, tools.clock.now()))


def forget_current(tools: Tools, plan: Plan) -> None:
    """Nothing is left to resume."""
    if tools.store.get(CURRENT) == plan.digest.encode():
        tools.store.put(CURRENT, b"")


def journals(tools: Tools) -> dict[PlanDigest, tuple[Record, ...]]:
    """The records of every plan that was ever begun, by digest."""
    digests = [PlanDigest(f"sha256:{name.removeprefix('journal/')}") for name in tools.store.keys("journal/")]
    return {digest: Journal(tools.store, digest).records() for digest in digests}
