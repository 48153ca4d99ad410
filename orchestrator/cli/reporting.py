"""The command whose result is a page to sign: report."""

from pathlib import Path
from typing import Annotated

import typer

from orchestrator.adapters.files.plan.file import read_plan
from orchestrator.adapters.files.writing import write_out
from orchestrator.cli.output import Format, emit, emit_json, errors_reported
from orchestrator.cli.pages import survey_page
from orchestrator.cli.parameters import Against, FormatOption, settings_of
from orchestrator.cli.surveying import survey
from orchestrator.model.counts import counted
from orchestrator.planning.safety import Allowances
from orchestrator.presentation.plan.text import summary_line


def report(
    context: typer.Context,
    html: Annotated[Path, typer.Option("--html", metavar="FILE", help="Write the page here.")],
    organization: Annotated[
        Path | None, typer.Option(help="Report on this snapshot as against an empty AWS; no credentials needed.")
    ] = None,
    against: Against = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Write one page to sign: what would change, for whom, who may do what, and the plan itself. Changes nothing in AWS."""
    with errors_reported(as_json=form is Format.JSON):
        settings, earlier = settings_of(context), read_plan(against) if against else None
        found = survey(settings, organization, Allowances())
        made = found.plan
        write_out(html, survey_page(found, settings, earlier).encode())
        if form is Format.JSON:
            emit_json({"page": str(html), "digest": made.digest, "violations": len(made.violations)})
        else:
            refused = f" Refused: {counted(len(made.violations), 'violation')}." if made.violations else ""
            emit(f"Wrote {html}. {summary_line(made)}{refused}")
