"""Commands that compare: verify, status, history."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from orchestrator.cli.output import (
    DIFFERENCES,
    DISPLAY,
    FAILED,
    Format,
    command_line,
    emit,
    emit_json,
    errors_reported,
    exit_with,
    stdout_page,
    tell_error,
)
from orchestrator.cli.parameters import FormatOption, percent_of, refuse_idle, settings_of
from orchestrator.composition import open_tools
from orchestrator.errors import InterruptedRunError, OrchestratorError, UsageError
from orchestrator.execution.ledger import Ledger
from orchestrator.model.identifiers import AccountId
from orchestrator.presentation.history import ledger_text
from orchestrator.presentation.results_json import ledger_json, status_json, verification_json
from orchestrator.presentation.run_history import find_runs, run_text, runs_json, runs_of, runs_text
from orchestrator.presentation.status import status_text
from orchestrator.presentation.temporary import is_overdue
from orchestrator.presentation.verification import verification_text
from orchestrator.runs import ProbeRequest, journals
from orchestrator.runs import status as read_status
from orchestrator.runs import verify as compare

ACCOUNT = re.compile("[0-9]{12}")


def status(
    context: typer.Context,
    fail_on_overdue: Annotated[bool, typer.Option("--fail-on-overdue", help="Exit 1 when a temporary grant should be gone.")] = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Show where every account stands, temporary grants first."""
    with errors_reported(as_json=form is Format.JSON):
        tools = open_tools(settings_of(context), DISPLAY.show)
        found, now = read_status(tools), tools.clock.now()
        if form is Format.JSON:
            emit_json(status_json(found, now))
        else:
            emit(status_text(found, now, stdout_page()))
        overdue = any(is_overdue(grant, now) for grant in found.temporary)
        exit_with(FAILED if fail_on_overdue and overdue else 0)


def verify(
    context: typer.Context,
    drift: Annotated[
        bool,
        typer.Option("--drift", help="Run CloudFormation's drift detection: what its templates set, not what was added beside that."),
    ] = False,
    probe: Annotated[
        bool,
        typer.Option("--probe", help="Look into the accounts: what IAM there shows, whatever CloudFormation knows."),
    ] = False,
    sample: Annotated[
        str | None, typer.Option("--sample", metavar="PERCENT", help="With --probe: into a share of them, such as 5%, always the same.")
    ] = None,
    account: Annotated[list[str] | None, typer.Option("--account", metavar="ID", help="With --probe: into this account alone.")] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Compare what the rules want with what is there; exit 5 when they differ or could not be looked at.

    --drift asks CloudFormation, which compares what its templates set: an inline policy or a managed one that was added by hand is no
    drift to it. --probe reads IAM in each account: roles with path, trust, session, boundary and tags, every policy by content, what else
    is attached, instance profiles, further roles with the rollout's tags, and whether the hub gets in by its external id alone. Further
    roles are those of our names, with the description of a role of ours, or that trust the hub. Interrupted, it goes on where it was.
    """
    with errors_reported(as_json=form is Format.JSON):
        asked = probe_request(sample, account, probe=probe)
        tools = open_tools(settings_of(context), DISPLAY.show)
        with resumable(is_resumable=probe and not account):
            found = compare(tools, drift=drift, inside=asked)
        if form is Format.JSON:
            emit_json(verification_json(found))
        else:
            emit(verification_text(found, stdout_page()))
        exit_with(0 if found.is_converged else DIFFERENCES)


def probe_request(sample: str | None, accounts: list[str] | None, *, probe: bool) -> ProbeRequest | None:
    """Raises UsageError."""
    if not probe:
        refuse_idle("without --probe", {"--sample": sample is not None, "--account": bool(accounts)})
        return None
    if accounts:
        refuse_idle("with --account, which names what is looked into", {"--sample": sample is not None})
    wrong = [account for account in accounts or () if not ACCOUNT.fullmatch(account)]
    if wrong:
        raise UsageError(f'"{wrong[0]}" is no account id.', remedy="It is twelve digits.")
    return ProbeRequest(percent_of(sample), tuple(map(AccountId, accounts or ())))


@contextmanager
def resumable(*, is_resumable: bool) -> Iterator[None]:
    """Says after an interruption how to go on."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        if not is_resumable:
            raise
        raise InterruptedRunError("interrupted: what was seen so far is kept.", remedy=f"To go on: {command_line()}") from interrupt


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
        tools = open_tools(settings_of(context), DISPLAY.show)
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
