"""Pages to sign. Commands import this when a page is asked for: templates and roles take a while to load."""

from orchestrator.adapters.files.plan.file import encode_plan
from orchestrator.adapters.files.plan.page import enclosed
from orchestrator.cli.surveying import Survey
from orchestrator.model.plan import Plan
from orchestrator.offline import review_request
from orchestrator.planning.review import review_roles
from orchestrator.presentation.report import Background, report_html, report_of_plan
from orchestrator.selection.select import select
from orchestrator.settings import Settings


def survey_page(found: Survey, settings: Settings, earlier: Plan | None = None) -> str:
    """The page of a plan with everything it was made from."""
    return plan_page(found.plan, background_of(found, settings), earlier)


def plan_page(plan: Plan, background: Background | None = None, earlier: Plan | None = None) -> str:
    """The page to sign, with the plan file in it, and how it differs from an ``earlier`` plan."""
    return report_html(report_of_plan(plan, background, earlier), enclosed(encode_plan(plan)))


def background_of(found: Survey, settings: Settings) -> Background:
    """What the page shows beside the plan, as of the plan's own moment."""
    selection = found.selection or select(found.rollout, found.catalog, found.organization)
    moment = found.plan.header.created_at
    request = review_request(settings, found.rollout, found.catalog, found.organization, selection, moment)
    return Background(found.rollout, found.catalog, found.organization, review_roles(request))
