"""Carries one plan out under the lock, written down before it is begun, and looks afterwards whether AWS is as promised."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace

from orchestrator.errors import InterruptedRunError, OrchestratorError, RefusedError, UsageError, ViolationsError
from orchestrator.execution.engine import Conditions, Engine
from orchestrator.execution.events import Event
from orchestrator.execution.freshness import check_fresh, check_windows
from orchestrator.execution.journal import Journal
from orchestrator.execution.records import Verified
from orchestrator.execution.run_state import RunState
from orchestrator.execution.verification import verify as compare
from orchestrator.model.fingerprint import EXTERNAL_ID_PARAMETER, fingerprint
from orchestrator.model.identifiers import RunId
from orchestrator.model.nearness import did_you_mean
from orchestrator.model.operation import CreateStack, CreateStackSet, UpdateStack, UpdateStackSet
from orchestrator.model.organization import Organization
from orchestrator.model.outcome import NOT_COMPARED, Outcome
from orchestrator.model.plan import Plan, Purpose
from orchestrator.planning.projection import project
from orchestrator.runs.belonging import claim
from orchestrator.runs.proof import owes_a_look, prove_gone
from orchestrator.runs.tools import Reach, Tools
from orchestrator.runs.unfinished import forget_current, has_begun, keep_current, remember_run, unfinished_plan
from orchestrator.runs.world import discover_own, observe


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a plan is applied: by which run, up to which wave, told to whom, interrupted by what.

    ``deferring``: inside it an interruption waits until it is asked for or the end is reached. ``resume`` is the command that goes on.
    ``is_just_made``: the plan is of this moment, and when empty needs no second look.
    """

    run: RunId
    holder: str
    until: str | None = None
    break_lock: bool = False
    tell: Callable[[Event], None] = lambda _: None
    is_interrupted: Callable[[], bool] = lambda: False
    deferring: Callable[[], AbstractContextManager[None]] = nullcontext
    resume: str = "orchestrator apply with the same plan"
    is_just_made: bool = False


Defining = CreateStackSet | UpdateStackSet | CreateStack | UpdateStack


def apply(tools: Tools, plan: Plan, conduct: Conduct) -> Outcome:
    """Carry out exactly this plan, or what is left of it.

    Raises RefusedError (violations, lock, stale plan, another organization), InterruptedRunError, AwsError, StateError.
    """
    refuse_violations(plan)
    refuse_another_rollout(plan, tools)
    refuse_unknown_secrets(plan, tools)
    check_waves(plan, conduct.until)
    if not plan.operations and not (plan.header.purpose is Purpose.CLEANUP and owes_a_look(tools)):
        return nothing_to_do(tools, plan, conduct)
    with locked(tools, conduct, break_lock=conduct.break_lock or may_break_lock(tools, plan)):
        return apply_locked(tools, plan, conduct) if plan.operations else look_again(tools, plan)


def may_break_lock(tools: Tools, plan: Plan) -> bool:
    """A plan made with --break-lock breaks the lock it was made against: once it was begun, the lock is that of one of its own runs."""
    return "--break-lock" in plan.header.overrides and not has_begun(tools, plan)


def nothing_to_do(tools: Tools, plan: Plan, conduct: Conduct) -> Outcome:
    """Even of an empty plan it has to be true still that there is nothing to do."""
    if not conduct.is_just_made:
        organization = discover_own(tools)
        observed = observe(tools.rollout, tools.catalog, tools.reach(organization).deployer)
        check_fresh(plan, RunState(), observed, organization)
    return Outcome(plan.digest, (), temporary=plan.temporary)


@contextmanager
def locked(tools: Tools, conduct: Conduct, *, break_lock: bool) -> Iterator[None]:
    """Holds the lock; given back however the run ends, an interruption in the middle of taking it included."""
    try:
        tools.lock.acquire(conduct.holder, break_lock=break_lock)
        yield
    except BaseException:
        with suppress(OrchestratorError):  # why the run ended matters more than that the lock stays
            tools.lock.release()
        raise
    with conduct.deferring():
        tools.lock.release()


def abandon(tools: Tools, plan: Plan, conduct: Conduct, because: str) -> None:
    """Give up a plan that was begun, before another one is made: what AWS still works on is waited for and written down."""
    with locked(tools, conduct, break_lock=conduct.break_lock):
        reach = tools.reach(discover_own(tools))
        settle(tools, plan, reach, conduct).supersede(because)
        forget_current(tools, plan)


def settle(tools: Tools, plan: Plan, reach: Reach, conduct: Conduct) -> Engine:
    """Wait for what an earlier run of a plan left in flight, and remember what came of it."""
    journal = Journal(tools.store, plan.digest)
    engine = Engine(plan, reach.deployer, journal, tools.clock, conditions(tools, conduct))
    with conduct.deferring():
        for event in engine.settle():
            conduct.tell(event)
        remember_run(tools, plan, journal)
    return engine


