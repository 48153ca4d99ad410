"""What every run works with: the rollout, the catalog, and the ports behind which the outside lies."""

from collections.abc import Callable
from dataclasses import dataclass

from orchestrator.execution.events import Event
from orchestrator.model.activity import ignore
from orchestrator.model.catalog import Catalog
from orchestrator.model.organization import Organization
from orchestrator.model.plan import Plan
from orchestrator.model.provenance import UNKNOWN, Commit, Provenance
from orchestrator.model.rollout import Rollout
from orchestrator.ports import Clock, Deployer, Directory, EvidenceReader, Inspector, Lock, Prober, Store


@dataclass(frozen=True, slots=True)
class Reach:
    """The adapters that need to know the organization before they can be built.

    ``has_management`` says whether the management account can be reached from here.
    """

    deployer: Deployer
    evidence: EvidenceReader
    inspector: Inspector
    prober: Prober
    has_management: bool = True


@dataclass(frozen=True, slots=True)
class PlanCodec:
    """How plans become bytes. ``seal`` gives a plan its digest."""

    encode: Callable[[Plan], bytes]
    decode: Callable[[bytes, str], Plan]
    seal: Callable[[Plan], Plan]


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything a run works with. ``caller`` is the ARN we act as; a rehearsal is against an AWS on this machine.

    ``configuration`` is the commit that rollout and catalog were read from, where that is known.
    ``tell`` takes what long reading reports while it goes on, from whatever thread reads.
    """

    rollout: Rollout
    catalog: Catalog
    directory: Directory
    reach: Callable[[Organization], Reach]
    store: Store
    lock: Lock
    clock: Clock
    codec: PlanCodec
    caller: Callable[[], str]
    is_rehearsal: Callable[[], bool]
    poll_seconds: float = 5.0
    configuration: Commit | None = None
    tell: Callable[[Event], None] = ignore


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What a plan is made with where AWS is not asked: what was read from files, and by whom."""

    rollout: Rollout
    catalog: Catalog
    clock: Clock
    codec: PlanCodec
    provenance: Provenance = UNKNOWN
