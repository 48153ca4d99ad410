"""What plans are made from where AWS is not asked: files alone. Imports no AWS adapter, whose client takes longer to load than a plan."""

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.files.catalog.file import catalog_folder
from orchestrator.adapters.files.plan.file import decode_plan, encode_plan, with_digest
from orchestrator.adapters.files.rollout.file import load
from orchestrator.adapters.git import commit_of
from orchestrator.adapters.process import local_user
from orchestrator.model.provenance import Commit, Provenance
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
