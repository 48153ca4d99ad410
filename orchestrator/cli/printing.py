"""A plan in every form it can be printed."""

from typing import assert_never

from orchestrator.cli.output import PlanFormat, emit, emit_pieces, stdout_page
from orchestrator.model.plan import Plan
from orchestrator.presentation.plan.document import plan_json_text
from orchestrator.presentation.plan.markdown import plan_markdown
from orchestrator.presentation.plan.text import plan_text


def print_plan(plan: Plan, form: PlanFormat) -> None:
    """The plan as text, JSON (the rows others rely on) or Markdown."""
    match form:
        case PlanFormat.TEXT:
            emit(plan_text(plan, stdout_page()))
        case PlanFormat.JSON:
            emit_pieces(plan_json_text(plan))
        case PlanFormat.MARKDOWN:
            emit(plan_markdown(plan))
        case _:
            assert_never(form)
