"""What the journal of a plan may say, in the order things happen: each record is written before the next step is taken."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from orchestrator.model.identifiers import AccountId, OperationKey, RunId, StackSetName
from orchestrator.model.outcome import Failure, OperationStatus
from orchestrator.model.plan import Purpose
from orchestrator.model.provenance import Commit


class Ending(StrEnum):
    """How a run came to its end. A run that was killed has none. STRAYED: an operation reached accounts it did not name."""

    FINISHED = "finished"
    FAILED = "failed"
    HELD = "held"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    ABORTED = "aborted"
    SUPERSEDED = "superseded"
    STRAYED = "strayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A run of the plan begins; ``because`` is a person's reason. ``after_torn``: the record before was unreadable and is given up.

    ``made_by`` and ``configuration``: where the plan came from, as it says itself.
    """

    at: datetime
    run: RunId
    purpose: Purpose
    caller: str
    host: str
    operations: int
    after_torn: bool = False
    because: str = ""
    made_by: str | None = None
    configuration: Commit | None = None
    format: Literal[2] = 2
    record: Literal["run_started"] = "run_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitting:
    """AWS is about to be asked; from here on the operation may exist."""

    at: datetime
    operation: OperationKey
    attempt: int
    operation_id: str
    kind: str
    stack_set: StackSetName
    accounts: tuple[AccountId, ...]
    record: Literal["submitting"] = "submitting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """AWS took the operation."""

    at: datetime
    operation: OperationKey
    attempt: int
    record: Literal["submitted"] = "submitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The attempt is over. ``is_refused``: AWS never took it, so it changed nothing."""

    at: datetime
    operation: OperationKey
    attempt: int
    status: OperationStatus
    failures: tuple[Failure, ...] = ()
    is_refused: bool = False
    record: Literal["finished"] = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Accounts (none: the whole operation) that were not attempted in this run, because of an earlier failure."""

    at: datetime
    operation: OperationKey
    kind: str
    stack_set: StackSetName
    accounts: tuple[AccountId, ...]
    because: str
    record: Literal["left_out"] = "left_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The run is over; ``detail`` is the wave it ended at, what stopped it, or why another plan took its place."""

    at: datetime
    ending: Ending
    detail: str = ""
    record: Literal["run_ended"] = "run_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """AWS was compared with what the plan promised."""

    at: datetime
    is_converged: bool
    differences: int = 0
    record: Literal["verified"] = "verified"


Record = RunStarted | Submitting | Submitted | Finished | LeftOut | RunEnded | Verified
