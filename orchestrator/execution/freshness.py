"""Is the world still what the plan saw, changed by nothing but the plan's own finished operations? If not, nothing is applied."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from orchestrator.errors import RefusedError
from orchestrator.execution.expectation import expected, latitude
from orchestrator.execution.run_state import RunState
from orchestrator.execution.state_changes import state_changes
from orchestrator.model.counts import some_of
from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import Organization
from orchestrator.model.plan import Plan, Target
from orchestrator.model.state import State
from orchestrator.temporary.windows import format_time

MOST = 10
"""Reasons listed one by one; the rest are counted."""


def check_windows(plan: Plan, run: RunState, now: datetime) -> None:
    """Raises RefusedError (``stale_plan``) when a window the plan has yet to open is over: it would grant nothing, and count as used up."""
    for operation in plan.operations:
        window, owed = operation.window, run.remaining(operation)
        if window is not None and owed and window.not_after <= now:
            who, ended = some_of(owed, "account"), format_time(window.not_after)
            raise RefusedError(
                f"the plan is stale: the window of {operation.place.name} in {who} ended on {ended}, before it was opened.",
                kind="stale_plan",
                remedy="Nothing was done. Make a new plan; a window begins when it is planned.",
            )


def check_fresh(plan: Plan, run: RunState, observed: State, organization: Organization) -> None:
    """Raises RefusedError: ``another_organization``, or ``stale_plan`` with what changed. Not for a complete plan."""
    check_organization(plan, organization)
    found = (*target_changes(plan, run, organization), *state_changes(expected(plan, run), observed, latitude(plan, run)))
    if found:
        remedy = "Nothing was done. Make a new plan and review it: orchestrator plan --out FILE"
        raise stale_plan("Since it was made, other than by itself", found, remedy)


def stale_plan(why: str, reasons: Sequence[str], remedy: str) -> RefusedError:
    """The refusal, with the first reasons line by line."""
    lines = "\n".join(f"  {reason}" for reason in reasons[:MOST])
    more = f"\n  and {len(reasons) - MOST} more" if len(reasons) > MOST else ""
    return RefusedError(f"the plan is stale. {why} ({len(reasons)}):\n{lines}{more}", kind="stale_plan", remedy=remedy)


def check_organization(plan: Plan, organization: Organization) -> None:
    """Raises RefusedError when the credentials lead somewhere else."""
    header = plan.header
    if (header.organization, header.management_account) == (organization.id, organization.management_account):
        return
    raise RefusedError(
        f"the plan is for organization {header.organization} with management account {header.management_account}; "
        f"the credentials belong to {organization.id} with {organization.management_account}.",
        kind="another_organization",
        remedy="Use credentials of the organization the plan was made for.",
    )


def target_changes(plan: Plan, run: RunState, organization: Organization) -> Iterator[str]:
    """Accounts that are still to be changed and are gone, moved, or not what the rules took them for."""
    owed = {account for operation in plan.operations for account in run.remaining(operation)}
    names = {target.account: target.name for target in plan.targets}
    for account, change in changed_targets(plan, organization).items():
        if account in owed:
            yield f"account {account} ({names[account]}) {change}"


def changed_targets(plan: Plan, organization: Organization) -> Mapping[AccountId, str]:
    """Accounts the plan changes that are not what the rules took them for any more, and how: "moved from /A to /B"."""
    found = ((target.account, target_change(target, organization)) for target in plan.targets)
    return {account: change for account, change in found if change}


def target_change(target: Target, organization: Organization) -> str:
    account = organization.accounts.get(target.account)
    if account is None:
        return "is no longer in the organization"
    if account.state is not target.state:
        return f"is {account.state}, it was {target.state}"
    if account.ou != target.ou:
        return f"moved from {target.ou} to {account.ou}"
    if account.name != target.name:
        return f"is called {account.name} now"
    changed = sorted(key for key, value in target.tags.items() if account.tags.get(key) != value)
    return f"has other tags the rules look at: {', '.join(changed)}" if changed else ""
