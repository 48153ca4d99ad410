"""What every command shares: the result on stdout, messages on stderr, errors as words or as JSON, exit codes."""

import logging
import os
import shlex
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import TextIO

import typer

from orchestrator.cli.following import Display
from orchestrator.cli.interruption import INTERRUPTION
from orchestrator.errors import FileError, InterruptedRunError, OrchestratorError
from orchestrator.presentation.errors import error_json, error_text
from orchestrator.presentation.json_text import json_text
from orchestrator.presentation.page import Page, page_for

DONE, FAILED, CHANGES_PENDING, REFUSED, APPLIED_WITH_FAILURES, DIFFERENCES, USAGE = 0, 1, 2, 3, 4, 5, 64

UNKNOWN_WIDTH = 80
MOST_DIGITS = 4


class Format(StrEnum):
    """How a command prints its result."""

    TEXT = "text"
    JSON = "json"


class PlanFormat(StrEnum):
    """How plans are printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


def emit(text: str) -> None:
    """The result, and nothing but the result, goes to stdout, with a newline at its end. Raises FileError."""
    emit_pieces((text,) if text.endswith("\n") else (text, "\n"))


def emit_pieces(pieces: Iterable[str]) -> None:
    """A result that is large, piece by piece.

    The reader may have seen enough, as with ``| head``: the command continues and ends as it would have.
    Raises FileError when it cannot be written for another reason, as on a full disk.
    """
    DISPLAY.pause()
    try:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            message = f"cannot write the result: {error.strerror or error}."
            raise FileError(message, where="stdout", remedy="Make room where stdout leads, or send it elsewhere, and run again.") from error


def emit_json(value: object) -> None:
    """A result as JSON."""
    emit(json_text(value))


def stdout_page() -> Page:
    """The page results are laid out on."""
    return page_of(sys.stdout)


def stderr_page() -> Page:
    """The page progress and errors are laid out on."""
    return page_of(sys.stderr)


def page_of(stream: TextIO) -> Page:
    return page_for(columns_of(stream), os.environ, is_terminal=stream.isatty())


def columns_of(stream: TextIO) -> int | None:
    """What COLUMNS says, else the width of the terminal that this stream, and perhaps no other, leads to; None for files and pipes."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and 0 < len(given) <= MOST_DIGITS and int(given) > 0:
        return int(given)
    if not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or UNKNOWN_WIDTH
    except OSError:
        return UNKNOWN_WIDTH


def say(text: str) -> None:
    """Progress and remarks go to stderr, whether or not anybody reads them."""
    write_stderr(f"{text}\n")


def write_stderr(text: str) -> None:
    """The same as it is. A full disk or a reader who went away costs the words, never the run."""
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


DISPLAY = Display(stderr_page, write_stderr)
"""A process has one."""


def exit_with(code: int) -> None:
    """End the command; code 0 just returns."""
    if code:
        raise typer.Exit(code)


def command_line() -> str:
    """This command as it was typed."""
    return shlex.join(["orchestrator", *sys.argv[1:]])


def is_terminal() -> bool:
    """Whether a user can answer."""
    return sys.stdin.isatty()


def confirm(question: str) -> bool:
    """Ask on stderr, so that stdout stays clean; anything but yes is no."""
    DISPLAY.pause()
    sys.stderr.write(f"{question} Only 'yes' is accepted: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip() == "yes"


@contextmanager
def errors_reported(*, as_json: bool) -> Iterator[None]:
    """Turn an error into its words on stderr, its JSON on stdout when asked, and its exit code."""
    try:
        with files_explained(), interruption_explained(), DISPLAY.shown():
            yield
    except OrchestratorError as error:
        tell_error(error, as_json=as_json)
        code = exit_code_of(error)
        logging.getLogger(__name__).info("ended", extra={"kind": error.kind, "exit_code": code, "words": error.message})
        raise typer.Exit(code) from error


def exit_code_of(error: OrchestratorError) -> int:
    """An interruption ends with the code of its signal."""
    return INTERRUPTION.exit_code if isinstance(error, InterruptedRunError) else error.exit_code


@contextmanager
def interruption_explained() -> Iterator[None]:
    """A signal while no run is under way; a run answers it itself. Typer would end without a word, and as after Ctrl-C."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        raise InterruptedRunError("interrupted: nothing is being submitted.", remedy=f"To start again: {command_line()}") from interrupt


@contextmanager
def files_explained() -> Iterator[None]:
    """What the file system refuses, as an error of ours."""
    try:
        yield
    except OSError as error:
        name = str(error.filename or "")
        message = f"{name}: {error.strerror or error}." if name else f"{error.strerror or error}."
        raise FileError(message, remedy="Check the path, and who may read or write there.") from error


def tell_error(error: OrchestratorError, *, as_json: bool) -> None:
    """Its words on stderr, its JSON on stdout when asked and possible."""
    if as_json:
        with suppress(FileError):
            emit_json(error_json(error))
    say(error_text(error, stderr_page()).rstrip("\n"))
