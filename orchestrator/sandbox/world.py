"""Everything the local AWS knows, behind one lock: organization, accounts' stacks, StackSets, sessions, events and faults."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Condition, RLock
from typing import Any, NamedTuple

from orchestrator.sandbox.faults import Faults
from orchestrator.sandbox.journal import Journal
from orchestrator.sandbox.organization import Organization
from orchestrator.sandbox.principals import Sessions
from orchestrator.sandbox.stack_model import Stack
from orchestrator.sandbox.stack_set_model import StackSet

_EVENTS_KEPT = 2_000


class Judged(NamedTuple):
    """An action, whether CloudFormation asked for it on the caller's behalf, and what the caller's policies say."""

    action: str
    by_cloudformation: bool
    decision: str


@dataclass(slots=True)
class World:
    """``stacks`` and ``stack_sets`` are keyed by account and region; a StackSet of the organization lives in the management account.

    ``used`` says when a role last used an action: (account, role) -> action -> time; ``aliases_made`` when a KMS alias was made, by ARN;
    ``needed`` what calls were judged on, by the name of the caller's role, whatever its account.
    ``quotas`` differ from AWS's defaults, by code; ``regions`` are not enabled by default: RegionOptStatus, by name.
    """

    faults: Faults = field(default_factory=Faults)
    journal: Journal = field(default_factory=Journal)
    sessions: Sessions = field(default_factory=Sessions)
    organization: Organization | None = None
    organizations_access: str = "ENABLED"
    stacks: dict[tuple[str, str], list[Stack]] = field(default_factory=lambda: defaultdict(list))
    stack_sets: dict[tuple[str, str], list[StackSet]] = field(default_factory=lambda: defaultdict(list))
    events: dict[tuple[str, str], deque[dict[str, Any]]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=_EVENTS_KEPT)))
    used: dict[tuple[str, str], dict[str, datetime]] = field(default_factory=lambda: defaultdict(dict))
    aliases_made: dict[str, datetime] = field(default_factory=dict)
    needed: dict[str, set[Judged]] = field(default_factory=lambda: defaultdict(set))
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    quotas: dict[str, float] = field(default_factory=dict)
    regions: dict[str, str] = field(default_factory=dict)
    ahead: timedelta = timedelta()
    lock: RLock = field(default_factory=RLock)
    is_closing: bool = False
    changed: Condition = field(init=False)

    def __post_init__(self) -> None:
        self.changed = Condition(self.lock)

    def now(self) -> datetime:
        """The time of this world: the real one, or ahead of it."""
        return datetime.now(UTC) + self.ahead

    def is_member(self, account: str) -> bool:
        """Whether the account is in the organization."""
        return self.organization is not None and account in self.organization.accounts

    def iam_shows(self) -> datetime:
        """Until when IAM shows what was made: it is eventually consistent."""
        return self.now() - timedelta(seconds=self.faults.iam_lag_seconds)

    def is_usable(self, account: str) -> bool:
        """Accounts outside the organization cannot be suspended."""
        member = self.organization.accounts.get(account) if self.organization else None
        return member is None or member.is_usable
