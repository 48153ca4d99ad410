"""A look into the accounts something temporary was taken from: only what is seen to be gone is called gone."""

from dataclasses import replace

from orchestrator.execution.ledger import Ledger
from orchestrator.execution.verification import look_inside
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.names import group_stack_set
from orchestrator.model.organization import Organization
from orchestrator.model.outcome import Verification
from orchestrator.model.plan import Plan, Purpose
from orchestrator.model.temporary import LedgerEvent, LedgerRecord
from orchestrator.runs.tools import Reach, Tools
from orchestrator.temporary.memory import unproven


def prove_gone(tools: Tools, plan: Plan, organization: Organization, reach: Reach) -> Verification:
    """Ask the accounts whether revoked temporary policies are really gone, and write the answer into the ledger.

    A clean-up asks again wherever nobody has seen it yet, whichever run took the grant back; any other plan for its own revocations.
    """
    ledger = Ledger(tools.store)
    owed = [record for record in unproven(ledger.records()) if is_asked_for(record, plan) and is_within_reach(record, organization)]
    places = [(*place_of(record, tools), role) for record in owed for role in roles_of(record, tools)]
    still, unreachable = look_inside(places, reach.inspector)
    there = {(found.stack_set, found.account) for found in still}
    unseen = {(found.stack_set, found.account) for found in unreachable}
    now = tools.clock.now()
    seen = [(record, place_of(record, tools) in there) for record in owed if place_of(record, tools) not in unseen]
    ledger.add(replace(record, at=now, event=LedgerEvent.STILL_THERE if is_there else LedgerEvent.GONE) for record, is_there in seen)
    return Verification(tampered=still, unreachable=unreachable)


def is_asked_for(record: LedgerRecord, plan: Plan) -> bool:
    return plan.header.purpose is Purpose.CLEANUP or record.plan == plan.digest


def is_within_reach(record: LedgerRecord, organization: Organization) -> bool:
    """Into an account that left, or that is suspended, nobody can look; the ledger keeps that nobody did."""
    account = organization.accounts.get(record.account)
    return account is not None and account.is_active


def place_of(record: LedgerRecord, tools: Tools) -> tuple[StackSetName, AccountId]:
    return group_stack_set(tools.rollout.prefix, record.group_set), record.account


def roles_of(record: LedgerRecord, tools: Tools) -> tuple[str, ...]:
    """The role the policy was on; any of them when the catalog does not know the group set any more."""
    known = tools.catalog.group_sets.get(record.group_set)
    roles = [tools.rollout.roles[known.role]] if known else tools.rollout.roles.values()
    return tuple(dict.fromkeys(role.name for role in roles))


def owes_a_look(tools: Tools) -> bool:
    """Whether something temporary was taken back that nobody has seen gone."""
    return bool(unproven(Ledger(tools.store).records()))
