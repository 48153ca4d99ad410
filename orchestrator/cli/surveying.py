"""A plan with what it was made from, for commands that show both: against AWS, or against nothing from a snapshot."""

from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.files.snapshot.file import load_snapshot
from orchestrator.cli.output import DISPLAY
from orchestrator.model.assignment import Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.organization import Organization
from orchestrator.model.part import Part
from orchestrator.model.plan import Plan
from orchestrator.model.rollout import Rollout
from orchestrator.offline import open_files
from orchestrator.planning.safety import Allowances
from orchestrator.runs import Intent, plan_and_world, plan_from_nothing
from orchestrator.settings import Settings


@dataclass(frozen=True, slots=True)
class Survey:
    """A plan and what was read for it. ``selection`` is None where it is what the rules say, and nothing besides."""

    plan: Plan
    rollout: Rollout
    catalog: Catalog
    organization: Organization
    selection: Selection | None = None


def survey(settings: Settings, snapshot: Path | None, allowed: Allowances, part: Part | None = None) -> Survey:
    """Against AWS as it is; with a snapshot, as against an empty AWS and from files alone."""
    if snapshot:
        files, organization = open_files(settings), load_snapshot(snapshot)
        made = plan_from_nothing(files, organization, allowed=allowed, part=part)
        return Survey(made, files.rollout, files.catalog, organization)
    from orchestrator.composition import open_tools  # noqa: PLC0415 - botocore, which a snapshot does without

    tools = open_tools(settings, DISPLAY.show)
    made, world = plan_and_world(tools, Intent(allowed=allowed, part=part))
    return Survey(made, tools.rollout, tools.catalog, world.organization, world.selection)
