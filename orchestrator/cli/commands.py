"""Every command: its sentence, and the module it is in, imported only when the command runs. Help answers at once."""

from collections.abc import Mapping
from copy import copy
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from orchestrator.cli.examples import epilog_of

if TYPE_CHECKING:
    from typer._click import Command, Context, Parameter

COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("files", "Write a starter config/ into this folder, never over a file."),
    "validate": ("validating", "Check config, catalog and templates offline: every problem at once."),
    "groups": (
        "files",
        "List permission groups, group sets and role sets, or show one in full: actions, conditions, trust, why it exists, size.",
    ),
    "render": ("files", "Write the templates and guardrails in stacksets/, and the IAM policies each command needs."),
    "discover": ("observing", "Show the organization as a tree with accounts, tags and states."),
    "explain": (
        "explaining",
        "Say what an account gets, by which rule, who may assume its roles, and what was withheld or excluded and why.",
    ),
    "review": (
        "reviewing",
        "Show every role as this rollout makes it: trust, effective permissions, ways to privilege and their bounds, alarms.",
    ),
    "doctor": ("examining", "Check what can be known before the first change: one line each, exit 1 when one fails. Changes nothing."),
    "adopt": (
        "adopting",
        "List roles that others made in the accounts: what made them, what they lack, and the lines for rollout.yaml. Changes nothing.",
    ),
    "plan": ("planning", "Show what would change, for whom and why. Writes nothing in AWS."),
    "report": (
        "reporting",
        "Write one page to sign: what would change, for whom, who may do what, and the plan itself. Changes nothing in AWS.",
    ),
    "show": ("planning", "Show a plan file again, in any format. Needs no credentials and no configuration."),
    "apply": ("applying", "Apply exactly that plan. Run again after a crash, it resumes; after failures, it retries what failed."),
    "status": ("checking", "Show where every account stands, temporary grants first."),
    "verify": ("checking", "Compare what the rules want with what is there; exit 5 when they differ or could not be looked at."),
    "grant-temporarily": ("applying", "Plan one fresh window of a temporary group set, deliberately."),
    "cleanup": (
        "applying",
        "Revoke temporary grants that were used or whose time is over, and nothing else; then look whether they are gone.",
    ),
    "destroy": ("applying", "Take everything of this rollout back: group sets before roles."),
    "forget": ("applying", "Take a departed, closed or suspended account out of its StackSets; its stacks stay there."),
    "history": ("checking", "Show past runs from the journal, or the ledger of temporary grants."),
    "sandbox": ("rehearsing", "Play a local AWS to rehearse against until Ctrl-C; prints the variables to export."),
    "demo": ("rehearsing", "Tell the whole story on a local organization: discover, plan, apply, verify, first use, cleanup."),
}
"""In the order in which they are used. The sentence is the first line of the command's docstring, which a test compares."""


class DeferredCommand(TyperCommand):
    """A command known by its sentence; the module that defines its parameters is imported when it is parsed."""

    def __init__(self, name: str, module: str, sentence: str) -> None:
        super().__init__(name, help=sentence)
        self.module = module

    def load(self, name: str) -> "Command":
        """The command itself: the function of its name."""
        module = import_module(f"orchestrator.cli.{self.module}")
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
        app.command(name, epilog=epilog_of(name))(getattr(module, name.replace("-", "_")))
        return get_command(app)

    def make_context(self, info_name: str | None, args: list[str], parent: "Context | None" = None, **extra: object) -> "Context":
        """The context of the command itself, which also takes the options that stand before a command."""
        command = self.load(str(self.name))
        if parent is not None:
            command.params += [repeated(option) for option in parent.command.params if option.callback is None]
        return command.make_context(info_name, args, parent, **extra)

    def get_short_help_str(self, _limit: int = 0) -> str:
        """Never cut: the list of commands wraps it."""
        return self.help or ""


def repeated(option: "Parameter") -> "Parameter":
    """An option of the program given after the command: the program starts again with it."""

    def restart(context: "Context", given: "Parameter", value: object) -> None:
        group = context.parent
        if value and group is not None and group.command.callback is not None:
            group.params[str(given.name)] = value
            group.command.callback(**group.params)  # in the context of the command, whose settings it sets

    found = copy(option)
    found.expose_value, found.callback = False, restart
    return found


class CommandList(TyperGroup):
    """All commands, none of them imported yet."""

    def __init__(self, *, name: str | None = None, **settings: Any) -> None:  # noqa: ANN401 - Typer's own, handed on
        super().__init__(name=name, **settings)
        for command, (module, sentence) in COMMANDS.items():
            self.add_command(DeferredCommand(command, module, sentence))
