"""The events of a run, as they happen: a closed union that presentation and journal readers share."""

from dataclasses import dataclass
from datetime import datetime

from orchestrator.model.activity import ActivityEvent
from orchestrator.model.identifiers import AccountId, PlanDigest
from orchestrator.model.operation import Operation
from orchestrator.model.outcome import AccountCounts, Failure


@dataclass(frozen=True, slots=True)
class PlanStarted:
    """The first operation of a plan is about to be submitted."""

    plan: PlanDigest
    operations: int


@dataclass(frozen=True, slots=True)
class RunResumed:
    """An earlier run of the same plan got this far."""

    plan: PlanDigest
    operations: int
    finished: int


@dataclass(frozen=True, slots=True)
class UnfinishedPlanResumed:
    """An earlier run left a plan unfinished; it still leads where the rules lead."""

    created_at: datetime


@dataclass(frozen=True, slots=True)
class UnfinishedPlanStale:
    """The unfinished plan cannot be resumed."""

    because: str


@dataclass(frozen=True, slots=True)
class UnfinishedPlanSuperseded:
    """Another plan takes the place of the unfinished one."""

    created_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedAgain:
    """What the superseded plan left in flight changed what is to be done."""


@dataclass(frozen=True, slots=True)
class CleanupWaits:
    """A watched clean-up looks again after a pause. ``error`` ended the last look.

    ``is_proven``: every account could be asked, and every revoked policy is seen gone.
    """

    pause_seconds: float
    left: int = 0
    is_proven: bool = True
    error: str = ""


@dataclass(frozen=True, slots=True)
class WaveStarted:
    """The operations of a wave may start. ``seconds_left``: how long this wave and the later ones are expected to take."""

    wave: str
    operations: int
    accounts: int
    seconds_left: float = 0.0


@dataclass(frozen=True, slots=True)
class RunProgressed:
    """How far the plan is, after every look at it, all its runs together.

    ``done`` operations succeeded in every account; an account is done when nothing of the plan is left for it. ``seconds_left``: what the
    waves of this run are still expected to take.
    """

    wave: str
    done: int
    operations: int
    accounts_done: int
    accounts: int
    seconds_left: float


@dataclass(frozen=True, slots=True)
class OperationSubmitted:
    """AWS accepted the operation."""

    operation: Operation
    attempt: int


@dataclass(frozen=True, slots=True)
class OperationAdopted:
    """AWS already knew the operation's id: an earlier run had submitted it."""

    operation: Operation
    attempt: int


@dataclass(frozen=True, slots=True)
class OperationWaits:
    """Another operation, not of this plan, runs in the same place; this one starts when that has ended."""

    operation: Operation
    attempt: int


@dataclass(frozen=True, slots=True)
class OperationProgressed:
    """So many accounts have ended, those that failed among them."""

    operation: Operation
    done: int
    total: int
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing moved for a while; these operations run, as far as is known, and have not ended in these accounts.

    ``trouble``: why AWS does not say how one of them is doing.
    """

    running: tuple[Operation, ...]
    seconds: float
    trouble: str = ""
    accounts: tuple[AccountId, ...] = ()


@dataclass(frozen=True, slots=True)
class OperationFinished:
    """The operation is over; accounts may have failed though AWS calls it a success.

    ``seconds``: how long AWS worked on it; None where an earlier run sent it. ``left_out``: accounts it still owes and was not sent for,
    because something before it failed there.
    """

    operation: Operation
    failures: tuple[Failure, ...]
    seconds: float | None = None
    left_out: tuple[AccountId, ...] = ()


@dataclass(frozen=True, slots=True)
class OperationSkipped:
    """Everything the operation would have worked on has failed before."""

    operation: Operation
    because: str


@dataclass(frozen=True, slots=True)
class OperationStrayed:
    """The operation reached accounts it did not name: nothing more is started."""

    operation: Operation
    strays: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class WaveHeld:
    """Too much of a wave failed: later waves are not started. ``failed`` counts the accounts that are not done, skipped ones included."""

    wave: str
    failed: int
    accounts: int
    tolerance_percent: int


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Ctrl-C or a signal: nothing more is submitted, running operations continue."""

    running: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class RunFinished:
    """Nothing is left to submit. ``stopped_after`` names the wave that was asked to be the last."""

    accounts: AccountCounts
    stopped_after: str | None


@dataclass(frozen=True, slots=True)
class ProbeResumed:
    """An earlier look inside the accounts, of the same things, was interrupted after so many of them."""

    looked: int
    accounts: int


Event = (
    PlanStarted
    | RunResumed
    | UnfinishedPlanResumed
    | UnfinishedPlanStale
    | UnfinishedPlanSuperseded
    | PlannedAgain
    | CleanupWaits
    | WaveStarted
    | RunProgressed
    | OperationSubmitted
    | OperationAdopted
    | OperationWaits
    | OperationProgressed
    | Waiting
    | OperationFinished
    | OperationSkipped
    | OperationStrayed
    | WaveHeld
    | Interrupted
    | RunFinished
    | ProbeResumed
    | ActivityEvent
)
