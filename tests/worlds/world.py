"""Everything a plan is made from, as one value; carrying a plan out makes the next one."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.evidence import Evidence, Unused
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.names import group_set_of
from orchestrator.model.operation import Create, CreateInstances, Update, UpdateInstances
from orchestrator.model.organization import Organization
from orchestrator.model.part import Part
from orchestrator.model.plan import Plan, Purpose
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import State
from orchestrator.model.temporary import LedgerEvent, LedgerRecord
from orchestrator.planning.basis import NOTHING_ALLOWED, Basis
from orchestrator.planning.exclusion import exclusions
from orchestrator.planning.make_plan import make_plan
from orchestrator.planning.projection import project
from orchestrator.planning.safety import Allowances
from orchestrator.selection.select import select
from orchestrator.temporary.life import Facts, Judgement, candidates, held_grants, judge
from orchestrator.temporary.memory import remember, temporary_sets
from tests.worlds.catalogs import CATALOG

EARLIER = datetime(2026, 10, 1, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """Everything a plan is made from, and the ledger and evidence that the judgement comes from."""

    rollout: Rollout
    organization: Organization
    catalog: Catalog = field(default=CATALOG, repr=False)
    observed: State = field(default_factory=dict)
    ledger: tuple[LedgerRecord, ...] = ()
    evidence: dict[tuple[GroupSetName, AccountId], Evidence] = field(default_factory=dict)
    now: datetime = EARLIER

    @property
    def selection(self) -> Selection:
        return select(self.rollout, self.catalog, self.organization)

    @property
    def judgement(self) -> Judgement:
        selection = self.selection
        held = held_grants(self.rollout, temporary_sets(self.catalog, self.ledger), self.observed)
        memories = remember(self.ledger)
        facts = [
            Facts((name, account), selection.granted(account).get(name, ()), held.get((name, account)), memories.get((name, account)), seen)
            for name, account in candidates(self.catalog, selection, held, self.ledger)
            for seen in [self.evidence.get((name, account), Unused())]
        ]
        return judge(facts, self.rollout, self.now)

    def basis(self, purpose: Purpose = Purpose.ROLLOUT, allowed: Allowances = NOTHING_ALLOWED, part: Part | None = None) -> Basis:
        return Basis(
            rollout=self.rollout,
            catalog=self.catalog,
            organization=self.organization,
            selection=self.selection,
            observed=self.observed,
            excluded=exclusions(self.selection, self.organization, self.observed),
            judgement=self.judgement,
            now=self.now,
            purpose=purpose,
            allowed=allowed,
            part=part,
        )

    def plan(self, purpose: Purpose = Purpose.ROLLOUT, part: Part | None = None) -> Plan:
        return make_plan(self.basis(purpose, part=part))

    def carry_out(self, plan: Plan) -> "World":
        """The world once the plan has been applied, its windows written into the ledger."""
        opened = tuple(
            LedgerRecord(self.now, LedgerEvent.GRANTED, name, account, plan.digest, operation.window)
            for operation in plan.operations
            if isinstance(operation, CreateInstances | UpdateInstances | Create | Update) and operation.window is not None
            for account in operation.accounts
            if (name := group_set_of(self.rollout.prefix, operation.place.name)) is not None
        )
        return replace(self, observed=project(plan.operations, self.observed), ledger=(*self.ledger, *opened))
