"""The plan that was begun and is not through: kept for whoever goes on, and asked what it has done that the ledger does not know yet."""

from dataclasses import replace
from datetime import timedelta

from orchestrator.errors import PlanFileError, RefusedError, StateError
from orchestrator.execution.journal import Journal
from orchestrator.execution.ledger import Ledger
from orchestrator.execution.remembering import records_of_run
from orchestrator.model.operation import window_of
from orchestrator.model.plan import Plan, Purpose
from orchestrator.model.state import State
from orchestrator.model.temporary import LedgerEvent, LedgerRecord
from orchestrator.planning.projection import project
from orchestrator.runs.tools import Tools
from orchestrator.temporary.memory import temporary_sets, unwritten

CURRENT = "current"
"""The store's key for the digest of that plan."""

SAME_WISH = timedelta(hours=1)
"""How long a wish asked for again is taken for the first one."""

GIVE_UP = (
    "Go on with the version of this program that made it, or restore the file. To give the plan up, delete the file "
    f'"{CURRENT}" from the state: permanent grants are read from AWS, of temporary ones the ledger may miss the last.'
)


def unfinished_plan(tools: Tools) -> Plan | None:
    """The plan that was begun and is not through, or None. Raises StateError when it cannot be read: nobody knows what it was about."""
    digest = (tools.store.get(CURRENT) or b"").decode(errors="replace")
    content = tools.store.get(plan_key(digest)) if digest else None
    if not content:
        return None
    try:
        return tools.codec.decode(content, plan_key(digest))
    except (PlanFileError, RefusedError) as error:
        message = f"the plan that was begun last cannot be read any more: {error.message}"
        raise StateError(message, where=plan_key(digest), remedy=GIVE_UP) from error


def has_begun(tools: Tools, plan: Plan) -> bool:
    """Whether a run of it was ever about to send something."""
    return is_current(tools, plan) or bool(Journal(tools.store, plan.digest).replay().runs)


def is_carried_out(tools: Tools, plan: Plan) -> bool:
    """Whether its journal leaves nothing to do but to look."""
    return Journal(tools.store, plan.digest).replay().has_done(plan.operations)


def keep_current(tools: Tools, plan: Plan) -> None:
    """Write the plan down before it is begun."""
    tools.store.put(plan_key(plan.digest), tools.codec.encode(plan))
    tools.store.put(CURRENT, plan.digest.encode())


def forget_current(tools: Tools, plan: Plan) -> None:
    """Nothing is left to resume."""
    if is_current(tools, plan):
        tools.store.put(CURRENT, b"")


def is_current(tools: Tools, plan: Plan) -> bool:
    return tools.store.get(CURRENT) == plan.digest.encode()


def plan_key(digest: str) -> str:
    """Where a plan is kept for resumption and history."""
    return f"plans/{digest.removeprefix('sha256:')}.json"


def is_still_wanted(begun: Plan, fresh: Plan) -> bool:
    """Whether a plan that was begun leads where a fresh one of the same purpose would, windows apart: those are opened once.

    What a person asks for has to be the same thing, for as long, with the same reason, and not long ago: later it is another wish.
    """
    is_same = begun.header.purpose is fresh.header.purpose and begun.header.because == fresh.header.because
    if fresh.header.purpose is Purpose.TEMPORARY_GRANT:
        is_recent = fresh.header.created_at - begun.header.created_at <= SAME_WISH
        is_same = is_same and is_recent and lengths_of(begun) == lengths_of(fresh)
    return is_same and end_of(begun) == end_of(fresh)


def lengths_of(plan: Plan) -> frozenset[timedelta]:
    """How long the windows last that the plan opens."""
    windows = filter(None, map(window_of, plan.operations))
    return frozenset(window.not_after - window.not_before for window in windows)


def end_of(plan: Plan) -> State:
    """What AWS looks like once the plan is through, without windows."""
    end = project(plan.operations, plan.observed)
    stack_sets = {
        name: replace(found, instances={account: replace(instance, window=None) for account, instance in found.instances.items()})
        for name, found in end.stack_sets.items()
    }
    return State(stack_sets, {name: replace(found, instance=replace(found.instance, window=None)) for name, found in end.stacks.items()})


def remembered(tools: Tools) -> tuple[LedgerRecord, ...]:
    """The ledger, and what a run that was killed, or still runs, did to temporary grants since.

    A window that may be open by now counts as opened: one a person asked for is not to be taken for anybody's. What may have been
    taken back counts as still there.
    """
    known = Ledger(tools.store).records()
    begun = unfinished_plan(tools)
    if begun is None:
        return known
    state, temporary, now = Journal(tools.store, begun.digest).replay(), temporary_sets(tools.catalog, known), tools.clock.now()
    done = records_of_run(begun, state, temporary, now)
    opened = (record for record in records_of_run(begun, state.landed(), temporary, now) if record.event is LedgerEvent.GRANTED)
    return (*known, *unwritten((*done, *opened), known))


def remember_run(tools: Tools, plan: Plan, journal: Journal) -> None:
    """Write what was done to temporary grants into the ledger; each event once."""
    ledger = Ledger(tools.store)
    temporary = temporary_sets(tools.catalog, ledger.records())
    ledger.add(records_of_run(plan, journal.replay(), temporary, tools.clock.now()))
