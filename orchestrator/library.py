"""What programs call besides the runs: the verbs that need files alone, and a plan as the command line prints it. Nothing is printed."""

from typing import Literal, assert_never

from orchestrator.model.organization import Organization
from orchestrator.model.outcome import Outcome
from orchestrator.model.plan import Plan, Purpose
from orchestrator.offline import open_files, review_request
from orchestrator.planning.review import RoleReview, review_roles
from orchestrator.presentation.page import PLAIN_WIDTH, Page
from orchestrator.presentation.plan.document import plan_json_text
from orchestrator.presentation.plan.markdown import plan_markdown
from orchestrator.presentation.plan.text import plan_text
from orchestrator.runs import Conduct, Intent, Tools, fulfil, plan_from_nothing
from orchestrator.selection.select import select
from orchestrator.settings import Settings

CLEAN_UP = Intent(Purpose.CLEANUP)


def plan_offline(settings: Settings, organization: Organization) -> Plan:
    """The plan as against an empty AWS, from files alone: neither credentials nor a network are needed. Raises ConfigurationError."""
    return plan_from_nothing(open_files(settings), organization)


def show(plan: Plan, form: Literal["text", "json", "markdown"] = "text", width: int = PLAIN_WIDTH) -> str:
    """A plan as the command line prints it; ``width`` in columns, for text alone."""
    match form:
        case "text":
            return plan_text(plan, Page(width))
        case "json":
            return "".join(plan_json_text(plan))
        case "markdown":
            return plan_markdown(plan)
        case _:
            assert_never(form)


def cleanup(tools: Tools, conduct: Conduct) -> Outcome:
    """Revoke temporary grants that were used or are over, and nothing else; then look whether they are gone. Raises as ``apply``."""
    return fulfil(tools, CLEAN_UP, conduct)


def review(settings: Settings, organization: Organization) -> tuple[RoleReview, ...]:
    """Every role as the rules make it in that organization: trust, effective permissions, ways to privilege. Raises ConfigurationError."""
    files = open_files(settings)
    selection = select(files.rollout, files.catalog, organization)
    return review_roles(review_request(settings, files.rollout, files.catalog, organization, selection, files.clock.now()))
