"""Applies one plan: checked, under the lock, written down before its first operation, and verified at its end."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from orchestrator.errors import InterruptedRunError, OrchestratorError
from orchestrator.execution.engine import Engine, RunContext
from orchestrator.execution.freshness import changed_targets, check_fresh, check_windows
from orchestrator.execution.guard import Guard
from orchestrator.execution.journal import Journal
from orchestrator.execution.records import Verified
from orchestrator.execution.run_state import RunState
from orchestrator.execution.verification import verify as compare
from orchestrator.execution.waves import waves_until
from orchestrator.model.organization import Organization
from orchestrator.model.outcome import NOT_COMPARED, Outcome
from orchestrator.model.plan import Plan
from orchestrator.model.temporary import TemporaryGrant
from orchestrator.planning.exclusion import exclusions
from orchestrator.planning.projection import project
from orchestrator.planning.safety import Allowances
from orchestrator.runs.authority import authorize
from orchestrator.runs.belonging import claim
from orchestrator.runs.conduct import Conduct, refuse_unapproved, refuse_violations
from orchestrator.runs.departures import unwanted_since
from orchestrator.runs.proof import owed_looks, prove_gone, unknown_uses
from orchestrator.runs.refusals import (
    refuse_another_rollout,
    refuse_impossible_order,
    refuse_out_of_reach,
    refuse_unknown_secrets,
    refuse_without_preconditions,
)
from orchestrator.runs.second_look import look_again, remember, with_alterations
from orchestrator.runs.tools import Reach, Tools
from orchestrator.runs.unfinished import extend_ledger, forget_unfinished, keep_unfinished, unfinished_plan, was_started
from orchestrator.runs.world import World, discover_own, observe, read_deployed, read_world, select_accounts


def apply(tools: Tools, plan: Plan, conduct: Conduct, *, is_just_made: bool = False) -> Outcome:
    """Apply exactly this plan, or what is left of it. ``is_just_made``: an empty plan needs no second look.

    Raises RefusedError (violations, lock, stale plan, another organization), UsageError for a wave the plan does not have,
    PlanFileError for an order that is impossible, InterruptedRunError, AwsError, StateError.
    """
    refuse_inapplicable(tools, plan, conduct)
    with interruptible(tools, plan, conduct):
        if is_idle(tools, plan):
            return nothing_to_do(tools, plan, is_just_made=is_just_made)
        with locked(tools, conduct, break_lock=conduct.break_lock or may_break_lock(tools, plan)):
            return apply_locked(tools, plan, conduct) if plan.operations else prove_earlier(tools, plan, read_world(tools))


def apply_held(tools: Tools, plan: Plan, conduct: Conduct, world: World) -> Outcome:
    """Apply a plan that was made of this world under the lock, which is held: nothing is read again before the first operation.

    Raises as ``apply`` does.
    """
    refuse_inapplicable(tools, plan, conduct)
    with interruptible(tools, plan, conduct):
        if is_idle(tools, plan):
            return nothing_to_do(tools, plan, is_just_made=True)
        return apply_locked(tools, plan, conduct, world) if plan.operations else prove_earlier(tools, plan, world)


def refuse_inapplicable(tools: Tools, plan: Plan, conduct: Conduct) -> None:
    """What can be refused before anything is read."""
    refuse_unapproved(plan, conduct.approved)
    refuse_violations(plan)
    refuse_another_rollout(plan, tools)
    refuse_unknown_secrets(plan, tools)
    refuse_impossible_order(plan)
    waves_until(plan, conduct.until)


def is_idle(tools: Tools, plan: Plan) -> bool:
    """There is nothing to change, and no account to look into."""
    return not plan.operations and not owed_looks(tools, plan, plan.observed)


def may_break_lock(tools: Tools, plan: Plan) -> bool:
    """--break-lock of a plan holds until the plan's first run; later locks are its own runs'."""
    return "--break-lock" in plan.header.overrides and not was_started(tools, plan)


def nothing_to_do(tools: Tools, plan: Plan, *, is_just_made: bool) -> Outcome:
    """Even of an empty plan it has to be true still that there is nothing to do."""
    grants = plan.temporary
    if not is_just_made:
        world = read_world(tools)
        check_fresh(plan, RunState(), world.observed, world.organization)
        grants = world.judgement.grants
    found = replace(NOT_COMPARED, unreachable=unknown_uses(plan, grants, plan.observed))
    return Outcome(plan.digest, (), temporary=plan.temporary, verification=found)


@contextmanager
def interruptible(tools: Tools, plan: Plan, conduct: Conduct) -> Iterator[None]:
    """The part of a run in which something may be sent; ended in the middle of a call, it says what was. Raises InterruptedRunError."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        raise cut_off(tools, plan, conduct) from interrupt


