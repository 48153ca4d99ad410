"""Commands to rehearse with: a local AWS, and the whole story on it."""

import os
import signal
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.adapters.files.catalog.file import default_catalog_folder
from orchestrator.adapters.files.snapshot.file import read_snapshot
from orchestrator.cli.interruption import SIGNALS
from orchestrator.cli.output import Format, emit, emit_json, errors_reported, exit_with, say
from orchestrator.cli.parameters import FormatOption, refuse_idle
from orchestrator.errors import OrchestratorError, UsageError

if TYPE_CHECKING:
    from orchestrator.sandbox import Sandbox

HOUR = 3600.0

Fail = Annotated[
    list[str] | None,
    typer.Option(metavar="ACCOUNT=REASON", help="Make an account fail, as with scp; repeatable. An unknown reason lists all."),
]
Compare = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Show where a sandbox answers otherwise than AWS in a file of doctor --live; exit 5 where it does."),
]


def finite(seconds: float) -> float:
    """Python reads ``nan`` as a number, within every bound."""
    if not isfinite(seconds):
        raise typer.BadParameter(f"{seconds} is no number of seconds.")
    return seconds


def sandbox(
    organization: Annotated[Path | None, typer.Option(help="The snapshot to play; by default the demonstration's.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Listen here; 0 takes a free port.")] = 0,
    seconds_per_instance: Annotated[float, typer.Option(min=0, max=HOUR, callback=finite, help="How long each stack takes.")] = 0.05,
    caller_policy: Annotated[
        list[Path] | None, typer.Option(help="Export a caller that may do what this IAM policy allows, not an administrator; repeatable.")
    ] = None,
    fail: Fail = None,
    slow: Annotated[bool, typer.Option("--slow", help="Let each stack take 5 seconds.")] = False,
    throttle: Annotated[bool, typer.Option("--throttle", help="Throttle 30 % of all calls.")] = False,
    lag: Annotated[bool, typer.Option("--lag", help="Let lists and new roles lag behind by seconds.")] = False,
    compare: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Show where a sandbox answers otherwise than AWS did, by a file of doctor --live; 5 when it does."
        ),
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Play a local AWS to rehearse against until Ctrl-C; prints the variables to export."""
    with errors_reported(as_json=form is Format.JSON):
        if compare is not None:
            given: dict[str, object] = {"--organization": organization, "--port": port, "--caller-policy": caller_policy, "--fail": fail}
            exit_with(comparison_with(compare, form, {**given, "--slow": slow, "--throttle": throttle, "--lag": lag}))
            return
        with extra_required():
            from orchestrator.sandbox import Sandbox, rehearsals  # noqa: PLC0415 - an extra that may be absent

        snapshot = read_snapshot(organization or demonstration_folder() / "organization.yaml")
        policies = [read_policy(file) for file in caller_policy or ()]
        failures = failures_from(fail or (), {account.id for account in snapshot.accounts}, rehearsals.REASONS)
        with port_explained(port), Sandbox(port=port, seconds_per_instance=seconds_per_instance) as playing:
            playing.seed(snapshot.model_dump())
            rehearsals.slow_down(playing, slow=slow, throttle=throttle, lag=lag)
            for account, reason in failures:
                rehearsals.fail(playing, account, reason)
            with ending() as end:  # before it says that it runs, for then it may be ended
                announce(playing, form, policies)
                wait_for(end)


@contextmanager
def port_explained(port: int) -> Iterator[None]:
    """Raises OrchestratorError where it cannot be listened on."""
    try:
        yield
    except OSError as error:
        message = f"cannot listen on port {port}: {error.strerror or error}."
        raise OrchestratorError(message, remedy="Choose another --port, or 0 for a free one.") from error


def comparison_with(file: Path, form: Format, given: Mapping[str, object]) -> int:
    """The exit code; ``given`` are the options that say what to play."""
    refuse_idle("with --compare", {name: bool(value) for name, value in given.items()})
    with extra_required():
        from orchestrator.cli.comparing import compare_sandbox  # noqa: PLC0415 - as above

    return compare_sandbox(file, demonstration_folder(), form)


def read_policy(file: Path) -> str:
    """Raises UsageError."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(f"--caller-policy {file} cannot be read: {error}.", remedy="`orchestrator render` writes some.") from error


def failures_from(given: Iterable[str], accounts: Collection[str], reasons: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Accounts with the reasons they fail for. Raises UsageError for a text that is not ``ACCOUNT=REASON``, both known."""
    pairs = tuple((account, reason) for account, _, reason in (text.partition("=") for text in given))
    remedy = f"Write ACCOUNT=REASON. Reasons are {', '.join(sorted(reasons))}."
    for account, reason in pairs:
        if not reason:
            raise UsageError(f"--fail {account} names no reason.", remedy=remedy)
        if reason not in reasons:
            raise UsageError(f'--fail knows no reason "{reason}".', remedy=remedy)
        if account not in accounts:
            raise UsageError(
                f'--fail: the organization has no account "{account}".', remedy="Write ACCOUNT=REASON with an id of the snapshot."
            )
    return pairs


def announce(playing: "Sandbox", form: Format, policies: Sequence[str] = ()) -> None:
    """The variables on stdout, to be exported; the address for people."""
    try:
        variables = playing.caller_environment(*policies) if policies else playing.environment()
    except ValueError as error:
        raise UsageError(f"--caller-policy: {error}", remedy="`orchestrator render` writes some.") from error
    if form is Format.JSON:
        emit_json(variables)
    else:
        emit("\n".join(f"export {name}={value}" for name, value in variables.items()))
    say(f"A local AWS answers at {playing.endpoint}. Ctrl-C ends it.")


@contextmanager
def ending() -> Iterator[int]:
    """A pipe that Ctrl-C or a polite kill writes to.

    A handler must not take a lock: it runs in the middle of whatever the main thread does, an Event's ``wait`` included.
    """
    reader, writer = os.pipe()
    before = {number: signal.signal(number, lambda *_: os.write(writer, b"!")) for number in SIGNALS}
    try:
        yield reader
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reader)
        os.close(writer)


def wait_for(end: int) -> None:
    os.read(end, 1)


def demo(
    folder: Annotated[Path, typer.Option(help="Where its files go.")] = Path("demo-output"),
    form: FormatOption = Format.TEXT,
) -> None:
    """Tell the whole story on a local organization: discover, plan, apply, verify, first use, cleanup."""
    with errors_reported(as_json=form is Format.JSON):
        with extra_required():
            from orchestrator.cli.demonstration import demonstrate  # noqa: PLC0415 - as above

        demonstrate(demonstration_folder(), folder)


@contextmanager
def extra_required() -> Iterator[None]:
    """Raises OrchestratorError when a package of the extra ``sandbox`` is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("orchestrator"):
            raise
        raise OrchestratorError(f"{error.name} is missing: pip install 'org-permission-orchestrator[sandbox]'") from error


def demonstration_folder() -> Path:
    """The organization and rollout of the demonstration, as shipped; by a short name when it is below the current folder."""
    folder = default_catalog_folder().parent / "demo"
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
