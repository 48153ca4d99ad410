"""The program's tools over an AWS in memory: whole runs without an emulator."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from orchestrator.errors import RefusedError
from orchestrator.model.catalog import Catalog
from orchestrator.model.evidence import Evidence, EvidenceQuery, Unused
from orchestrator.model.identifiers import AccountId
from orchestrator.model.inside import Sight
from orchestrator.model.organization import WHOLE, ControlPolicies, Extent, Organization
from orchestrator.model.rollout import Rollout
from orchestrator.offline import CODEC
from orchestrator.runs import Reach, Tools
from tests.worlds.clocks import FakeClock
from tests.worlds.fakes import FakeDeployer, FakeInspector, FakeProber, MemoryStore


@dataclass
class MemoryDirectory:
    """ports.Directory of one organization."""

    organization: Organization

    def discover(self, extent: Extent = WHOLE) -> Organization:
        return self.organization

    def policies(self, organization: Organization) -> ControlPolicies:
        return organization.policies

    def calls(self) -> Mapping[str, int]:
        return {}


@dataclass
class MemoryLock:
    """ports.Lock within one process."""

    held_by: str | None = None

    def acquire(self, holder: str, *, break_lock: bool = False) -> None:
        if self.held_by is not None and not break_lock:
            raise RefusedError(f"the lock is held by {self.held_by}", kind="locked")
        self.held_by = holder

    def release(self) -> None:
        self.held_by = None

    def holder(self) -> str | None:
        return self.held_by


@dataclass
class MemoryEvidence:
    """ports.EvidenceReader from a table; an account that is not in it shows no use."""

    found: Mapping[AccountId, Evidence] = field(default_factory=dict)

    def read(self, account: AccountId, query: EvidenceQuery, *, since: datetime | None = None, role_name: str = "") -> Evidence:
        return self.found.get(account, Unused())


@dataclass
class MemoryAws:
    """An organization, what is deployed in it, what its accounts show, and the state folder of the rollout."""

    organization: Organization
    deployer: FakeDeployer = field(default_factory=lambda: FakeDeployer({}))
    evidence: Mapping[AccountId, Evidence] = field(default_factory=dict)
    policies: Mapping[AccountId, frozenset[str] | str] = field(default_factory=dict)
    sights: Mapping[AccountId, Sight] = field(default_factory=dict)
    store: MemoryStore = field(default_factory=MemoryStore)
    lock: MemoryLock = field(default_factory=MemoryLock)
    clock: FakeClock = field(default_factory=FakeClock)

    def tools(self, rollout: Rollout, catalog: Catalog) -> Tools:
        """As one process of the program has them; several may work on the same AWS."""
        reach = Reach(self.deployer, MemoryEvidence(self.evidence), FakeInspector(self.policies), FakeProber(self.sights))
        return Tools(
            rollout=rollout,
            catalog=catalog,
            directory=MemoryDirectory(self.organization),
            reach=lambda _: reach,
            store=self.store,
            lock=self.lock,
            clock=self.clock,
            codec=CODEC,
            caller=lambda: f"arn:aws:iam::{self.organization.management_account}:user/ada",
            is_rehearsal=lambda: False,
            poll_seconds=0.0,
        )
