"""A run in sight of whoever sits there: plans shown and agreed to, live progress on stderr, an answer to Ctrl-C and other signals."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from orchestrator.cli.interruption import INTERRUPTION
from orchestrator.cli.output import Format, PlanFormat, command_line, confirm, is_terminal, murmur, say, stderr_page
from orchestrator.cli.printing import print_plan
from orchestrator.composition import holder, new_run_id
from orchestrator.errors import InterruptedRunError
from orchestrator.execution.events import Event
from orchestrator.model.plan import Plan
from orchestrator.presentation.plan_text import plan_text
from orchestrator.presentation.progress import Progress
from orchestrator.presentation.words import counted
from orchestrator.runs import Conduct, Consent, GivenConsent, Tools


@dataclass(slots=True)
class Question:
    """runs.Consent at a terminal or off it. ``unasked`` is the plan that was shown last, until somebody is asked about it."""

    form: Format
    is_given: bool
    unasked: Plan | None = None

    @property
    def can_be_asked(self) -> bool:
        return is_terminal()

    def show(self, plan: Plan) -> None:
        self.unasked = plan
        if self.form is Format.TEXT:
            print_plan(plan, PlanFormat.TEXT)

    def ask(self, plan: Plan) -> bool:
        self.unasked = None
        if self.form is Format.JSON:
            say(plan_text(plan, stderr_page()))  # stdout is the result's
        try:
            return confirm(f"Carry out {counted(len(plan.operations), 'operation')}?")
        except KeyboardInterrupt as interrupt:
            say("")
            raise InterruptedRunError("interrupted: nothing was submitted.", remedy=f"To be asked again: {command_line()}") from interrupt


@contextmanager
def conducted(tools: Tools, *, consent: Consent | None = None, until: str | None = None, break_lock: bool = False) -> Iterator[Conduct]:
    """How this command goes about a run; typed again, it goes on with it. A signal waits while something is submitted."""
    progress = Progress(murmur, stderr_page(), is_live=sys.stderr.isatty())

    def tell(event: Event) -> None:
        progress.show(event, tools.clock.now())

    try:
        yield Conduct(
            run=new_run_id(tools.clock.now()),
            holder=holder(),
            until=until,
            break_lock=break_lock,
            consent=consent or GivenConsent(),
            tell=tell,
            is_interrupted=INTERRUPTION.is_set,
            deferring=lambda: INTERRUPTION.deferred(say),
            resume=command_line(),
        )
    finally:
        progress.close()
