"""A look into the accounts that no longer have a temporary grant: only a policy that is seen to be gone is called gone."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from orchestrator.errors import PlanFileError, RefusedError
from orchestrator.execution.layout import plan_key
from orchestrator.execution.ledger import Ledger
from orchestrator.execution.verification import look_inside, unseen_uses
from orchestrator.model.activity import Activity, followed
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.names import group_stack_set
from orchestrator.model.organization import Organization
from orchestrator.model.outcome import Deviation, Verification
from orchestrator.model.plan import Plan, Purpose
from orchestrator.model.state import Place, State, instances_in, ours
from orchestrator.model.temporary import LedgerEvent, LedgerRecord, TemporaryGrant
from orchestrator.planning.projection import project
from orchestrator.runs.tools import Reach, Tools
from orchestrator.temporary.memory import unproven

NO_ROLE = "rollout.yaml names no role that the policy could be on"

Policy = tuple[StackSetName, AccountId]
"""An inline policy by its name, which is its StackSet's, and the account."""


def prove_gone(
    tools: Tools, plan: Plan, organization: Organization, reach: Reach, observed: State, grants: Iterable[TemporaryGrant]
) -> Verification:
    """Ask the accounts whether temporary policies are really gone, and write the answer into the ledger.

    A clean-up asks for every grant that was given, is not there any more and was never seen gone, whichever way it went; any other
    plan for what it revoked itself. ``observed`` is AWS after the run, ``grants`` are the temporary grants as judged before it: a clean-up
    also reports whose use it could not look for.
    """
    ledger = Ledger(tools.store)
    owed = [record for record in owed_looks(tools, plan, observed) if is_within_reach(record, organization)]
    roles = {policy_of(record, tools): roles_of(record, tools) for record in owed}
    asked = tuple((*policy, role) for policy, names in roles.items() for role in names)
    still, unreachable = look_inside(followed(Activity.PROOF, asked, len(asked), tools.tell), reach.inspector)
    unreachable = (*unreachable, *(Deviation(account, name, NO_ROLE) for (name, account), names in roles.items() if not names))
    there = {(found.stack_set, found.account) for found in still}
    unseen = {(found.stack_set, found.account) for found in unreachable}
    now = tools.clock.now()
    seen = [(record, policy_of(record, tools) in there) for record in owed if policy_of(record, tools) not in unseen]
    ledger.add(replace(record, at=now, event=LedgerEvent.STILL_THERE if is_there else LedgerEvent.GONE) for record, is_there in seen)
    return Verification(tampered=still, unreachable=(*unreachable, *unknown_uses(plan, grants, observed)))


def owed_looks(tools: Tools, plan: Plan, observed: State) -> tuple[LedgerRecord, ...]:
    """The last record of each grant that is to be looked for. What AWS still shows as granted is where it should be."""
    held = held_policies(observed)
    found = unproven(Ledger(tools.store).records())
    return tuple(record for record in found if is_asked_for(record, plan) and policy_of(record, tools) not in held)


def unknown_uses(plan: Plan, grants: Iterable[TemporaryGrant], observed: State) -> tuple[Deviation, ...]:
    """Temporary grants that a clean-up left where they are without knowing whether they were used."""
    if plan.header.purpose is not Purpose.CLEANUP:
        return ()
    held = held_policies(observed)
    return tuple(found for found in unseen_uses(grants, plan.header.prefix) if (found.stack_set, found.account) in held)


def held_policies(observed: State) -> frozenset[Policy]:
    return frozenset((place.name, account) for place, account, _ in instances_in(ours(observed)))


def is_asked_for(record: LedgerRecord, plan: Plan) -> bool:
    is_own = record.event is LedgerEvent.REVOKED and record.plan == plan.digest
    return plan.header.purpose is Purpose.CLEANUP or is_own


def is_within_reach(record: LedgerRecord, organization: Organization) -> bool:
    """Departed and suspended accounts cannot be inspected and stay unverified."""
    account = organization.accounts.get(record.account)
    return account is not None and account.is_active


def policy_of(record: LedgerRecord, tools: Tools) -> Policy:
    return group_stack_set(tools.rollout.prefix, record.group_set), record.account


def roles_of(record: LedgerRecord, tools: Tools) -> tuple[str, ...]:
    """Names of the roles the policy may be on: that of its StackSet then, and that of its group set now.

    Any role of rollout.yaml when neither is known any more.
    """
    known, roles = tools.catalog.group_sets.get(record.group_set), tools.rollout.roles
    now = [roles[known.role].name] if known and known.role in roles else []
    return tuple(dict.fromkeys((*deployed_role(record, tools), *now))) or tuple(dict.fromkeys(role.name for role in roles.values()))


def deployed_role(record: LedgerRecord, tools: Tools) -> Iterator[str]:
    """From the plan of the record; nothing when that plan is not kept or cannot be read."""
    key, (name, account) = plan_key(record.plan), policy_of(record, tools)
    content = tools.store.get(key)
    if not content:
        return
    try:
        plan = tools.codec.decode(content, key)
    except (PlanFileError, RefusedError):
        return
    place = Place(name, is_stack=account == plan.header.management_account)
    for state in (plan.observed, project(plan.operations, plan.observed)):
        if place in state and "RoleName" in state[place].definition.parameters:
            yield state[place].definition.parameters["RoleName"]
