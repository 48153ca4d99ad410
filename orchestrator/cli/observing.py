"""The command that shows the organization: discover."""

from pathlib import Path
from typing import Annotated

import typer

from orchestrator.adapters.files.snapshot.file import write_snapshot
from orchestrator.cli.output import DISPLAY, Format, emit, emit_json, errors_reported, say, stdout_page
from orchestrator.cli.parameters import FormatOption, settings_of
from orchestrator.composition import open_tools
from orchestrator.model.evidence import Unknown
from orchestrator.planning.blocking import NOT_READ
from orchestrator.presentation.organization_text import organization_text
from orchestrator.presentation.results_json import discover_json
from orchestrator.runs import discover as read_organization
from orchestrator.runs import with_policies


def discover(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Save a snapshot here.")] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Show the organization as a tree with accounts, tags and states."""
    with errors_reported(as_json=form is Format.JSON):
        tools = open_tools(settings_of(context), DISPLAY.show)
        organization = read_organization(tools)
        if out is not None:
            organization = with_policies(tools, organization)
            write_snapshot(out, organization)
            if isinstance(organization.policies, Unknown):
                say(f"warning: {NOT_READ.format(reason=organization.policies.reason)}")
        if form is Format.JSON:
            emit_json(discover_json(organization, tools.directory.calls()))
        else:
            emit(organization_text(organization, stdout_page(), tools.directory.calls()))
