"""A run at a terminal: plans shown and agreed to, live progress on stderr, Ctrl-C and other signals handled."""

from dataclasses import dataclass

from orchestrator.adapters.process import holder, new_run_id
from orchestrator.cli.interruption import INTERRUPTION
from orchestrator.cli.next_step import view_of_question
from orchestrator.cli.output import DISPLAY, Format, PlanFormat, command_line, confirm, is_terminal, say, stderr_page
from orchestrator.cli.printing import print_plan
from orchestrator.errors import InterruptedRunError, UsageError
from orchestrator.execution.layout import is_digest
from orchestrator.model.counts import counted
from orchestrator.model.identifiers import PlanDigest
from orchestrator.model.plan import Plan, Purpose
from orchestrator.presentation.plan.text import plan_text
from orchestrator.presentation.plan.view import View
from orchestrator.runs import GIVEN, Conduct, Consent, Tools


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the command line says of the run, whatever is to be done in it."""

    form: Format
    yes: bool = False
    until: str | None = None
    break_lock: bool = False
    because: str | None = None
    approved: str | None = None


@dataclass(slots=True)
class Question:
    """runs.Consent at a terminal or off it. ``unasked`` is the plan that was shown last, until the user is asked about it."""

    form: Format
    purpose: Purpose
    is_given: bool
    unasked: Plan | None = None

    @property
    def view(self) -> View:
        """How the plan is shown before it is asked about."""
        return view_of_question(self.purpose, is_answered=self.is_given or self.can_be_asked)

    @property
    def can_be_asked(self) -> bool:
        return is_terminal()

    def show(self, plan: Plan) -> None:
        self.unasked = plan
        if self.form is Format.TEXT:
            print_plan(plan, PlanFormat.TEXT, self.view)

    def ask(self, plan: Plan) -> bool:
        self.unasked = None
        if self.form is Format.JSON:
            say(plan_text(plan, stderr_page(), self.view))  # stdout is the result's
        try:
            return confirm(f"Apply {counted(len(plan.operations), 'operation')}?")
        except KeyboardInterrupt as interrupt:
            say("")
            raise InterruptedRunError("interrupted: nothing was submitted.", remedy=f"To be asked again: {command_line()}") from interrupt


def approved_digest(text: str | None) -> PlanDigest | None:
    """Raises UsageError for what is no digest."""
    if text is not None and not is_digest(text):
        raise UsageError(f'"{text}" is no digest of a plan.', remedy="It is sha256: and 64 hexadecimal digits; the plan says it.")
    return None if text is None else PlanDigest(text)


def conduct_of(tools: Tools, options: RunOptions, consent: Consent = GIVEN) -> Conduct:
    """How this command conducts a run; typed again, it resumes. A signal waits while something is submitted."""
    return Conduct(
        run=new_run_id(tools.clock.now()),
        holder=holder(),
        until=options.until,
        break_lock=options.break_lock,
        because=options.because or "",
        approved=approved_digest(options.approved),
        consent=consent,
        tell=DISPLAY.show,
        is_interrupted=INTERRUPTION.is_set,
        deferring=lambda: INTERRUPTION.deferred(DISPLAY.note),
        resume=command_line(),
    )
