"""What one attempt at an operation covers: all its accounts at first, then only those that failed, never those whose groundwork failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from orchestrator.execution.journal import Attempt
from orchestrator.execution.operation_ids import operation_id
from orchestrator.model.identifiers import AccountId, OperationKey, PlanDigest
from orchestrator.model.operation import (
    CreateInstances,
    CreateStack,
    CreateStackSet,
    DeleteInstances,
    DeleteStack,
    DeleteStackSet,
    Operation,
    UpdateInstances,
    UpdateStack,
    UpdateStackSet,
    accounts_of,
)

WHOLE = AccountId("")
"""Stands for the StackSet itself where a failure concerns no single account."""


@dataclass(frozen=True, slots=True)
class Settled:
    """How an operation ended in this run: accounts that failed in it, and accounts it could not even try."""

    failed: frozenset[AccountId] = frozenset()
    blocked: frozenset[AccountId] = frozenset()

    @property
    def unusable(self) -> frozenset[AccountId]:
        """Accounts in which what builds on this operation has no ground to stand on."""
        return self.failed | self.blocked


@dataclass(frozen=True, slots=True)
class Task:
    """One attempt, ready to be submitted: the operation narrowed to the accounts of the attempt."""

    operation: Operation
    attempt: Attempt
    blocked: frozenset[AccountId]

    @property
    def is_pointless(self) -> bool:
        """Nothing is left that could be done."""
        return WHOLE in self.blocked or (bool(self.blocked) and not self.attempt.accounts)


def prepare(operation: Operation, digest: PlanDigest, last: Attempt | None, settled: Mapping[OperationKey, Settled]) -> Task:
    """The next attempt at an operation, given the last one and how the operations before it ended.

    An attempt that is not over is taken up again under its own id.
    """
    blocked = frozenset(account for key in operation.after if key in settled for account in settled[key].unusable)
    if not accounts_of(operation) and blocked:
        blocked |= {WHOLE}
    if last is not None and not last.is_over:
        return Task(narrow(operation, last.accounts, is_retry=last.number > 1), last, blocked - set(last.accounts))
    number = 1 if last is None else last.number + 1
    accounts = tuple(account for account in remaining(operation, last) if account not in blocked)
    relevant = blocked & {*accounts_of(operation), WHOLE}
    attempt = Attempt(number, operation_id(digest, operation.id, number), accounts)
    return Task(narrow(operation, accounts, is_retry=failed_in_accounts(last)), attempt, relevant)


def remaining(operation: Operation, last: Attempt | None) -> Sequence[AccountId]:
    """All accounts at first; afterwards those that failed, and those left out because their groundwork had."""
    if last is None or last.failures is None:
        return accounts_of(operation)
    failed = {failure.account for failure in last.failures}
    if WHOLE in failed:
        return accounts_of(operation)
    return tuple(account for account in accounts_of(operation) if account in failed or account not in last.accounts)


def failed_in_accounts(last: Attempt | None) -> bool:
    return last is not None and last.failures is not None and all(failure.account != WHOLE for failure in last.failures)


def narrow(operation: Operation, accounts: tuple[AccountId, ...], *, is_retry: bool) -> Operation:
    """The operation for these accounts alone.

    Once a definition is updated, accounts that failed are brought up to it by UpdateStackInstances: another UpdateStackSet
    would make every instance OUTDATED again.
    """
    match operation:
        case CreateInstances() | UpdateInstances() | DeleteInstances():
            return replace(operation, accounts=accounts)
        case UpdateStackSet():
            if not is_retry:
                return replace(operation, accounts=accounts)
            where = operation.stack_set
            return UpdateInstances(id=operation.id, stack_set=where, wave=operation.wave, after=operation.after, accounts=accounts)
        case CreateStackSet() | DeleteStackSet() | CreateStack() | UpdateStack() | DeleteStack():
            return operation
        case _:
            assert_never(operation)
