"""Commands that change AWS, each through a plan: apply, cleanup, destroy, grant-temporarily."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.adapters.files.plan.file import read_plan, write_plan
from orchestrator.adapters.files.reading.durations import ADVICE, parse_duration
from orchestrator.cli.output import (
    APPLIED_WITH_FAILURES,
    DIFFERENCES,
    REFUSED,
    Format,
    PlanFormat,
    command_line,
    confirm,
    emit,
    emit_json,
    errors_reported,
    exit_with,
    is_terminal,
    say,
    stderr_page,
    stdout_page,
    tell_error,
)
from orchestrator.cli.parameters import AllowMissing, AllowRevokes, BreakLock, FormatOption, Yes, allowances, refuse_idle, settings_of
from orchestrator.cli.printing import print_plan
from orchestrator.cli.running import conduct_of, run, watched
from orchestrator.cli.watching import Watch, alive
from orchestrator.composition import Workshop, open_workshop
from orchestrator.errors import InterruptedRunError, RefusedError, UsageError
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.outcome import Outcome
from orchestrator.model.plan import Plan, Purpose
from orchestrator.planning.safety import Allowances
from orchestrator.presentation.outcome_text import outcome_text
from orchestrator.presentation.plan_text import plan_text
from orchestrator.presentation.results_json import outcome_json
from orchestrator.presentation.words import counted
from orchestrator.runs import abandon, is_carried_out, is_still_wanted, refuse_violations, unfinished_plan
from orchestrator.runs import plan as make_plan
from orchestrator.temporary.requests import WantedGrant
from orchestrator.temporary.windows import open_window


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(apply)
    app.command()(cleanup)
    app.command()(destroy)
    app.command("grant-temporarily")(grant_temporarily)


def apply(
    context: typer.Context,
    plan: Annotated[Path | None, typer.Argument(help="The plan file; without it, plan now and ask.")] = None,
    yes: Yes = False,
    until: Annotated[str | None, typer.Option(metavar="WAVE", help="Stop after this wave; apply again goes on.")] = None,
    allow_revokes: AllowRevokes = None,
    allow_missing_accounts: AllowMissing = False,
    break_lock: BreakLock = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Carry out exactly that plan. Run again after a crash, it resumes; after failures, it retries what failed."""
    with errors_reported(as_json=form is Format.JSON):
        if plan is not None:
            widening = {"--allow-revokes": bool(allow_revokes), "--allow-missing-accounts": allow_missing_accounts}
            refuse_idle(f"with {plan}, which says itself what is allowed", widening)
        shop = open_workshop(settings_of(context))
        allowed = allowances(allow_revokes, missing=allow_missing_accounts, break_lock=break_lock)
        if plan is not None:
            outcome = run(shop, read_plan(plan), conduct_of(shop, until=until, break_lock=break_lock))
        else:
            wanted = Request(Purpose.ROLLOUT, allowed, yes=yes, until=until)
            outcome = resume_or_begin(shop, wanted, form)
        report(outcome, shop, form)


