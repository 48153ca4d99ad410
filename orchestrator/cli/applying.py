"""Commands that change AWS, each through a plan: apply, cleanup, destroy, forget, grant-temporarily."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.adapters.files.plan.file import read_plan, write_plan
from orchestrator.adapters.files.reading.durations import ADVICE, parse_duration
from orchestrator.adapters.process import new_run_id
from orchestrator.cli.completion import accounts, group_sets, waves
from orchestrator.cli.next_step import view_of_written
from orchestrator.cli.output import (
    APPLIED_WITH_FAILURES,
    DIFFERENCES,
    DISPLAY,
    REFUSED,
    Format,
    PlanFormat,
    emit,
    emit_json,
    errors_reported,
    exit_with,
    stdout_page,
    tell_error,
)
from orchestrator.cli.parameters import (
    AllowMissing,
    AllowRepairs,
    AllowRevokes,
    Because,
    BreakLock,
    FormatOption,
    Out,
    ReplaceRoles,
    Yes,
    account_id,
    allowances,
    refuse_idle,
    refuse_silence,
    settings_of,
)
from orchestrator.cli.printing import print_plan
from orchestrator.cli.running import Question, RunOptions, conduct_of
from orchestrator.cli.typed import commands
from orchestrator.composition import open_tools
from orchestrator.errors import RefusedError, UsageError
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.outcome import Outcome
from orchestrator.model.plan import Purpose
from orchestrator.presentation.outcome_text import outcome_text
from orchestrator.presentation.results_json import outcome_json
from orchestrator.runs import Conduct, Intent, Tools, apply_agreed, clean_up_repeatedly, fulfil
from orchestrator.runs import apply as apply_plan
from orchestrator.runs import plan as make_plan
from orchestrator.temporary.requests import WantedGrant
from orchestrator.temporary.windows import open_window


def apply(
    context: typer.Context,
    plan: Annotated[Path | None, typer.Argument(help="The plan file; without it, plan now and ask.")] = None,
    yes: Yes = False,
    until: Annotated[
        str | None, typer.Option(metavar="WAVE", help="Stop after this wave; apply again goes on.", autocompletion=waves)
    ] = None,
    approved_digest: Annotated[
        str | None, typer.Option("--approved-digest", metavar="DIGEST", help="Refuse any plan but the one of this digest.")
    ] = None,
    because: Because = None,
    allow_revokes: AllowRevokes = None,
    allow_missing_accounts: AllowMissing = False,
    allow_repairs: AllowRepairs = False,
    replace_roles: ReplaceRoles = False,
    break_lock: BreakLock = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Apply exactly that plan. Run again after a crash, it resumes; after failures, it retries what failed."""
    with errors_reported(as_json=form is Format.JSON):
        if plan is not None:
            widening = {
                "--allow-revokes": bool(allow_revokes),
                "--allow-missing-accounts": allow_missing_accounts,
                "--allow-repairs": allow_repairs,
                "--replace-roles": replace_roles,
            }
            refuse_idle(f"with {plan}, which says itself what is allowed", widening)
        options = RunOptions(form, yes, until, break_lock, because, approved_digest)
        tools = open_tools(settings_of(context), DISPLAY.show)
        if plan is None:
            allowed = allowances(
                allow_revokes, missing=allow_missing_accounts, break_lock=break_lock, repairs=allow_repairs, replace_roles=replace_roles
            )
            fulfil_or_write(context, tools, Intent(Purpose.ROLLOUT, allowed), options)
            return
        outcome = apply_plan(tools, read_plan(plan), conduct_of(tools, options))
        report(outcome, tools, form)


