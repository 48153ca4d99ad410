"""The command that looks before anything is changed: doctor."""

from pathlib import Path
from typing import Annotated

import typer

from orchestrator.adapters.aws.errors import CredentialsError
from orchestrator.cli.contact import ContactOptions, contact_aws
from orchestrator.cli.output import DISPLAY, FAILED, Format, emit, emit_json, errors_reported, exit_with, stdout_page
from orchestrator.cli.parameters import BreakLock, FormatOption, Yes, percent_of, refuse_idle, settings_of
from orchestrator.composition import open_doctor
from orchestrator.doctor import diagnose, unexamined
from orchestrator.model.check import Check, Result
from orchestrator.presentation.diagnosis import diagnosis_json, diagnosis_text
from orchestrator.settings import Settings


def doctor(
    context: typer.Context,
    sample: Annotated[
        str | None, typer.Option("--sample", metavar="PERCENT", help="Look into a share of the accounts, such as 5%, always the same.")
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Try on two throw-away accounts what AWS answers; makes things there and removes them again.")
    ] = False,
    account: Annotated[list[str] | None, typer.Option("--account", metavar="ID", help="With --live: one of the two accounts.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="With --live: write what AWS answered to this file.")] = None,
    yes: Yes = False,
    break_lock: BreakLock = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Check what can be known before the first change: one line each, exit 1 when one fails. Changes nothing.

    --live is the first contact with a real organization: every name it makes is listed and confirmed before, and everything is removed at
    the end, or, after a crash, by the next --live.
    """
    with errors_reported(as_json=form is Format.JSON):
        if live:
            refuse_idle("with --live", {"--sample": sample is not None})
            exit_with(contact_aws(settings_of(context), ContactOptions(account or [], out, form, yes, break_lock)))
            return
        refuse_idle("without --live", {"--account": bool(account), "--out": out is not None, "--yes": yes, "--break-lock": break_lock})
        checks = examine(settings_of(context), percent_of(sample))
        if form is Format.JSON:
            emit_json(diagnosis_json(checks))
        else:
            emit(diagnosis_text(checks, stdout_page()))
        exit_with(FAILED if any(check.verdict.result is Result.FAIL for check in checks) else 0)


def examine(settings: Settings, percent: float | None) -> tuple[Check, ...]:
    """Raises ConfigurationError: without a rollout there is nothing to check."""
    try:
        facts = open_doctor(settings, percent, DISPLAY.show)
    except CredentialsError as error:
        return unexamined(error)
    return diagnose(facts)
