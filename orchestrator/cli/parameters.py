"""Options and arguments that several commands share, each described once."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli.completion import accounts, group_sets
from orchestrator.cli.output import Format, PlanFormat
from orchestrator.errors import UsageError
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.part import Part
from orchestrator.planning.safety import Allowances
from orchestrator.presentation.words import listed
from orchestrator.settings import Settings

PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?%?")
EVERY_ACCOUNT = 100


def refuse_silence(because: str | None) -> str | None:
    """A reason that is given says something. Raises UsageError."""
    if because is not None and not because.strip():
        raise UsageError("--because says nothing.", remedy='Say why, for readers of the history: --because "key creation denied"')
    return because


def account_id(account: str) -> str:
    """Raises UsageError for what is no account id."""
    if not re.fullmatch("[0-9]{12}", account):
        raise UsageError(f'"{account}" is no account id.', remedy="It has twelve digits; `status` lists the accounts that hold something.")
    return account


FormatOption = Annotated[Format, typer.Option("--format", help="How to print the result.")]
PlanFormatOption = Annotated[PlanFormat, typer.Option("--format", help="How to print the plan.")]
AllowRevokes = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-revokes", metavar="GROUP_SET", help="Let this group set exceed the revocation limit, or 'all'.", autocompletion=group_sets
    ),
]
AllowRepairs = Annotated[bool, typer.Option("--allow-repairs", help="Repair more of what was altered in accounts than the limit allows.")]
ReplaceRoles = Annotated[
    bool,
    typer.Option("--replace-roles", help="Delete and make anew the roles that no update repairs; what uses them loses its credentials."),
]
AllowMissing = Annotated[bool, typer.Option("--allow-missing-accounts", help="Leave accounts alone that discovery no longer shows.")]
BreakLock = Annotated[bool, typer.Option("--break-lock", help="Take the lock of a run that died.")]
Because = Annotated[
    str | None,
    typer.Option("--because", metavar="TEXT", help="Why; kept in the journal and shown by history.", callback=refuse_silence),
]
OnlyAccounts = Annotated[
    list[str] | None,
    typer.Option("--account", metavar="ID", help="Plan for this account alone; repeatable.", autocompletion=accounts),
]
OnlyUnits = Annotated[
    list[str] | None,
    typer.Option("--unit", metavar="PATH", help="Plan for the accounts in or below this organizational unit alone; repeatable."),
]
OnlyGroupSets = Annotated[
    list[str] | None,
    typer.Option("--group-set", metavar="SET", help="Plan for this group set alone; repeatable.", autocompletion=group_sets),
]
Detail = Annotated[bool, typer.Option("--detail", help="Show every action, operation and account of the plan.")]
ListAccounts = Annotated[bool, typer.Option("--accounts", help="List the accounts the plan changes, with their waves.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the plan to this file, for review and apply.")]
Against = Annotated[
    Path | None, typer.Option("--against", metavar="PLAN", help="Show what differs from this earlier plan of the same rollout.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def settings_of(context: typer.Context) -> Settings:
    """The settings the program was started with."""
    settings = context.obj
    if not isinstance(settings, Settings):
        message = "settings are set by the callback before any command runs"
        raise TypeError(message)
    return settings


def refuse_idle(where: str, given: Mapping[str, bool]) -> None:
    """An option that would be passed over where it stands is refused. Raises UsageError."""
    idle = listed([flag for flag, is_given in given.items() if is_given])
    if idle:
        raise UsageError(f"{idle} would do nothing {where}.", remedy=f"Leave out {idle}.")


def allowances(
    revokes: list[str] | None = None,
    *,
    missing: bool = False,
    break_lock: bool = False,
    include_excluded: bool = False,
    repairs: bool = False,
    replace_roles: bool = False,
) -> Allowances:
    """The flags that widen what is allowed, as a value."""
    return Allowances(frozenset(revokes or ()), missing, break_lock, include_excluded, repairs, replace_roles)


def part_asked(accounts: list[str] | None, units: list[str] | None, group_sets: list[str] | None) -> Part | None:
    """The part of the rollout that the flags name; None for all of it. Raises UsageError for what is no account id."""
    ids = (AccountId(account_id(account)) for account in dict.fromkeys(accounts or ()))
    part = Part(tuple(ids), tuple(dict.fromkeys(units or ())), tuple(map(GroupSetName, dict.fromkeys(group_sets or ()))))
    return None if part == Part() else part


def percent_of(text: str | None) -> float | None:
    """``5%``, ``0.5%`` or ``5``; None for all. Raises UsageError."""
    if text is None:
        return None
    number = PERCENT.fullmatch(text.strip())
    if number is None or not 0 < float(number[1]) <= EVERY_ACCOUNT:
        raise UsageError(f'"{text}" is no share of the accounts.', remedy="Give more than 0 and at most 100 percent: --sample 5%")
    return float(number[1])