def cleanup(
    context: typer.Context,
    out: Out = None,
    yes: Yes = False,
    watch: Annotated[bool, typer.Option("--watch", help="Look again until nothing temporary is left.")] = False,
    every: Annotated[str | None, typer.Option(help="How often --watch looks.", show_default="5m")] = None,
    watch_for: Annotated[str | None, typer.Option("--for", help="How long --watch goes on.", show_default="1d")] = None,
    because: Because = None,
    break_lock: BreakLock = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Revoke temporary grants that were used or whose time is over, and nothing else; then look whether they are gone."""
    with errors_reported(as_json=form is Format.JSON):
        if out is not None:
            refuse_idle("with --out, which writes one plan", {"--watch": watch})
        if not watch:
            refuse_idle("without --watch", {"--every": every is not None, "--for": watch_for is not None})
        options = RunOptions(form, yes, break_lock=break_lock, because=because)
        tools = open_tools(settings_of(context), DISPLAY.show)
        intent = Intent(Purpose.CLEANUP, allowances(break_lock=break_lock))
        if watch:
            watch_over(tools, intent, options, every=every or "5m", watch_for=watch_for or "1d")
        else:
            fulfil_or_write(context, tools, intent, options, out)


def watch_over(tools: Tools, intent: Intent, options: RunOptions, *, every: str, watch_for: str) -> None:
    """Clean up again and again, for a bounded time, until no temporary grant is left."""
    if not options.yes:
        raise UsageError("--watch works unattended and needs --yes.", remedy="orchestrator cleanup --watch --yes")
    pause, length = length_of(every), length_of(watch_for)
    outcome = clean_up_repeatedly(tools, intent, conduct_of(tools, options), new_run_id, pause=pause, length=length)
    if outcome.is_converged and options.form is Format.TEXT:
        emit("Nothing temporary is left.")
    else:
        report(outcome, tools, options.form)


def destroy(
    context: typer.Context,
    include_excluded: Annotated[bool, typer.Option("--include-excluded", help="Revoke in excluded accounts too.")] = False,
    out: Out = None,
    yes: Yes = False,
    allow_revokes: Annotated[list[str] | None, typer.Option("--allow-revokes", hidden=True)] = None,  # every revocation is allowed anyway
    allow_missing_accounts: AllowMissing = False,
    because: Because = None,
    break_lock: BreakLock = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Take everything of this rollout back: group sets before roles."""
    with errors_reported(as_json=form is Format.JSON):
        allowed = allowances(allow_revokes, missing=allow_missing_accounts, break_lock=break_lock, include_excluded=include_excluded)
        options = RunOptions(form, yes, break_lock=break_lock, because=because)
        fulfil_or_write(context, open_tools(settings_of(context), DISPLAY.show), Intent(Purpose.DESTROY, allowed), options, out)


def forget(
    context: typer.Context,
    account: Annotated[
        str,
        typer.Argument(metavar="ACCOUNT", help="An account in which nothing can be deleted.", callback=account_id, autocompletion=accounts),
    ],
    because: Annotated[str, typer.Option(help="Why; kept in the ledger and the journal.", callback=refuse_silence)],
    out: Out = None,
    yes: Yes = False,
    break_lock: BreakLock = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Take a departed, closed or suspended account out of its StackSets; its stacks stay there.

    Instances that are INOPERABLE are taken out of an active account, too.
    """
    with errors_reported(as_json=form is Format.JSON):
        options = RunOptions(form, yes, break_lock=break_lock, because=because)
        allowed = allowances(break_lock=break_lock)
        intent = Intent(Purpose.FORGET, allowed, because=because, forgotten=AccountId(account))
        fulfil_or_write(context, open_tools(settings_of(context), DISPLAY.show), intent, options, out)


def grant_temporarily(
    context: typer.Context,
    group_set: Annotated[str, typer.Argument(metavar="SET", help="A temporary group set.", autocompletion=group_sets)],
    account: Annotated[str, typer.Option(help="The account that gets it.")],
    lasting: Annotated[str, typer.Option("--for", help="How long: 24h, 7d.")],
    because: Annotated[str, typer.Option(help="Why; kept in the ledger and the journal.", callback=refuse_silence)],
    out: Out = None,
    yes: Yes = False,
    break_lock: BreakLock = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Plan one fresh window of a temporary group set, deliberately."""
    with errors_reported(as_json=form is Format.JSON):
        options = RunOptions(form, yes, break_lock=break_lock, because=because)
        tools = open_tools(settings_of(context), DISPLAY.show)
        window = open_window(tools.clock.now(), length_of(lasting))
        grant = WantedGrant(GroupSetName(group_set), AccountId(account), f"asked for: {because}", window)
        intent = Intent(Purpose.TEMPORARY_GRANT, allowances(break_lock=break_lock), grant, because)
        fulfil_or_write(context, tools, intent, options, out)


def length_of(text: str) -> timedelta:
    """A duration from the command line. Raises UsageError, for none at all too."""
    try:
        length = parse_duration(text)
    except ValueError as error:
        raise UsageError(f"{error}.", remedy=ADVICE) from error
    if length <= timedelta(0):
        raise UsageError(f'"{text}" is no time at all.', remedy=ADVICE)
    return length


def fulfil_or_write(context: typer.Context, tools: Tools, intent: Intent, options: RunOptions, out: Path | None = None) -> None:
    """Resume, or plan, ask and apply; then print the outcome. With ``out``, write the plan, and apply it only if that was agreed to."""
    if out is None:
        with agreed(tools, intent, options) as conduct:
            outcome = fulfil(tools, intent, conduct)
        report(outcome, tools, options.form)
        return
    plan = make_plan(tools, intent)
    write_plan(out, plan)
    if options.yes:
        with agreed(tools, intent, options) as conduct:
            outcome = apply_agreed(tools, plan, conduct)
        report(outcome, tools, options.form)
    else:
        print_plan(plan, PlanFormat(options.form.value), view_of_written(settings_of(context), out))
        exit_with(REFUSED if plan.violations else 0)


@contextmanager
def agreed(tools: Tools, intent: Intent, options: RunOptions) -> Iterator[Conduct]:
    """Off a terminal and as JSON, a plan that was not agreed to is the result. A rollout's is ``plan``'s to print."""
    question = Question(options.form, intent.purpose, is_given=options.yes)
    try:
        yield conduct_of(tools, options, question)
    except RefusedError as error:
        is_unagreed = error.reported_kind in ("violations", "confirmation")
        if options.form is Format.TEXT or options.yes or intent.purpose is Purpose.ROLLOUT or not is_unagreed or question.unasked is None:
            raise
        print_plan(question.unasked, PlanFormat.JSON, question.view)
        tell_error(error, as_json=False)
        raise typer.Exit(error.exit_code) from error


def report(outcome: Outcome, tools: Tools, form: Format) -> None:
    """Print the outcome and end with its exit code."""
    if form is Format.JSON:
        emit_json(outcome_json(outcome, commands()))
    else:
        emit(outcome_text(outcome, tools.clock.now(), stdout_page(), commands()))
    found = outcome.verification
    exit_with(APPLIED_WITH_FAILURES if outcome.failed else 0 if found.is_converged else DIFFERENCES)
