"""Commands that compare: verify, status, history."""

from typing import Annotated

import typer

from orchestrator.cli.output import DIFFERENCES, FAILED, Format, emit, emit_json, errors_reported, exit_with, stdout_page, tell_error
from orchestrator.cli.parameters import FormatOption, refuse_idle, settings_of
from orchestrator.composition import open_tools
from orchestrator.errors import OrchestratorError
from orchestrator.execution.ledger import Ledger
from orchestrator.presentation.history import ledger_text
from orchestrator.presentation.results_json import ledger_json, status_json, verification_json
from orchestrator.presentation.run_history import find_runs, run_text, runs_json, runs_of, runs_text
from orchestrator.presentation.status import status_text
from orchestrator.presentation.temporary import is_overdue
from orchestrator.presentation.verification import verification_text
from orchestrator.runs import journals
from orchestrator.runs import status as read_status
from orchestrator.runs import verify as compare


def status(
    context: typer.Context,
    fail_on_overdue: Annotated[bool, typer.Option("--fail-on-overdue", help="Exit 1 when a temporary grant should be gone.")] = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Show where every account stands, temporary grants first."""
    with errors_reported(as_json=form is Format.JSON):
        tools = open_tools(settings_of(context))
        found, now = read_status(tools), tools.clock.now()
        if form is Format.JSON:
            emit_json(status_json(found, now))
        else:
            emit(status_text(found, now, stdout_page()))
        overdue = any(is_overdue(grant, now) for grant in found.temporary)
        exit_with(FAILED if fail_on_overdue and overdue else 0)


def verify(
    context: typer.Context,
    drift: Annotated[bool, typer.Option("--drift", help="Run drift detection too.")] = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Compare what the rules want with what is there; exit 5 when they differ."""
    with errors_reported(as_json=form is Format.JSON):
        found = compare(open_tools(settings_of(context)), drift=drift)
        if form is Format.JSON:
            emit_json(verification_json(found))
        else:
            emit(verification_text(found, stdout_page()))
        exit_with(0 if found.is_converged else DIFFERENCES)


def history(
    context: typer.Context,
    run: Annotated[str | None, typer.Argument(help="A run or the beginning of a plan's digest: what happened to each account.")] = None,
    temporary: Annotated[bool, typer.Option("--temporary", help="Show the ledger of temporary grants.")] = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Show past runs from the journal, or the ledger of temporary grants."""
    with errors_reported(as_json=form is Format.JSON):
        if temporary:
            refuse_idle("with --temporary, which shows the whole ledger", {"RUN": run is not None})
        tools = open_tools(settings_of(context))
        if temporary:
            records = Ledger(tools.store).records()
            if form is Format.JSON:
                emit_json(ledger_json(records))
            else:
                emit(ledger_text(records, stdout_page()))
            return
        (found, damaged), holder = journals(tools), tools.lock.holder()
        runs = runs_of(found, holder) if run is None else find_runs(found, run, holder)
        if run is not None and not runs and not damaged:
            raise OrchestratorError(f'there is no run "{run}", and no plan whose digest begins so.', remedy="`history` lists the runs.")
        if form is Format.JSON:
            emit_json(runs_json(runs))
        elif run is None:
            emit(runs_text(runs, stdout_page()))
        else:
            emit("\n".join(run_text(one, stdout_page()) for one in runs))
        for error in damaged:
            tell_error(error, as_json=False)
        exit_with(damaged[0].exit_code if damaged else 0)
