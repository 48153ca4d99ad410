"""Cleans up unattended: again and again, for a bounded time, until no temporary grant is left."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orchestrator.errors import InterruptedRunError, OrchestratorError, RefusedError
from orchestrator.execution.events import CleanupWaits, Event
from orchestrator.model.identifiers import RunId
from orchestrator.model.outcome import Outcome
from orchestrator.model.temporary import TemporaryState
from orchestrator.ports import Clock
from orchestrator.runs.applying import apply
from orchestrator.runs.conduct import Conduct
from orchestrator.runs.planning import Intent, plan
from orchestrator.runs.tools import Tools

PASSING = frozenset({"locked", "stale_plan", "throttled", "unreachable"})
"""Kinds of error that another look may not meet: another run is at work, or AWS cannot keep up."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How often to look, and until when. ``resume`` is the command that watches on."""

    clock: Clock
    pause: timedelta
    end: datetime
    tell: Callable[[Event], None]
    resume: str

    def look_until_clean(self, look: Callable[[], Outcome]) -> Outcome:
        """The outcome that left nothing temporary and saw every revoked policy gone, else that of the last look.

        Raises InterruptedRunError between two looks, and any error that waiting does not resolve or that comes last.
        """
        while True:
            try:
                outcome = look()
            except OrchestratorError as error:
                if error.reported_kind not in PASSING or self.is_over:
                    raise
                self.wait(CleanupWaits(self.pause.total_seconds(), error=error.message))
            else:
                if (outcome.is_converged and not alive(outcome)) or self.is_over:
                    return outcome
                self.wait(CleanupWaits(self.pause.total_seconds(), alive(outcome), outcome.is_converged))

    @property
    def is_over(self) -> bool:
        return self.clock.now() >= self.end

    def wait(self, event: CleanupWaits) -> None:
        self.tell(event)
        try:
            self.clock.sleep(max(0.0, min(self.pause, self.end - self.clock.now()).total_seconds()))
        except KeyboardInterrupt as interrupt:
            message = "interrupted between two looks: nothing is running."
            raise InterruptedRunError(message, remedy=f"To go on: {self.resume}") from interrupt


def clean_up_repeatedly(
    tools: Tools, intent: Intent, conduct: Conduct, name_run: Callable[[datetime], RunId], *, pause: timedelta, length: timedelta
) -> Outcome:
    """The outcome of the last clean-up. Raises RefusedError (``watch_over``) when temporary grants are left at the end."""

    def look() -> Outcome:
        made = plan(tools, intent)
        return apply(tools, made, replace(conduct, run=name_run(tools.clock.now())), is_just_made=True)

    outcome = Watch(tools.clock, pause, tools.clock.now() + length, conduct.tell, conduct.resume).look_until_clean(look)
    if outcome.is_converged and alive(outcome):
        left = f"{alive(outcome)} temporary grants are" if alive(outcome) > 1 else "1 temporary grant is"
        raise RefusedError(f"{left} left, and the time to watch is over.", kind="watch_over", remedy="Run it again.")
    return outcome


def alive(outcome: Outcome) -> int:
    """How many temporary grants are in the accounts, but for those that may not be changed."""
    return sum(grant.state is not TemporaryState.ABSENT and not grant.excluded for grant in outcome.temporary)
