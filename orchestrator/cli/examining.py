"""The command that looks before anything is changed: doctor."""

from typing import Annotated

import typer

from orchestrator.cli.output import FAILED, Format, emit, emit_json, errors_reported, exit_with, stdout_page
from orchestrator.cli.parameters import FormatOption, percent_of, settings_of
from orchestrator.composition import open_doctor
from orchestrator.doctor import diagnose
from orchestrator.model.check import Result
from orchestrator.presentation.diagnosis import diagnosis_json, diagnosis_text


def doctor(
    context: typer.Context,
    sample: Annotated[
        str | None, typer.Option("--sample", metavar="PERCENT", help="Look into a share of the accounts, such as 5%, always the same.")
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Check what can be known before the first change: one line each, exit 1 when one fails. Changes nothing."""
    with errors_reported(as_json=form is Format.JSON):
        checks = diagnose(open_doctor(settings_of(context), percent_of(sample)))
        if form is Format.JSON:
            emit_json(diagnosis_json(checks))
        else:
            emit(diagnosis_text(checks, stdout_page()))
        exit_with(FAILED if any(check.verdict.result is Result.FAIL for check in checks) else 0)
