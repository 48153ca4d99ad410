"""What the program needs from outside, as narrow protocols. Adapters implement them, tests fake them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from orchestrator.model.alteration import Revision
from orchestrator.model.evidence import Evidence, EvidenceQuery, Unknown
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.inside import Question, Sight
from orchestrator.model.operation import Operation
from orchestrator.model.organization import WHOLE, ControlPolicies, Extent, Organization, TrustedAccess
from orchestrator.model.outcome import Deviation, Progress
from orchestrator.model.state import Place, State


class Clock(Protocol):
    """The time, and waiting for it; faked in tests."""

    def now(self) -> datetime:
        """The time in UTC, aware."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class Directory(Protocol):
    """Reads an AWS Organization."""

    def discover(self, extent: Extent = WHOLE) -> Organization:
        """The organization as it is now; without tags, accounts bear none.

        Raises AwsError when there is no organization or reading is denied.
        """

    def policies(self, organization: Organization) -> ControlPolicies:
        """The service and resource control policies; Unknown where they may not be read. Never raises for that."""

    def calls(self) -> Mapping[str, int]:
        """Calls made so far: ``organizations:ListAccounts`` to a count."""


class Deployer(Protocol):
    """Reads and changes the StackSets and plain stacks of one rollout."""

    def observe(self, windowed: Iterable[StackSetName] = ()) -> State:
        """Every StackSet and management stack of this prefix: ours, and foreign ones that bear one of our names.

        ``windowed`` are the StackSets of temporary group sets, whose windows are read instance by instance.
        """

    def trusted_access(self) -> TrustedAccess | Unknown:
        """Whether StackSets may work in the organization, or why that could not be asked."""

    def submit(self, operation: Operation, operation_id: str) -> bool:
        """Start the operation. Submitting one id twice starts it once.

        False while another operation runs there: nothing was started, and submitting again is harmless. Raises AwsError when
        AWS refuses it for good.
        """

    def progress(self, operation: Operation, operation_id: str) -> Progress | None:
        """Where the operation of that id stands; None when AWS never heard of it."""

    def detect_drift(self, stack_sets: Iterable[StackSetName]) -> tuple[Deviation, ...]:
        """Run drift detection to its end; returns what it could not look at. What it found is observed from then on."""

    def last_revision(self, place: Place, account: AccountId) -> Revision | None:
        """What the last repair of an instance set; None when it was never repaired."""


class EvidenceReader(Protocol):
    """Looks into an account for the use of a temporary grant. Never raises for an account that cannot be read."""

    def read(self, account: AccountId, query: EvidenceQuery, *, since: datetime | None = None, role_name: str = "") -> Evidence:
        """What the account shows. ``since`` bounds searches by time, ``role_name`` is the role that holds the grant."""


class Inspector(Protocol):
    """Looks into an account for a role's inline policies."""

    def inline_policies(self, account: AccountId, role_name: str) -> frozenset[str] | str:
        """Names of the role's inline policies (none when the role is absent), or the reason the account cannot be read."""


class Prober(Protocol):
    """Looks into accounts at roles and what is in them. Never raises for an account that cannot be read."""

    def look(self, questions: Iterable[Question]) -> Iterator[Sight]:
        """What the accounts show, in the order of the questions, of which few are taken ahead."""


class Store(Protocol):
    """Keeps plans, journals and the ledger: a folder or a bucket prefix. Every write is durable when it returns."""

    def append(self, log: str, record: bytes) -> None:
        """Add one record (no newline inside) to a log. Raises StateError, disk full included."""

    def read_log(self, log: str) -> Sequence[bytes]:
        """The records in order; a torn last record is left out. Empty when there is no such log."""

    def put(self, key: str, content: bytes) -> None:
        """Write or replace atomically."""

    def get(self, key: str) -> bytes | None:
        """The content, or None."""

    def keys(self, prefix: str) -> Sequence[str]:
        """Keys and log names under the prefix, sorted."""


class Lock(Protocol):
    """One apply per rollout at a time."""

    def acquire(self, holder: str, *, break_lock: bool = False) -> None:
        """Take it, or raise RefusedError naming who holds it since when and how to break it."""

    def release(self) -> None:
        """Give it back; harmless when not held."""

    def holder(self) -> str | None:
        """The holder as passed to ``acquire``; None if the lock is free, or if the holding process is dead."""
