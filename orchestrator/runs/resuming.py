"""Resume or supersede: an unfinished plan is resumed while it leads where the rules lead now; otherwise a new one takes its place."""

from dataclasses import replace
from datetime import timedelta

from orchestrator.errors import RefusedError
from orchestrator.execution.events import PlannedAgain, UnfinishedPlanResumed, UnfinishedPlanStale, UnfinishedPlanSuperseded
from orchestrator.execution.journal import Journal
from orchestrator.execution.narrowing import narrow
from orchestrator.model.counts import counted
from orchestrator.model.outcome import Outcome
from orchestrator.model.plan import Plan, Purpose
from orchestrator.model.state import State
from orchestrator.planning.projection import project
from orchestrator.runs.applying import apply, apply_held, interruptible, locked, reading, settle
from orchestrator.runs.conduct import Conduct, get_consent
from orchestrator.runs.planning import Intent, part_of, plan_again, plan_for
from orchestrator.runs.tools import Tools
from orchestrator.runs.unfinished import forget_unfinished, is_complete, unfinished_plan
from orchestrator.runs.world import discover_own, read_deployed

SAME_REQUEST = timedelta(hours=1)
"""How long a temporary grant asked for again is taken for the first request."""


def fulfil(tools: Tools, intent: Intent, conduct: Conduct) -> Outcome:
    """Plan and apply what is asked for, or resume the unfinished plan that leads there.

    A plan is superseded only for another one that changes something and may be agreed to. Raises as ``apply`` and ``get_consent`` do.
    """
    unfinished = unfinished_plan(tools)
    if unfinished is None and conduct.consent.is_given and tools.lock.holder() is None:
        return fulfil_at_once(tools, intent, conduct)
    if unfinished is not None and unfinished.header.purpose is intent.purpose:
        intent = replace(intent, part=part_of(unfinished))  # what was narrowed is not made whole by running it again
    fresh = plan_again(tools, intent)
    if unfinished is None:
        return apply_agreed(tools, fresh, conduct)
    if leads_to_the_same(unfinished, fresh):
        try:
            return resume(tools, unfinished, fresh, conduct)
        except RefusedError as error:
            if error.refusal != "stale_plan":
                raise
            conduct.tell(UnfinishedPlanStale(error.message))
    elif not (fresh.operations and conduct.may_change):
        return apply_agreed(tools, fresh, conduct)
    return supersede(tools, unfinished, fresh, intent, conduct)


def fulfil_at_once(tools: Tools, intent: Intent, conduct: Conduct) -> Outcome:
    """Agreed to beforehand: AWS is read once, under the lock, for the plan and for applying it."""
    organization = discover_own(tools)
    with locked(tools, conduct, break_lock=conduct.break_lock):
        with reading(conduct):
            world = read_deployed(tools, organization, tools.reach(organization), include_excluded=intent.allowed.include_excluded)
            made = plan_for(tools, intent, world)
        get_consent(made, conduct)
        return apply_held(tools, made, conduct, world)


def apply_agreed(tools: Tools, made: Plan, conduct: Conduct) -> Outcome:
    """Apply a plan of this moment once it is agreed to."""
    get_consent(made, conduct)
    return apply(tools, made, conduct, is_just_made=True)


def resume(tools: Tools, unfinished: Plan, fresh: Plan, conduct: Conduct) -> Outcome:
    """Resume the unfinished plan, of which ``fresh`` is the rest. When only its verification is left, no consent is asked."""
    conduct.tell(UnfinishedPlanResumed(unfinished.header.created_at))
    if not is_complete(tools, unfinished):
        get_consent(what_is_left(tools, unfinished, fresh), conduct)
    return apply(tools, unfinished, conduct)


def what_is_left(tools: Tools, unfinished: Plan, fresh: Plan) -> Plan:
    """The unfinished plan without the operations that are complete; what the others change is what ``fresh`` changes."""
    run = Journal(tools.store, unfinished.digest).replay()
    left = tuple(narrow(operation, run.remaining(operation), run.of(operation)) for operation in run.left(unfinished.operations))
    accounts = len({account for operation in left for account in operation.accounts})
    share = f"{len(left):,} of {counted(len(unfinished.operations), 'operation')}, in {counted(accounts, 'account')}"
    return replace(
        fresh,
        header=unfinished.header,
        digest=unfinished.digest,
        operations=left,
        summary=replace(fresh.summary, operations=len(left)),
        notices=(f"this is what is left of an unfinished plan: {share}.", *fresh.notices),
        violations=unfinished.violations,
    )


def supersede(tools: Tools, unfinished: Plan, fresh: Plan, intent: Intent, conduct: Conduct) -> Outcome:
    """Give the unfinished plan up for a new one. When what it left in flight changed what is to be done, that is agreed to again."""
    conduct.tell(UnfinishedPlanSuperseded(unfinished.header.created_at))
    get_consent(fresh, conduct)
    abandon(tools, unfinished, conduct, f"superseded by another plan: {conduct.resume}")
    settled = plan_again(tools, intent)
    if settled.operations == fresh.operations:
        return apply(tools, settled, conduct, is_just_made=True)
    conduct.tell(PlannedAgain())
    return apply_agreed(tools, settled, conduct)


def abandon(tools: Tools, unfinished: Plan, conduct: Conduct, because: str) -> None:
    """Wait for what the unfinished plan left in flight, write down what came of it, and forget the plan."""
    with interruptible(tools, unfinished, conduct), locked(tools, conduct, break_lock=conduct.break_lock):
        reach = tools.reach(discover_own(tools))
        settle(tools, unfinished, reach, conduct).supersede(because)
        forget_unfinished(tools, unfinished)


def leads_to_the_same(unfinished: Plan, fresh: Plan) -> bool:
    """Whether both plans have one purpose and end in one state. Windows are left out: each is opened once.

    A temporary grant asked for by name has to be the same, for as long, for the same reason, and asked for not long ago.
    """
    is_same = unfinished.header.purpose is fresh.header.purpose and unfinished.header.because == fresh.header.because
    if fresh.header.purpose is Purpose.TEMPORARY_GRANT:
        is_recent = fresh.header.created_at - unfinished.header.created_at <= SAME_REQUEST
        is_same = is_same and is_recent and lengths_of(unfinished) == lengths_of(fresh)
    return is_same and part_of(unfinished) == part_of(fresh) and end_without_windows(unfinished) == end_without_windows(fresh)


def lengths_of(made: Plan) -> frozenset[timedelta]:
    """How long the windows last that the plan opens."""
    windows = (operation.window for operation in made.operations)
    return frozenset(window.not_after - window.not_before for window in windows if window)


def end_without_windows(made: Plan) -> State:
    """The state once the plan is complete, without windows."""
    return {
        place: replace(unit, instances={account: replace(instance, window=None) for account, instance in unit.instances.items()})
        for place, unit in project(made.operations, made.observed).items()
    }
