"""An error in words for stderr, and as JSON for programs."""

from orchestrator.errors import ConfigurationError, OrchestratorError, RefusedError, ViolationsError
from orchestrator.model.counts import counted
from orchestrator.presentation.page import Page, Tone, text_of


def error_text(error: OrchestratorError, page: Page) -> str:
    """What, where and what to do next; of a configuration, every problem."""
    if isinstance(error, ConfigurationError):
        problems = [line for problem in error.problems for line in page.wrap(str(problem), "  ", "    ")]
        return text_of([page.paint(f"error: {counted(len(error.problems), 'problem')} in the configuration", Tone.BAD), *problems])
    word = "refused" if isinstance(error, RefusedError) else "error"
    where = f" ({error.where})" if error.where and error.where not in error.message else ""
    what, *more = error.message.splitlines() or [error.kind]
    first = page.wrap(f"{word}: {what}{where}", rest="  ", tone=Tone.BAD)
    rest = [line for part in more for line in page.wrap(part, "  ", "    ")]
    return text_of([*first, *rest, *page.wrap(error.remedy or "", "  ")])


def error_json(error: OrchestratorError) -> dict[str, object]:
    """``{"error": {"kind", "message", "where", "remedy"}}``; a refusal's kind is what it refuses for, violations come as in the plan."""
    fields = {"kind": error.reported_kind, "message": error.message, "where": error.where, "remedy": error.remedy}
    if isinstance(error, ViolationsError):
        return {"error": {**fields, "violations": [{"kind": kind, "message": message} for kind, message in error.violations]}}
    return {"error": fields}
