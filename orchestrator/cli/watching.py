"""Cleaning up unattended: again and again, for a bounded time, until nothing temporary is left."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchestrator.cli.output import command_line, say
from orchestrator.errors import InterruptedRunError, OrchestratorError
from orchestrator.model.outcome import Outcome
from orchestrator.model.temporary import TemporaryState
from orchestrator.ports import Clock
from orchestrator.presentation.words import counted, span_of

PASSING = frozenset({"locked", "stale_plan", "throttled", "unreachable"})
"""Errors that another look may not meet: somebody else is at work, or AWS is out of breath."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How often to look, and until when."""

    clock: Clock
    pause: timedelta
    end: datetime

    def go_on(self, look: Callable[[], Outcome]) -> Outcome:
        """The outcome that left nothing temporary and saw everything gone, else that of the last look.

        Raises InterruptedRunError between two looks, and whatever error a look ends with that will not pass or comes last.
        """
        while True:
            try:
                outcome = look()
            except OrchestratorError as error:
                if error.told_kind not in PASSING or self.is_over():
                    raise
                self.wait(error.message)
            else:
                if (outcome.is_converged and not alive(outcome)) or self.is_over():
                    return outcome
                unfinished = "" if outcome.is_converged else " Not everything taken back is seen to be gone."
                self.wait(f"{counted(alive(outcome), 'temporary grant')} left.{unfinished}")

    def is_over(self) -> bool:
        return self.clock.now() >= self.end

    def wait(self, said: str) -> None:
        say(f"{said} Looking again in {span_of(self.pause.total_seconds())}.")
        try:
            self.clock.sleep(max(0.0, min(self.pause, self.end - self.clock.now()).total_seconds()))
        except KeyboardInterrupt as interrupt:
            raise InterruptedRunError(
                "interrupted between two looks: nothing is running.", remedy=f"To go on: {command_line()}"
            ) from interrupt


def alive(outcome: Outcome) -> int:
    """How many temporary grants are in the accounts, but for those that may not be changed."""
    return sum(grant.state is not TemporaryState.ABSENT and not grant.left_alone for grant in outcome.temporary)
