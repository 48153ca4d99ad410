"""Everything a plan is made from."""

from dataclasses import dataclass
from datetime import datetime

from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import AccountId
from orchestrator.model.organization import Organization
from orchestrator.model.part import Part
from orchestrator.model.plan import Purpose
from orchestrator.model.provenance import UNKNOWN, Provenance
from orchestrator.model.rollout import Rollout
from orchestrator.model.state import State
from orchestrator.planning.exclusion import Exclusions
from orchestrator.planning.preconditions import Access
from orchestrator.planning.safety import Allowances
from orchestrator.temporary.life import Judgement
from orchestrator.temporary.requests import WantedGrant

NOTHING_ALLOWED = Allowances()


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The rules, the world, and what is asked for: by name a ``grant``, an account that is to be ``forgotten``, or a ``part`` of it all.

    ``before``, where a plan is made again in the middle of its run: the grants observed, without the changes of that run, for limits are
    those of the whole plan.
    """

    rollout: Rollout
    catalog: Catalog
    organization: Organization
    selection: Selection
    observed: State
    excluded: Exclusions
    judgement: Judgement
    now: datetime
    purpose: Purpose = Purpose.ROLLOUT
    allowed: Allowances = NOTHING_ALLOWED
    grant: WantedGrant | None = None
    forgotten: AccountId | None = None
    part: Part | None = None
    because: str = ""
    trusted_access: Access = None
    before: State | None = None
    provenance: Provenance = UNKNOWN
