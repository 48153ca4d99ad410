"""docs/commands.md: every command with its arguments, options, examples and exit codes, as its help has them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from typer.main import get_command

from orchestrator.cli.application import app
from orchestrator.cli.commands import COMMANDS, DeferredCommand
from orchestrator.cli.examples import EXAMPLES, EXITS
from scripts.generated.permission_groups import table

INTRODUCTION = """\
<!-- Written by scripts/golden from orchestrator/cli: change the commands there, not this page. -->

# Commands

`orchestrator [OPTIONS] COMMAND`: what every command takes and how it ends, as `orchestrator COMMAND --help` says it. The result goes to
stdout, progress and errors to stderr. [recover.md](recover.md) says for each exit code what to do.

## For every command

These may stand before or after the command; settings also come from `ORCHESTRATOR_CONFIG`, `ORCHESTRATOR_LOG_FILE`,
`ORCHESTRATOR_PROFILE`, `ORCHESTRATOR_VERBOSE` and `ORCHESTRATOR_POLL_SECONDS` (how often a running operation is looked at).
"""

if TYPE_CHECKING:
    from typer._click import Command, Context, Parameter

HELP = "--help"


def commands_page() -> str:
    """The whole page."""
    exits = table(("exit code", "means"), [(str(code), meaning) for code, meaning in EXITS.items()])
    contents = "\n".join(f"* [`{name}`](#{name}): {sentence}" for name, (_, sentence) in COMMANDS.items())
    parts = (INTRODUCTION, parameters(get_command(app), "orchestrator"), exits, contents, *map(section, COMMANDS))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def section(name: str) -> str:
    """One command: what it does, what it takes, how it is typed, how it ends."""
    command = DeferredCommand(name, *COMMANDS[name]).load(name)
    examples, codes = EXAMPLES[name]
    typed = "\n".join(f"$ orchestrator {example}" for example in examples)
    exits = "; ".join(f"{code} {EXITS[code]}" for code in codes)
    parts = (f"## {name}", command.help or "", parameters(command, name), f"```console\n{typed}\n```", f"Exit codes: {exits}.")
    return "\n\n".join(part.strip("\n") for part in parts if part)


def parameters(command: "Command", name: str) -> str:
    """Arguments first, without the help option, which every command has."""
    context = command.make_context(name, [], resilient_parsing=True)
    found = [param for param in command.get_params(context) if HELP not in param.opts]
    rows = [row for param in sorted(found, key=lambda param: param.param_type_name) for row in rows_of(param, context)]
    return table(("option", "means"), rows) if rows else ""


def rows_of(param: "Parameter", context: "Context") -> Iterator[tuple[str, str]]:
    """As help says it, an argument by its name in capitals."""
    if record := param.get_help_record(context):
        name, words = record
        typed = (param.metavar or str(param.name).upper()) if param.param_type_name == "argument" else name
        yield f"`{typed}`", words + (" May be repeated." if param.multiple and "repeatable" not in words else "")
