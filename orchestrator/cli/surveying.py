"""A plan with what it was made from, for commands that show both: against AWS, or against nothing from a snapshot."""

from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.files.catalog.file import catalog_folder
from orchestrator.adapters.files.catalog.privileges import load_privileges
from orchestrator.adapters.files.catalog.published import load_published
from orchestrator.adapters.files.snapshot.file import load_snapshot
from orchestrator.cli.output import DISPLAY
from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.organization import Organization
from orchestrator.model.part import Part
from orchestrator.model.plan import Plan
from orchestrator.model.rollout import Rollout
from orchestrator.offline import open_files
from orchestrator.planning.review import ReviewRequest, review
from orchestrator.planning.safety import Allowances
from orchestrator.presentation.report import Background
from orchestrator.runs import Intent, plan_and_world, plan_from_nothing
from orchestrator.selection.select import select
from orchestrator.settings import Settings


@dataclass(frozen=True, slots=True)
class Survey:
    """A plan and what was read for it."""

    plan: Plan
    rollout: Rollout
    catalog: Catalog
    organization: Organization
    selection: Selection


def survey(settings: Settings, snapshot: Path | None, allowed: Allowances, part: Part | None = None) -> Survey:
    """Against AWS as it is; with a snapshot, as against an empty AWS and from files alone."""
    if snapshot:
        files, organization = open_files(settings), load_snapshot(snapshot)
        made = plan_from_nothing(files, organization, allowed=allowed, part=part)
        return Survey(made, files.rollout, files.catalog, organization, select(files.rollout, files.catalog, organization))
    from orchestrator.composition import open_tools  # noqa: PLC0415 - botocore, which a snapshot does without

    tools = open_tools(settings, DISPLAY.show)
    made, world = plan_and_world(tools, Intent(allowed=allowed, part=part))
    return Survey(made, tools.rollout, tools.catalog, world.organization, world.selection)


def background_of(found: Survey, settings: Settings) -> Background:
    """What the page shows beside the plan, as of the plan's own moment."""
    folder = catalog_folder(settings.config.parent)
    privileges, published = load_privileges(folder), load_published(folder)
    moment = found.plan.header.created_at
    request = ReviewRequest(found.rollout, found.catalog, found.organization, found.selection, privileges, published, moment)
    return Background(found.rollout, found.catalog, found.organization, review(request))
