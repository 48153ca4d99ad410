"""The program's entry: global options, the commands, and what a wrong command line gets."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.logs import configure_logging
from orchestrator.cli import applying, checking, files, observing, planning, rehearsing, reviewing, validating
from orchestrator.cli.interruption import INTERRUPTION, end_process
from orchestrator.cli.output import USAGE, emit_json, exit_code_of, files_explained, say, tell_error
from orchestrator.composition import new_run_id
from orchestrator.errors import FileError, OrchestratorError, UsageError
from orchestrator.model.letters import whole
from orchestrator.presentation.errors import error_json
from orchestrator.settings import Settings

# Typer may bring its own copy of click: the exceptions to catch are the ones its public names descend from.
ClickError: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

app = typer.Typer(
    name="orchestrator",
    help="Roll IAM permissions for a forensics platform out across an AWS Organization, and take them back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for module in (files, validating, reviewing, observing, planning, applying, checking, rehearsing):
    module.register(app)


@app.callback()
def configure(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="The rollout file.", show_default="config/rollout.yaml")] = None,
    log_file: Annotated[Path | None, typer.Option(help="Write JSON log lines here, rotated.")] = None,
    *,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show log lines on stderr.")] = False,
) -> None:
    """Settings come from options first, then from ORCHESTRATOR_* variables."""
    given = {"config": config, "log_file": log_file, "verbose": verbose or None}
    settings = settings_from_environment().model_copy(update={name: value for name, value in given.items() if value is not None})
    context.obj = settings
    with files_explained():
        configure_logging(settings.log_file, run_id=new_run_id(SystemClock().now()), verbose=settings.verbose)


def settings_from_environment() -> Settings:
    """Raises UsageError naming each variable that says nothing sensible."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"ORCHESTRATOR_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors())
        raise UsageError(f"the environment cannot be used. {wrong}.", remedy="Correct or unset these variables.") from error


def main() -> None:
    """Run the command line and end the process with the contract's exit code."""
    ready_streams()
    try:
        refuse_broken_words(sys.argv)
        with INTERRUPTION.answered(), files_explained():
            code = app(standalone_mode=False)
    except typer.Exit as end:
        code = end.exit_code
    except ClickError as error:
        report_usage(error)
        code = USAGE
    except (KeyboardInterrupt, typer.Abort):
        say("Interrupted.")
        code = INTERRUPTION.exit_code
    except OrchestratorError as error:
        tell_error(error, as_json=is_json_asked_for())
        code = exit_code_of(error)
    end_process(code if isinstance(code, int) else 0)


def refuse_broken_words(words: Sequence[str]) -> None:
    """Python hands over bytes that are no UTF-8 as halves of letters, which no file could hold. Raises UsageError."""
    if broken := [word for word in words if whole(word) != word]:
        raise UsageError(f"{whole(broken[0])} is not UTF-8 text.", remedy="Check how the terminal or the script encodes it.")


def ready_streams() -> None:
    """A stream that is closed swallows what it is given; a letter the terminal does not know is spelt out, not an error."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for the rest of the process
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for as long as the other
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def is_json_asked_for() -> bool:
    """Read off the words themselves, where they could not be parsed or not yet."""
    return "json" in sys.argv or "--format=json" in sys.argv


def report_usage(error: Exception) -> None:
    """A command line that makes no sense: said on stderr, and as JSON when that was asked for."""
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "orchestrator"
    if is_json_asked_for():
        with suppress(FileError):
            emit_json(error_json(UsageError(message, remedy=f"{command} --help")))
    say(f"usage: {message}\nSee {command} --help.")
