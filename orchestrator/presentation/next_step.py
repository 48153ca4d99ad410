"""What to run after a run, as the exact command."""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.model.outcome import Outcome
from orchestrator.model.temporary import TemporaryState


@dataclass(frozen=True, slots=True)
class Commands:
    """``again``: the command of this run, which resumes its plan. ``program``: what any other command begins with."""

    again: str = "orchestrator apply"
    program: str = "orchestrator"

    def other(self, words: str) -> str:
        return f"{self.program} {words}"


@dataclass(frozen=True, slots=True)
class NextStep:
    """``when`` says what comes before it, or what it is for."""

    command: str
    when: str


def next_step(outcome: Outcome, commands: Commands) -> NextStep | None:
    """The first of everything that is left to do."""
    return next(possible_steps(outcome, commands), None)


def possible_steps(outcome: Outcome, commands: Commands) -> Iterator[NextStep]:
    """Each that is due, the most urgent first."""
    found, plan, cleanup = outcome.verification, commands.other("plan"), commands.other("cleanup")
    is_changed = any((found.missing, found.unexpected, found.outdated, found.unhealthy))
    is_held = any(grant.state is not TemporaryState.ABSENT and not grant.excluded for grant in outcome.temporary)
    steps = (
        (outcome.strays, plan, "once it is known why"),
        (outcome.left_out, plan, "for the accounts that changed"),
        (outcome.failed, commands.again, "once the causes are removed"),
        (outcome.stopped_after, commands.again, "for the waves that are left"),
        (is_changed, plan, "to see what is left"),
        (found.tampered or found.unreachable, cleanup, "once what is listed is resolved"),
        (is_held, cleanup, "once the temporary grants were used"),
        (outcome.is_narrowed and not outcome.already_done, plan, "for the changes that the narrowed plan left out"),
        (outcome.operations and not outcome.already_done, commands.other("verify --probe"), "to look from inside the accounts"),
    )
    return (NextStep(command, when) for is_due, command, when in steps if is_due)