def cleanup(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option(help="Write the plan to this file, for review and apply.")] = None,
    yes: Yes = False,
    watch: Annotated[bool, typer.Option("--watch", help="Look again until nothing temporary is left.")] = False,
    every: Annotated[str | None, typer.Option(help="How often --watch looks.", show_default="5m")] = None,
    watch_for: Annotated[str | None, typer.Option("--for", help="How long --watch goes on.", show_default="1d")] = None,
    break_lock: BreakLock = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Revoke temporary grants that were used or whose time is over, and nothing else; then look whether they are gone."""
    with errors_reported(as_json=form is Format.JSON):
        if out is not None:
            refuse_idle("with --out, which writes one plan", {"--watch": watch})
        if not watch:
            refuse_idle("without --watch", {"--every": every is not None, "--for": watch_for is not None})
        shop = open_workshop(settings_of(context))
        allowed = allowances(None, missing=False, break_lock=break_lock)
        if watch:
            watch_over(shop, allowed, form, yes=yes, every=every or "5m", watch_for=watch_for or "1d")
            return
        request = Request(Purpose.CLEANUP, allowed, yes=yes)
        if out is not None:
            write_out(shop, out, request, form)
            return
        report(resume_or_begin(shop, request, form), shop, form)


def watch_over(shop: Workshop, allowed: Allowances, form: Format, *, yes: bool, every: str, watch_for: str) -> None:
    """Clean up again and again, for a bounded time, until no temporary grant is left."""
    if not yes:
        raise UsageError("--watch works unattended and needs --yes.", remedy="orchestrator cleanup --watch --yes")

    def look() -> Outcome:
        made = make_plan(shop.tools, purpose=Purpose.CLEANUP, allowed=allowed)
        return run(shop, made, conduct_of(shop, break_lock=allowed.break_lock, is_just_made=True))

    clock = shop.tools.clock
    outcome = Watch(clock, length_of(every), clock.now() + length_of(watch_for)).go_on(look)
    if outcome.is_converged and alive(outcome):
        left = counted(alive(outcome), "temporary grant")
        raise RefusedError(f"{left} left, and the time to watch is over.", kind="watch_over", remedy="Run it again.")
    if outcome.is_converged and form is Format.TEXT:
        emit("Nothing temporary is left.")
    else:
        report(outcome, shop, form)


def destroy(
    context: typer.Context,
    include_excluded: Annotated[bool, typer.Option("--include-excluded", help="Revoke in excluded accounts too.")] = False,
    yes: Yes = False,
    allow_revokes: AllowRevokes = None,
    allow_missing_accounts: AllowMissing = False,
    break_lock: BreakLock = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Take everything of this rollout back: group sets before roles."""
    with errors_reported(as_json=form is Format.JSON):
        shop = open_workshop(settings_of(context))
        allowed = allowances(allow_revokes, missing=allow_missing_accounts, break_lock=break_lock, include_excluded=include_excluded)
        report(resume_or_begin(shop, Request(Purpose.DESTROY, allowed, yes=yes), form), shop, form)


