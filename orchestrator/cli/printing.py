"""A plan in every form it can be printed."""

from typing import assert_never

from orchestrator.adapters.files.plan.file import encode_plan
from orchestrator.cli.output import PlanFormat, emit, stdout_page
from orchestrator.model.plan import Plan
from orchestrator.presentation.plan_markdown import plan_markdown
from orchestrator.presentation.plan_text import plan_text


def print_plan(plan: Plan, form: PlanFormat) -> None:
    """The plan as text, JSON (the plan file itself) or Markdown."""
    match form:
        case PlanFormat.TEXT:
            emit(plan_text(plan, stdout_page()))
        case PlanFormat.JSON:
            emit(encode_plan(plan).decode())
        case PlanFormat.MARKDOWN:
            emit(plan_markdown(plan))
        case _:
            assert_never(form)
