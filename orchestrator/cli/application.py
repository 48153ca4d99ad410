"""The program's entry: global options, the commands, and what a wrong command line gets."""

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

import orchestrator
from orchestrator.cli.commands import CommandList
from orchestrator.cli.examples import EXITS, exits_of
from orchestrator.cli.interruption import INTERRUPTION, end_process
from orchestrator.cli.output import USAGE, emit, emit_json, exit_code_of, files_explained, say, tell_error
from orchestrator.errors import FileError, OrchestratorError, UsageError
from orchestrator.model.letters import whole
from orchestrator.presentation.errors import error_json

# Typer may bring its own copy of click: the exceptions to catch are the ones its public names descend from.
ClickError: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

RARE_COLLECTIONS = (20_000, 10, 10)
"""A plan makes millions of objects and hardly a cycle: looking for cycles as often as Python does by itself takes a fifth of its time.
Calls to AWS make some: looking still less often costs a look into a thousand accounts ten megabytes and saves a plan nothing."""

app = typer.Typer(
    name="orchestrator",
    cls=CommandList,
    help="Roll IAM permissions for a forensics platform out across an AWS Organization, and take them back.",
    epilog=exits_of(*EXITS),
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def show_version(is_asked: bool) -> None:
    """``--version`` prints the installed version alone, and ends."""
    if is_asked:
        emit(orchestrator.__version__)
        raise typer.Exit


@app.callback()
def configure(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="The rollout file.", metavar="FILE", show_default="config/rollout.yaml")] = None,
    log_file: Annotated[Path | None, typer.Option(help="Write JSON log lines here, rotated.", metavar="FILE")] = None,
    profile: Annotated[
        str | None, typer.Option(help="The AWS profile to take credentials from.", metavar="NAME", show_default="AWS_PROFILE")
    ] = None,
    *,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show log lines on stderr.")] = False,
    _version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=show_version)] = False,
) -> None:
    """Settings come from options first, then from ORCHESTRATOR_* variables."""
    if context.parent is None and context.invoked_subcommand is None:
        say(context.get_help())
        raise typer.Exit(USAGE)
    from orchestrator.cli.starting import started  # noqa: PLC0415 - pydantic and structlog would triple the time --help takes

    context.obj = started({"config": config, "log_file": log_file, "profile": profile, "verbose": verbose or None})


def main() -> None:
    """Run the command line and end the process with the contract's exit code."""
    ready_streams()
    gc.set_threshold(*RARE_COLLECTIONS)
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