@contextmanager
def reading(conduct: Conduct) -> Iterator[None]:
    """The part of a run in which nothing was sent yet. Raises InterruptedRunError."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        message = "interrupted: nothing was submitted."
        raise InterruptedRunError(message, remedy=f"Run again to go on: {conduct.resume}") from interrupt


def cut_off(tools: Tools, plan: Plan, conduct: Conduct) -> InterruptedRunError:
    """What to say of a run that was ended in the middle of a call: the journal knows what AWS may have."""
    state = Journal(tools.store, plan.digest).replay()
    submitted = [state.of(operation) for operation in plan.operations if state.of(operation).attempts]
    running = sum(operation.in_flight is not None for operation in submitted)
    amount = f"submitted of the plan's operations: {len(submitted)} of {len(plan.operations)}; AWS may be working on {running} of them"
    message = f"interrupted; {amount}." if submitted else "interrupted: nothing was submitted."
    return InterruptedRunError(message, remedy=f"Run again to go on: {conduct.resume}")


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


def apply_locked(tools: Tools, plan: Plan, conduct: Conduct, world: World | None = None) -> Outcome:
    """The part that holds the lock: settle what is unfinished, make the plan again, keep it, carry it out, conclude.

    ``world`` is given when it was read under this lock.
    """
    organization = world.organization if world else discover_own(tools)
    reach = world.reach if world else tools.reach(organization)
    journal = Journal(tools.store, plan.digest)
    state = journal.replay()
    if state.has_done(plan.operations):
        return finish(tools, plan, conduct, reach, organization)
    earlier = settle_earlier(tools, plan, reach, conduct)
    refuse_out_of_reach(plan, reach)
    allowed = Allowances.of(plan.header.overrides)
    refuse_without_preconditions(plan, state, organization, reach)
    if world is None or earlier is not None:
        world = read_deployed(tools, organization, reach, include_excluded=allowed.include_excluded, opens_at=plan.header.created_at)
    check_fresh(plan, state, world.observed, organization)
    check_windows(plan, state, world.now)
    engine = Engine(plan, authorize(tools, plan, state, world), journal, tools.clock, context_of(tools, conduct, plan))
    if earlier is not None:
        earlier.supersede(f"plan {plan.digest} took its place")
    claim(tools, organization, plan)
    keep_unfinished(tools, plan)
    with conduct.deferring():
        try:
            for event in engine.run():
                conduct.tell(event)
        finally:
            extend_ledger(tools, plan, journal)
    return conclude(tools, plan, engine.outcome(), reach, organization, world.judgement.grants)


def finish(tools: Tools, plan: Plan, conduct: Conduct, reach: Reach, organization: Organization) -> Outcome:
    """A plan whose operations are all complete: close its journal, and verify unless a run did."""
    journal = Journal(tools.store, plan.digest)
    engine = closing_engine(tools, plan, reach, conduct)
    engine.close()
    extend_ledger(tools, plan, journal)
    if not journal.replay().is_verified:
        return conclude(tools, plan, engine.outcome(), reach, organization, plan.temporary)
    forget_unfinished(tools, plan)
    return replace(engine.outcome(), already_done=True)


def settle_earlier(tools: Tools, plan: Plan, reach: Reach, conduct: Conduct) -> Engine | None:
    """The unfinished plan this one takes the place of, once nothing of it is in flight."""
    unfinished = unfinished_plan(tools)
    return settle(tools, unfinished, reach, conduct) if unfinished is not None and unfinished.digest != plan.digest else None


def settle(tools: Tools, plan: Plan, reach: Reach, conduct: Conduct) -> Engine:
    """Wait for what earlier runs of a plan left in flight, start nothing, and write what came of it into the ledger."""
    engine = closing_engine(tools, plan, reach, conduct)
    with conduct.deferring():
        for event in engine.settle():
            conduct.tell(event)
        extend_ledger(tools, plan, Journal(tools.store, plan.digest))
    return engine


def closing_engine(tools: Tools, plan: Plan, reach: Reach, conduct: Conduct) -> Engine:
    """An engine that sends nothing."""
    guard = Guard(reach.deployer, None, {})
    return Engine(plan, guard, Journal(tools.store, plan.digest), tools.clock, context_of(tools, conduct, plan))


def context_of(tools: Tools, conduct: Conduct, plan: Plan) -> RunContext:
    """What the engine has to know of this run."""
    return RunContext(
        poll_seconds=tools.poll_seconds,
        until=conduct.until,
        is_interrupted=conduct.is_interrupted,
        run=conduct.run,
        caller=tools.caller(),
        host=conduct.holder,
        because=conduct.because or plan.header.because,
        resume=conduct.resume,
        changed_accounts=lambda: changed_targets(plan, discover_own(tools)),
    )


def conclude(
    tools: Tools, plan: Plan, outcome: Outcome, reach: Reach, organization: Organization, grants: Iterable[TemporaryGrant]
) -> Outcome:
    """Verify: AWS as a whole when the plan is complete, and from inside the accounts something temporary was revoked in.

    The organization is read once more, for what the rules want of it by now. A complete plan is forgotten whatever was found: the rest
    is for a new plan, or owed in the ledger.
    """
    found = NOT_COMPARED
    is_complete = outcome.stopped_after is None and not outcome.failed
    observed, now = observe(tools.rollout, tools.catalog, reach.deployer), discover_own(tools)
    if is_complete:
        allowed = Allowances.of(plan.header.overrides)
        selection = select_accounts(tools, organization, reach, include_excluded=allowed.include_excluded)
        excluded = exclusions(selection, organization, observed)
        look = look_again(tools, reach, organization, observed, excluded)
        remember(tools, look)
        observed = with_alterations(observed, look, reach.deployer, organization.management_account)
        found = compare(project(plan.operations, plan.observed), observed, excluded)
    inside = prove_gone(tools, plan, now, reach, observed, grants)
    unexpected = (*found.unexpected, *unwanted_since(tools, plan, organization, now, observed))
    found = replace(found, unexpected=unexpected, tampered=(*found.tampered, *inside.tampered), unreachable=inside.unreachable)
    outcome = replace(outcome, verification=found)
    if is_complete:
        differences = sum(map(len, outcome.verification.kinds()))
        Journal(tools.store, plan.digest).write(Verified(at=tools.clock.now(), is_converged=outcome.is_converged, differences=differences))
        forget_unfinished(tools, plan)
    return outcome


def prove_earlier(tools: Tools, plan: Plan, world: World) -> Outcome:
    """A clean-up with nothing to revoke still owes a look at what earlier runs revoked, and at what went another way."""
    found = prove_gone(tools, plan, world.organization, world.reach, world.observed, world.judgement.grants)
    return Outcome(plan.digest, (), temporary=plan.temporary, verification=found)
