"""A plan in every form it can be printed."""

from typing import assert_never

from orchestrator.cli.output import PlanFormat, emit, emit_pieces, stdout_page
from orchestrator.model.plan import Plan
from orchestrator.planning.plan_comparison import compare_plans
from orchestrator.presentation.plan.document import plan_json_text
from orchestrator.presentation.plan.markdown import plan_markdown
from orchestrator.presentation.plan.text import plan_text
from orchestrator.presentation.plan.view import View
from orchestrator.presentation.plan_difference import difference_json_text, difference_markdown, difference_text


def print_plan(plan: Plan, form: PlanFormat, view: View) -> None:
    """The plan as text, JSON (the rows others rely on), Markdown, or the page to sign as far as a plan fills it."""
    match form:
        case PlanFormat.TEXT:
            emit(plan_text(plan, stdout_page(), view))
        case PlanFormat.JSON:
            emit_pieces(plan_json_text(plan))
        case PlanFormat.MARKDOWN:
            emit(plan_markdown(plan))
        case PlanFormat.HTML:
            emit(drawn(plan))
        case _:
            assert_never(form)


def drawn(plan: Plan, earlier: Plan | None = None) -> str:
    from orchestrator.cli.pages import plan_page  # noqa: PLC0415 - templates and roles, which no other form needs

    return plan_page(plan, earlier=earlier)


def print_difference(before: Plan, after: Plan, form: PlanFormat) -> None:
    """What differs in the later plan, on its page if as HTML. Raises RefusedError for plans of two organizations or rollouts."""
    found = compare_plans(before, after)
    match form:
        case PlanFormat.TEXT:
            emit(difference_text(before, after, found, stdout_page()))
        case PlanFormat.JSON:
            emit_pieces(difference_json_text(before, after, found))
        case PlanFormat.MARKDOWN:
            emit(difference_markdown(before, after, found))
        case PlanFormat.HTML:
            emit(drawn(after, before))
        case _:
            assert_never(form)
