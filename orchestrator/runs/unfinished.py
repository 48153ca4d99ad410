"""Stores the unfinished plan for resumption and reconciles it with the ledger."""

from orchestrator.errors import PlanFileError, RefusedError, StateError
from orchestrator.execution.journal import Journal
from orchestrator.execution.layout import CURRENT, is_digest, plan_key
from orchestrator.execution.ledger import Ledger
from orchestrator.execution.remembering import records_of_run
from orchestrator.model.identifiers import PlanDigest
from orchestrator.model.plan import Plan
from orchestrator.model.temporary import LedgerEvent, LedgerRecord
from orchestrator.runs.tools import Tools
from orchestrator.temporary.memory import temporary_sets, unwritten

GIVE_UP = (
    "Restore the state from a backup, or resume with the version of this program that wrote it. To discard the plan, delete "
    f'"{CURRENT}" from the state: permanent grants are read from AWS, of temporary ones the ledger may miss the last.'
)


def unfinished_plan(tools: Tools) -> Plan | None:
    """The plan that has operations left, or None. Raises StateError when it is not there or cannot be read: it is never forgotten."""
    content = tools.store.get(CURRENT)
    if not content:
        return None
    digest = PlanDigest(content.decode(errors="replace"))
    if not is_digest(digest):
        raise StateError("the unfinished plan cannot be identified: the key holds no digest of a plan.", where=CURRENT, remedy=GIVE_UP)
    try:
        plan = tools.codec.decode(tools.store.get(plan_key(digest)) or b"", plan_key(digest))
    except (PlanFileError, RefusedError) as error:
        message = f"the unfinished plan is missing or cannot be read: {error.message}"
        raise StateError(message, where=plan_key(digest), remedy=GIVE_UP) from error
    if plan.digest != digest:
        message = f"the unfinished plan is another one than it should be: {plan.digest} instead of {digest}."
        raise StateError(message, where=plan_key(digest), remedy=GIVE_UP)
    return plan


def was_started(tools: Tools, plan: Plan) -> bool:
    """Whether a run of it was ever about to send something."""
    return is_current(tools, plan) or bool(Journal(tools.store, plan.digest).replay().runs)


def is_complete(tools: Tools, plan: Plan) -> bool:
    """Whether its journal leaves nothing to do but to verify."""
    return Journal(tools.store, plan.digest).replay().has_done(plan.operations)


def keep_unfinished(tools: Tools, plan: Plan) -> None:
    """Write the plan down before its first operation is sent."""
    tools.store.put(plan_key(plan.digest), tools.codec.encode(plan))
    tools.store.put(CURRENT, plan.digest.encode())


def forget_unfinished(tools: Tools, plan: Plan) -> None:
    """Nothing of the plan is left to resume."""
    if is_current(tools, plan):
        tools.store.put(CURRENT, b"")


def is_current(tools: Tools, plan: Plan) -> bool:
    """Whether it is the plan to resume."""
    return tools.store.get(CURRENT) == plan.digest.encode()


def ledger_with_unfinished(tools: Tools) -> tuple[LedgerRecord, ...]:
    """The ledger, and what the unfinished plan did to temporary grants that is not in it yet.

    A window that an operation in flight opens counts as opened: a grant asked for by name is not to be taken for an older one.
    A revocation in flight counts as not done.
    """
    known = Ledger(tools.store).records()
    plan = unfinished_plan(tools)
    if plan is None:
        return known
    state, temporary, now = Journal(tools.store, plan.digest).replay(), temporary_sets(tools.catalog, known), tools.clock.now()
    done = records_of_run(plan, state, temporary, now)
    opened = (record for record in records_of_run(plan, state.landed(), temporary, now) if record.event is LedgerEvent.GRANTED)
    return (*known, *unwritten((*done, *opened), known))


def extend_ledger(tools: Tools, plan: Plan, journal: Journal) -> None:
    """Write what a run did to temporary grants into the ledger; each event once."""
    ledger = Ledger(tools.store)
    temporary = temporary_sets(tools.catalog, ledger.records())
    ledger.add(records_of_run(plan, journal.replay(), temporary, tools.clock.now()))
