"""The command that looks at roles which others made before they are adopted: adopt."""

from pathlib import Path
from typing import Annotated

import typer

from orchestrator.adapters.files.catalog.file import catalog_folder
from orchestrator.adapters.files.catalog.vendor_roles import load_vendor_roles
from orchestrator.adapters.files.plan.file import write_plan
from orchestrator.cli.completion import accounts
from orchestrator.cli.next_step import view_of_written
from orchestrator.cli.output import DISPLAY, REFUSED, Format, PlanFormat, emit, emit_json, errors_reported, exit_with, stdout_page
from orchestrator.cli.parameters import FormatOption, part_asked, refuse_idle, settings_of
from orchestrator.cli.printing import print_plan
from orchestrator.composition import open_tools
from orchestrator.model.part import Part
from orchestrator.model.plan import Plan
from orchestrator.presentation.adoption import audit_json, audit_text
from orchestrator.presentation.plan.view import View
from orchestrator.runs import Intent, read_world
from orchestrator.runs.adoption import Audit, audit
from orchestrator.runs.planning import plan_for


def adopt(
    context: typer.Context,
    account: Annotated[
        list[str] | None, typer.Option("--account", metavar="ID", help="Look into this account alone; repeatable.", autocompletion=accounts)
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="With --account: write the plan for these accounts.")] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """List roles that others made in the accounts: what made them, what they lack, and the lines for rollout.yaml. Changes nothing.

    Looks for roles of the names in rollout.yaml and of the names in the vendor's templates. With --out, also writes the plan that the lines
    of rollout.yaml lead to in these accounts, for review and apply.
    """
    with errors_reported(as_json=form is Format.JSON):
        part = part_asked(account, None, None)
        if part is None:
            refuse_idle("without --account: `plan --out` plans for all accounts", {"--out": out is not None})
        settings = settings_of(context)
        vendor = load_vendor_roles(catalog_folder(settings.config.parent))
        tools = open_tools(settings, DISPLAY.show)
        world = read_world(tools)
        found = audit(tools, world, vendor, (part or Part()).accounts)
        made = plan_for(tools, Intent(part=part), world) if out is not None else None
        if out is not None and made is not None:
            write_plan(out, made)
        print_audit(found, made, form, view_of_written(settings, out) if out is not None else View())
        exit_with(REFUSED if made is not None and made.violations else 0)


def print_audit(found: Audit, made: Plan | None, form: Format, view: View) -> None:
    """And the plan, where one was made; as JSON, its digest and violations: the file has the rest."""
    if form is Format.JSON:
        emit_json({**audit_json(found), "plan": made.digest if made is not None else None, "violations": violations_json(made)})
        return
    emit(audit_text(found, stdout_page()))
    if made is not None:
        emit("\n")
        print_plan(made, PlanFormat.TEXT, view)


def violations_json(made: Plan | None) -> list[dict[str, str]]:
    return [{"kind": violation.kind, "message": violation.message} for violation in made.violations] if made is not None else []