def cut_off(tools: Tools, plan: Plan, conduct: Conduct) -> InterruptedRunError:
    """What to say of a run that was ended in the middle of a call: the journal knows what AWS may have."""
    state = Journal(tools.store, plan.digest).replay()
    submitted = [state.of(operation) for operation in plan.operations if state.of(operation).attempts]
    running = sum(operation.in_flight is not None for operation in submitted)
    amount = f"submitted of the plan's operations: {len(submitted)} of {len(plan.operations)}; AWS may be working on {running} of them"
    message = f"interrupted; {amount}." if submitted else "interrupted: nothing was submitted."
    return InterruptedRunError(message, remedy=f"Run again to go on: {conduct.resume}")


def look_again(tools: Tools, plan: Plan) -> Outcome:
    """A clean-up with nothing to revoke still owes a look at what earlier runs took back."""
    organization = discover_own(tools)
    found = prove_gone(tools, plan, organization, tools.reach(organization))
    return Outcome(plan.digest, (), temporary=plan.temporary, verification=found)


def refuse_violations(plan: Plan) -> None:
    """A plan with violations is never applied."""
    if plan.violations:
        raise ViolationsError([(violation.kind, violation.message) for violation in plan.violations])


def refuse_another_rollout(plan: Plan, tools: Tools) -> None:
    """A plan is looked at and carried out with the names and in the region of the rollout it was made for."""
    header, rollout = plan.header, tools.rollout
    made, here = (header.prefix, header.home_region, header.call_as), (rollout.prefix, rollout.home_region, rollout.call_as)
    if made != here:
        message = f"the plan is for rollout {', '.join(made)}; rollout.yaml is for {', '.join(here)}."
        raise RefusedError(message, kind="another_rollout", remedy="Use the rollout.yaml the plan was made with, or make a new plan.")


def refuse_unknown_secrets(plan: Plan, tools: Tools) -> None:
    """A plan knows external ids by their fingerprints: each has to be configured before the first operation is sent."""
    with_definition = [operation for operation in plan.operations if isinstance(operation, Defining)]
    needed = {operation.definition.parameters.get(EXTERNAL_ID_PARAMETER, "") for operation in with_definition}
    known = {fingerprint(role.external_id or "") for role in tools.rollout.roles.values()} | {fingerprint(""), ""}
    if needed - known:
        message = "the plan was made with an external id that rollout.yaml does not have any more."
        raise RefusedError(message, kind="stale_plan", remedy="Make a new plan, or set roles.*.external_id as it was.")


def refuse_out_of_reach(plan: Plan, reach: Reach) -> None:
    """Without a way into the management account its stacks would look as if somebody had deleted them."""
    if not reach.has_management and plan.observed.stacks:
        where = plan.header.management_account
        message = f"the plan saw stacks in the management account {where}, which cannot be reached from here any more."
        raise RefusedError(message, kind="stale_plan", where=where, remedy="Set access.management_role_arn as it was, or make a new plan.")


def check_waves(plan: Plan, until: str | None) -> None:
    """The wave to stop after has to exist."""
    names = [wave.name for wave in plan.header.pace.waves]
    if until is not None and until not in names:
        raise UsageError(f'there is no wave "{until}".', remedy=did_you_mean(until, names, f"Waves: {', '.join(names)}."))


def apply_locked(tools: Tools, plan: Plan, conduct: Conduct) -> Outcome:
    """The part that holds the lock."""
    organization = discover_own(tools)
    reach = tools.reach(organization)
    journal = Journal(tools.store, plan.digest)
    state = journal.replay()
    engine = Engine(plan, reach.deployer, journal, tools.clock, conditions(tools, conduct))
    if state.has_done(plan.operations):
        engine.close()
        remember_run(tools, plan, journal)
        if not state.is_verified:
            return conclude(tools, plan, engine.outcome(), reach, organization)
        forget_current(tools, plan)
        return replace(engine.outcome(), already_done=True)
    begun = unfinished_plan(tools)
    earlier = settle(tools, begun, reach, conduct) if begun is not None and begun.digest != plan.digest else None
    refuse_out_of_reach(plan, reach)
    check_fresh(plan, state, observe(tools.rollout, tools.catalog, reach.deployer), organization)
    check_windows(plan, state, tools.clock.now())
    if earlier is not None:
        earlier.supersede(f"plan {plan.digest} took its place")
    claim(tools, organization)
    keep_current(tools, plan)
    with conduct.deferring():
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
        resume=conduct.resume,
    )


def conclude(tools: Tools, plan: Plan, outcome: Outcome, reach: Reach, organization: Organization) -> Outcome:
    """Look again: at AWS as a whole when the plan is through, and into the accounts something temporary was taken from.

    A plan that is through is no longer the current one, whatever was found: what is left is for a new plan, or owed in the ledger.
    """
    found = NOT_COMPARED
    is_through = outcome.stopped_after is None and not outcome.failed
    if is_through:
        observed = observe(tools.rollout, tools.catalog, reach.deployer)
        spared = [excluded.account for excluded in plan.excluded]
        found = compare(project(plan.operations, plan.observed), observed, organization.management_account, spared)
    inside = prove_gone(tools, plan, organization, reach)
    outcome = replace(outcome, verification=replace(found, tampered=inside.tampered, unreachable=inside.unreachable))
    if is_through:
        differences = sum(map(len, outcome.verification.kinds()))
        Journal(tools.store, plan.digest).write(Verified(at=tools.clock.now(), is_converged=outcome.is_converged, differences=differences))
        forget_current(tools, plan)
    return outcome
