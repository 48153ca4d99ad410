"""Plans of the scenarios with everything around them, and the pages of plans."""

from functools import cache
from pathlib import Path

from orchestrator.adapters.files.catalog.file import default_catalog_folder
from orchestrator.adapters.files.catalog.privileges import load_privileges
from orchestrator.adapters.files.catalog.published import load_published
from orchestrator.adapters.files.rollout.file import load
from orchestrator.cli.pages import plan_page
from orchestrator.model.plan import Plan
from orchestrator.planning.review import ReviewRequest, review_roles
from orchestrator.presentation.report import Background
from orchestrator.runs import plan_and_world
from tests.scenarios.test_scenarios import HERE, play


@cache
def scenario(name: str) -> tuple[Plan, Background]:
    """The plan of a scenario, and what its page shows beside it."""
    return surveyed(HERE / name)


def surveyed(folder: Path) -> tuple[Plan, Background]:
    rollout, catalog = load(folder / "rollout.yaml")
    plan, world = plan_and_world(play(folder).tools(rollout, catalog))
    known = load_privileges(default_catalog_folder()), load_published(default_catalog_folder())
    reviews = review_roles(ReviewRequest(rollout, catalog, world.organization, world.selection, *known, world.now))
    return plan, Background(rollout, catalog, world.organization, reviews)


def page_of(name: str) -> str:
    return plan_page(*scenario(name))
