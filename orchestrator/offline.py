"""What plans are made from where AWS is not asked: files alone. Imports no AWS adapter, whose client takes longer to load than a plan."""

from datetime import datetime

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.files.catalog.file import catalog_folder
from orchestrator.adapters.files.catalog.privileges import load_privileges
from orchestrator.adapters.files.catalog.published import load_published
from orchestrator.adapters.files.plan.file import decode_plan, encode_plan, with_digest
from orchestrator.adapters.files.rollout.file import load
from orchestrator.adapters.git import commit_of
from orchestrator.adapters.process import local_user
from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.organization import Organization
from orchestrator.model.provenance import Commit, Provenance
from orchestrator.model.rollout import Rollout
from orchestrator.planning.review import ReviewRequest
from orchestrator.runs.tools import Files, PlanCodec
from orchestrator.settings import Settings

CODEC = PlanCodec(encode_plan, decode_plan, with_digest)


def open_files(settings: Settings) -> Files:
    """What planning needs where AWS is not asked. Raises ConfigurationError."""
    rollout, catalog = load(settings.config)
    provenance = Provenance(local_user(), commit_at(settings))
    return Files(rollout=rollout, catalog=catalog, clock=SystemClock(), codec=CODEC, provenance=provenance)


def commit_at(settings: Settings) -> Commit | None:
    return commit_of(settings.config, catalog_folder(settings.config.parent))


def review_request(
    settings: Settings, rollout: Rollout, catalog: Catalog, organization: Organization, selection: Selection, moment: datetime
) -> ReviewRequest:
    """What a review is made from, with what the catalog judges and what the vendor publishes. Raises ConfigurationError."""
    folder = catalog_folder(settings.config.parent)
    return ReviewRequest(rollout, catalog, organization, selection, load_privileges(folder), load_published(folder), moment)
