"""Commands that say what would change: plan, and show for a plan that was written."""

from pathlib import Path
from typing import Annotated

import typer

from orchestrator.adapters.files.plan.file import read_plan, write_plan
from orchestrator.cli.next_step import view_of_file, view_of_plan
from orchestrator.cli.output import CHANGES_PENDING, REFUSED, PlanFormat, emit, errors_reported, exit_with
from orchestrator.cli.parameters import (
    Against,
    AllowMissing,
    AllowRepairs,
    AllowRevokes,
    BreakLock,
    Detail,
    ListAccounts,
    OnlyAccounts,
    OnlyGroupSets,
    OnlyUnits,
    Out,
    PlanFormatOption,
    ReplaceRoles,
    allowances,
    part_asked,
    refuse_idle,
    settings_of,
)
from orchestrator.cli.printing import print_difference, print_plan
from orchestrator.cli.surveying import survey


def plan(
    context: typer.Context,
    out: Out = None,
    organization: Annotated[
        Path | None, typer.Option(help="Plan for this snapshot as against an empty AWS; no credentials needed.")
    ] = None,
    account: OnlyAccounts = None,
    unit: OnlyUnits = None,
    group_set: OnlyGroupSets = None,
    detailed_exitcode: Annotated[bool, typer.Option("--detailed-exitcode", help="Exit 2 when there are changes.")] = False,
    allow_revokes: AllowRevokes = None,
    allow_missing_accounts: AllowMissing = False,
    allow_repairs: AllowRepairs = False,
    replace_roles: ReplaceRoles = False,
    break_lock: BreakLock = False,
    detail: Detail = False,
    accounts: ListAccounts = False,
    form: PlanFormatOption = PlanFormat.TEXT,
) -> None:
    """Show what would change, for whom and why. Writes nothing in AWS."""
    with errors_reported(as_json=form is PlanFormat.JSON):
        allowed = allowances(
            allow_revokes, missing=allow_missing_accounts, break_lock=break_lock, repairs=allow_repairs, replace_roles=replace_roles
        )
        settings = settings_of(context)
        found = survey(settings, organization, allowed, part_asked(account, unit, group_set))
        made = found.plan
        if out is not None:
            write_plan(out, made)
        if form is PlanFormat.HTML:
            from orchestrator.cli.pages import survey_page  # noqa: PLC0415 - templates and roles, which no other form needs

            emit(survey_page(found, settings))
        else:
            print_plan(made, form, view_of_plan(settings, out, detail=detail, accounts=accounts))
        exit_with(REFUSED if made.violations else CHANGES_PENDING if detailed_exitcode and made.operations else 0)


def show(
    context: typer.Context,
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan file.")],
    against: Against = None,
    detail: Detail = False,
    accounts: ListAccounts = False,
    form: PlanFormatOption = PlanFormat.TEXT,
) -> None:
    """Show a plan file again, in any format. Needs no credentials and no configuration.

    With --against, shows only what differs from an earlier plan of the same rollout.
    """
    with errors_reported(as_json=form is PlanFormat.JSON):
        if against is None:
            print_plan(read_plan(plan), form, view_of_file(settings_of(context), plan, detail=detail, accounts=accounts))
        else:
            refuse_idle("with --against, which shows differences alone", {"--detail": detail, "--accounts": accounts})
            print_difference(read_plan(against), read_plan(plan), form)