def grant_temporarily(
    context: typer.Context,
    group_set: Annotated[str, typer.Argument(metavar="SET", help="A temporary group set.")],
    account: Annotated[str, typer.Option(help="The account that gets it.")],
    lasting: Annotated[str, typer.Option("--for", help="How long: 24h, 7d.")],
    because: Annotated[str, typer.Option(help="Why; it is written down.")],
    out: Annotated[Path | None, typer.Option(help="Write the plan to this file, for review and apply.")] = None,
    yes: Yes = False,
    break_lock: BreakLock = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Plan one fresh window of a temporary group set, deliberately."""
    with errors_reported(as_json=form is Format.JSON):
        if not because.strip():
            raise UsageError("--because says nothing.", remedy='Say why, for whoever reads the ledger: --because "key creation denied"')
        shop = open_workshop(settings_of(context))
        window = open_window(shop.tools.clock.now(), length_of(lasting))
        wish = WantedGrant(GroupSetName(group_set), AccountId(account), f"asked for: {because}", window)
        allowed = allowances(None, missing=False, break_lock=break_lock)
        request = Request(Purpose.TEMPORARY_GRANT, allowed, yes=yes, wish=wish, because=because)
        if out is not None:
            write_out(shop, out, request, form)
            return
        report(resume_or_begin(shop, request, form), shop, form)


def length_of(text: str) -> timedelta:
    """A duration from the command line. Raises UsageError, for none at all too."""
    try:
        length = parse_duration(text)
    except ValueError as error:
        raise UsageError(f"{error}.", remedy=ADVICE) from error
    if length <= timedelta(0):
        raise UsageError(f'"{text}" is no time at all.', remedy=ADVICE)
    return length


@dataclass(frozen=True, slots=True)
class Request:
    """What a command asks for: a plan of this purpose, carried out."""

    purpose: Purpose
    allowed: Allowances
    yes: bool = False
    until: str | None = None
    wish: WantedGrant | None = None
    because: str = ""

    def plan(self, shop: Workshop) -> Plan:
        """Made now."""
        return make_plan(shop.tools, purpose=self.purpose, allowed=self.allowed, wish=self.wish, because=self.because)


def write_out(shop: Workshop, out: Path, request: Request, form: Format) -> None:
    """Write a plan down for review; with --yes carry out what was written."""
    plan = request.plan(shop)
    write_plan(out, plan)
    if request.yes:
        report(run_confirmed(shop, plan, request, form), shop, form)
    else:
        print_plan(plan, PlanFormat(form.value))
        exit_with(REFUSED if plan.violations else 0)


def resume_or_begin(shop: Workshop, request: Request, form: Format) -> Outcome:
    """Go on with a plan of this purpose that was begun and is not through, as long as it leads where the rules want to get now.

    Otherwise, and when the world moved on, it is given up and another one made.
    """
    begun = unfinished_plan(shop.tools)
    fresh = request.plan(shop)
    is_wanted = begun is not None and is_still_wanted(begun, fresh)
    is_serious = bool(fresh.operations) and (request.yes or is_terminal())
    if begun is None or not (is_wanted or is_serious):
        # To show a plan, or to find nothing to do, nothing that was begun is given up.
        return run_confirmed(shop, fresh, request, form)
    said = f"The plan of {begun.header.created_at:%Y-%m-%d %H:%M} UTC was begun and is not through"
    if is_wanted:
        say(f"{said}; going on with it.")
        if is_carried_out(shop.tools, begun):
            return carry_out(shop, begun, request)
        try:
            return run_confirmed(shop, begun, request, form)
        except RefusedError as error:
            if error.refusal != "stale_plan":
                raise
            say(error.message)
    say(f"{said}; what is wanted now is planned anew.")
    return replace_begun(shop, begun, fresh, request, form)


def replace_begun(shop: Workshop, begun: Plan, fresh: Plan, request: Request, form: Format) -> Outcome:
    """Give a plan up for another one, once somebody said yes to that; again, when what AWS still did for the first one changed it."""
    get_consent(fresh, request, form)
    with watched(shop, begun, conduct_of(shop, break_lock=request.allowed.break_lock)) as live:
        abandon(shop.tools, begun, live, f"given up for another plan: {command_line()}")
    settled = request.plan(shop)
    if settled.operations == fresh.operations:
        return carry_out(shop, settled, request)
    say("What was begun has changed what is to be done.")
    return run_confirmed(shop, settled, request, form)


def run_confirmed(shop: Workshop, plan: Plan, request: Request, form: Format) -> Outcome:
    """Show the plan and carry it out once somebody said yes."""
    get_consent(plan, request, form)
    return carry_out(shop, plan, request)


def carry_out(shop: Workshop, plan: Plan, request: Request) -> Outcome:
    return run(shop, plan, conduct_of(shop, until=request.until, break_lock=request.allowed.break_lock, is_just_made=True))


def get_consent(plan: Plan, request: Request, form: Format) -> None:
    """Show the plan; raises RefusedError unless somebody says yes. Off a terminal nobody is asked: --yes or refusal."""
    if form is Format.TEXT:
        print_plan(plan, PlanFormat.TEXT)
    try:
        refuse_violations(plan)
        refuse_unasked(plan, request)
    except RefusedError as error:
        if form is Format.TEXT or request.yes or request.purpose is Purpose.ROLLOUT:
            raise
        print_plan(plan, PlanFormat.JSON)
        tell_error(error, as_json=False)
        raise typer.Exit(error.exit_code) from error
    if plan.operations and not request.yes:
        ask(plan, form)


def refuse_unasked(plan: Plan, request: Request) -> None:
    """Off a terminal, a plan that would do something needs --yes."""
    if plan.operations and not request.yes and not is_terminal():
        more = "; `orchestrator plan` shows what that is" if request.purpose is Purpose.ROLLOUT else ""
        raise RefusedError("there is something to do, and nobody to ask.", kind="confirmation", remedy=f"Pass --yes to carry it out{more}.")


def ask(plan: Plan, form: Format) -> None:
    """Raises RefusedError unless somebody says yes to the plan. stdout is the result's where that is JSON."""
    if form is Format.JSON:
        say(plan_text(plan, stderr_page()))
    try:
        is_confirmed = confirm(f"Carry out {counted(len(plan.operations), 'operation')}?")
    except KeyboardInterrupt as interrupt:
        say("")
        raise InterruptedRunError("interrupted: nothing was submitted.", remedy=f"To be asked again: {command_line()}") from interrupt
    if not is_confirmed:
        raise RefusedError("not confirmed; nothing was done.", kind="confirmation")


def report(outcome: Outcome, shop: Workshop, form: Format) -> None:
    """Print the outcome and end with its exit code."""
    if form is Format.JSON:
        emit_json(outcome_json(outcome))
    else:
        emit(outcome_text(outcome, shop.tools.clock.now(), stdout_page()))
    found = outcome.verification
    exit_with(APPLIED_WITH_FAILURES if outcome.failed else 0 if found.is_converged else DIFFERENCES)
