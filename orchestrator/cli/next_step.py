"""How a printed plan is opened, and the command that goes on from it, as it would be typed."""

import shlex
from pathlib import Path

from orchestrator.cli.output import command_line
from orchestrator.model.plan import Purpose
from orchestrator.presentation.plan.view import View
from orchestrator.settings import Settings

PLAN_FILE = "plan.json"


def view_of_plan(settings: Settings, out: Path | None, *, detail: bool, accounts: bool) -> View:
    """For ``plan``: apply the file, or write it first."""
    again = f"{command_line()} --out {PLAN_FILE}"
    return View(detail, accounts, next_step=typed(settings, "apply", str(out)) if out else again)


def view_of_file(settings: Settings, path: Path, *, detail: bool = False, accounts: bool = False) -> View:
    """For ``show``."""
    return View(detail, accounts, next_step=typed(settings, "apply", str(path)))


def view_of_written(settings: Settings, out: Path) -> View:
    """For commands that write a plan and have no flags to open it."""
    return View(command=typed(settings, "show", str(out)), next_step=typed(settings, "apply", str(out)))


def view_of_question(purpose: Purpose, *, is_answered: bool) -> View:
    """For a plan that is agreed to at once, or refused because nothing says yes."""
    command = "orchestrator plan" if purpose is Purpose.ROLLOUT else "--out FILE, then orchestrator show FILE"
    return View(command=command, next_step="" if is_answered else f"{command_line()} --yes")


def typed(settings: Settings, *words: str) -> str:
    """A command of ours with the options that are not as they are by default."""
    is_usual = settings.config == Settings.model_fields["config"].default
    options = {"--config": None if is_usual else str(settings.config), "--profile": settings.profile}
    given = (part for option, value in options.items() if value for part in (option, value))
    return shlex.join(["orchestrator", *given, *words])
