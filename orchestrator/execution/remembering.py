"""What a run did to temporary grants, as records for the ledger: granted, ended and why, revoked, and proven gone."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from orchestrator.execution.run_state import RunState
from orchestrator.model.evidence import Used
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.names import group_set_of
from orchestrator.model.operation import Create, CreateInstances, Delete, DeleteInstances, Operation, Update, UpdateInstances
from orchestrator.model.plan import Plan, Purpose
from orchestrator.model.temporary import LedgerEvent, LedgerRecord, TemporaryGrant, TemporaryState

ENDINGS = {TemporaryState.USED: LedgerEvent.USED, TemporaryState.EXPIRED: LedgerEvent.EXPIRED}


def records_of_run(plan: Plan, state: RunState, temporary: Collection[GroupSetName], now: datetime) -> Iterator[LedgerRecord]:
    """One record per temporary grant that this plan made, moved or took back so far."""
    for operation in plan.operations:
        name = group_set_of(plan.header.prefix, operation.place.name)
        if name is None or name not in temporary:
            continue
        made_anew = remade(operation, plan)
        remaining = set(state.remaining(operation)) if state.of(operation).last else set(operation.accounts)
        done = done_accounts(operation, state, remaining)
        for account in done:
            if account not in made_anew:
                yield from records_of(operation, name, account, plan, now)


def remade(operation: Operation, plan: Plan) -> frozenset[AccountId]:
    """Accounts whose grant is deleted only to be created again, as a repair: it does not end there."""
    if not isinstance(operation, DeleteInstances | Delete):
        return frozenset()
    making = (other for other in plan.operations if isinstance(other, CreateInstances | Create) and other.place == operation.place)
    return frozenset(account for other in making for account in other.accounts)


def temporary_after(plan: Plan, state: RunState) -> tuple[TemporaryGrant, ...]:
    """Where the temporary grants of the plan stand once so much of it is done."""
    names = {grant.group_set for grant in plan.temporary}
    last = {(record.group_set, record.account): record for record in records_of_run(plan, state, names, plan.header.created_at)}
    return tuple(grant_after(grant, last.get((grant.group_set, grant.account))) for grant in plan.temporary)


def grant_after(grant: TemporaryGrant, record: LedgerRecord | None) -> TemporaryGrant:
    if record is None:
        return grant
    if record.event is LedgerEvent.GRANTED:
        return replace(grant, state=TemporaryState.GRANTED, window=record.window, detail="")
    what = "its stack stays in the account" if record.event is LedgerEvent.RETAINED else "revoked"
    return replace(grant, state=TemporaryState.ABSENT, window=None, detail=f"{what}: {grant.detail}" if grant.detail else what)


def done_accounts(operation: Operation, state: RunState, remaining: Collection[AccountId]) -> tuple[AccountId, ...]:
    return tuple(account for account in operation.accounts if account in state.of(operation).done and account not in remaining)


def records_of(operation: Operation, name: GroupSetName, account: AccountId, plan: Plan, now: datetime) -> Iterator[LedgerRecord]:
    match operation:
        case CreateInstances() | UpdateInstances() | Create() | Update():
            if operation.window is None:
                return
            asked_for = asker(plan, name, account)
            because = reason(plan, name, account) if asked_for is None else asked_for
            window, deliberate = operation.window, asked_for is not None
            yield LedgerRecord(now, LedgerEvent.GRANTED, name, account, plan.digest, window, deliberate=deliberate, because=because)
        case DeleteInstances() | Delete():
            is_retained = isinstance(operation, DeleteInstances) and operation.retains
            end = LedgerEvent.RETAINED if is_retained else LedgerEvent.REVOKED
            yield from records_of_end(end, name, account, plan, now)
        case _:
            return


def records_of_end(end: LedgerEvent, name: GroupSetName, account: AccountId, plan: Plan, now: datetime) -> Iterator[LedgerRecord]:
    """Why it ended, as of the use or of the end of the window, and that it was taken back, or left with its stack."""
    grant = grant_of(plan, name, account)
    window = grant.window if grant else None
    if grant is None or grant.state not in ENDINGS:
        yield LedgerRecord(now, end, name, account, plan.digest, window, because=reason(plan, name, account))
        return
    used = grant.evidence if grant.state is TemporaryState.USED and isinstance(grant.evidence, Used) else None
    ended = used.at if used else window.not_after if window and grant.state is TemporaryState.EXPIRED else now
    yield LedgerRecord(ended, ENDINGS[grant.state], name, account, plan.digest, window, evidence=used.detail if used else "")
    yield LedgerRecord(now, end, name, account, plan.digest, window, because=str(grant.state))


def asker(plan: Plan, name: GroupSetName, account: AccountId) -> str | None:
    """The reason of the person who asked for the grant by name: in this plan, or in an earlier one whose window it restores."""
    if plan.header.purpose is Purpose.TEMPORARY_GRANT:
        return plan.header.because
    grant = grant_of(plan, name, account)
    return grant.asked_for if grant else None


def grant_of(plan: Plan, name: GroupSetName, account: AccountId) -> TemporaryGrant | None:
    return next((grant for grant in plan.temporary if (grant.group_set, grant.account) == (name, account)), None)


def reason(plan: Plan, name: GroupSetName, account: AccountId) -> str:
    return next((change.because for change in plan.changes if change.group_set == name and account in change.accounts), "")
