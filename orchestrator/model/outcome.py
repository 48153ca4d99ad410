"""The outcome of a plan: the status of every operation, the accounts that failed and why, and the verification."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from orchestrator.model.identifiers import AccountId, OperationKey, PlanDigest, StackSetName
from orchestrator.model.temporary import TemporaryGrant


class OperationStatus(StrEnum):
    """Where an operation of a plan stands; SKIPPED means an earlier failure left it nothing to work on."""

    PENDING = "pending"
    RUNNING = "running"
    QUEUED = "queued"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"


SKIPPED = "skipped: "
NOT_ATTEMPTED = "not attempted: "
"""What the reason of an account begins with that StackSets passed over, or that nothing was sent for."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One account that failed, with AWS's reason and, where we know one, what to do about it."""

    account: AccountId
    stack_set: StackSetName
    reason: str
    hint: str = ""

    @property
    def is_skipped(self) -> bool:
        """Nothing was tried in the account."""
        return self.reason.startswith((SKIPPED, NOT_ATTEMPTED))


@dataclass(frozen=True, slots=True)
class AccountCounts:
    """Accounts in which something failed, and others in which nothing was tried that should have been."""

    failed: int = 0
    skipped: int = 0


def accounts_of(failures: Iterable[Failure]) -> frozenset[AccountId]:
    return frozenset(failure.account for failure in failures)


def count_accounts(failures: Iterable[Failure]) -> AccountCounts:
    """Each account once, however many of its group sets failed; one that failed anywhere is not skipped."""
    known = tuple(failures)
    failed = accounts_of(failure for failure in known if not failure.is_skipped)
    return AccountCounts(len(failed), len(accounts_of(known) - failed))


@dataclass(frozen=True, slots=True)
class Progress:
    """A running operation as AWS reports it. ``failures`` is complete only once ``is_finished``.

    ``done`` of ``total`` counts accounts. ``reached`` are the accounts it changed in the end, named or not, where that is known;
    ``pending`` those in which a running one has not ended, where that is.
    """

    status: OperationStatus
    done: int = 0
    total: int = 0
    failures: tuple[Failure, ...] = ()
    reached: frozenset[AccountId] = frozenset()
    pending: tuple[AccountId, ...] = ()

    @property
    def is_finished(self) -> bool:
        """SUCCEEDED or FAILED; an operation that SUCCEEDED may still have failures within tolerance."""
        return self.status in (OperationStatus.SUCCEEDED, OperationStatus.FAILED)


@dataclass(frozen=True, slots=True)
class OperationOutcome:
    """The end of one operation."""

    id: OperationKey
    kind: str
    stack_set: StackSetName
    status: OperationStatus


@dataclass(frozen=True, slots=True)
class Deviation:
    """One place where AWS is not what the plan or the rules want."""

    account: AccountId | None
    stack_set: StackSetName
    detail: str


@dataclass(frozen=True, slots=True)
class Probed:
    """How much of the organization a look inside covers: ``looked`` accounts of those that are ``active`` and not excluded.

    ``ungranted`` of them hold nothing of the rollout; in ``unseen`` of those further roles of ours could not be looked for.
    ``accounts`` lists them where it was not all. Of these, ``resumed_after`` are from an earlier run that was interrupted. ``repairable``
    of the findings are of what a StackSet made: a plan can repair them.
    """

    looked: int
    active: int
    ungranted: int = 0
    unseen: int = 0
    accounts: tuple[AccountId, ...] = ()
    resumed_after: int = 0
    repairable: int = 0


@dataclass(frozen=True, slots=True)
class Verification:
    """Desired against observed, and what reading the accounts showed.

    ``probed`` where accounts were looked into. ``harmless`` is said, and is no difference: drift in tags alone, or in the order of lists.
    ``is_complete`` unless the comparison was not made, because the plan is unfinished or completed long ago.
    """

    missing: tuple[Deviation, ...] = ()
    unexpected: tuple[Deviation, ...] = ()
    outdated: tuple[Deviation, ...] = ()
    unhealthy: tuple[Deviation, ...] = ()
    unreachable: tuple[Deviation, ...] = ()
    tampered: tuple[Deviation, ...] = ()
    harmless: tuple[Deviation, ...] = ()
    is_complete: bool = True
    probed: Probed | None = None

    def kinds(self) -> tuple[tuple[Deviation, ...], ...]:
        """All differences, kind by kind."""
        return (self.missing, self.unexpected, self.outdated, self.unhealthy, self.unreachable, self.tampered)

    @property
    def is_converged(self) -> bool:
        """No difference of any kind."""
        return not any(self.kinds())


NOT_COMPARED = Verification(is_complete=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run of a plan; ``stopped_after`` names the wave that was asked to be the last.

    ``strays``, among ``failed`` too, are accounts that an operation reached without naming them: the run stopped there. ``left_out``,
    among them too, changed since the plan was made, so that it is stale for them.
    ``temporary`` is where the plan's temporary grants stand now. ``seconds``: how long the run took from its first operation to its last.
    ``is_narrowed``: the plan was for a part of the rollout, and the whole one had more changes.
    """

    plan: PlanDigest
    operations: tuple[OperationOutcome, ...]
    failed: tuple[Failure, ...] = ()
    stopped_after: str | None = None
    already_done: bool = False
    strays: tuple[Failure, ...] = ()
    left_out: tuple[Failure, ...] = ()
    temporary: tuple[TemporaryGrant, ...] = ()
    verification: Verification = NOT_COMPARED
    seconds: float = 0.0
    is_narrowed: bool = False

    @property
    def is_converged(self) -> bool:
        """Everything the plan asked for was done and no account failed."""
        return not self.failed and self.stopped_after is None and self.verification.is_converged
