"""One run in sight of whoever sits there: live progress on stderr, and an answer to Ctrl-C and other signals."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from orchestrator.cli.interruption import INTERRUPTION
from orchestrator.cli.output import command_line, murmur, say, stderr_page
from orchestrator.composition import Workshop, holder, new_run_id
from orchestrator.execution.events import Event
from orchestrator.model.outcome import Outcome
from orchestrator.model.plan import Plan
from orchestrator.presentation.progress import Progress
from orchestrator.runs import Conduct, cut_off
from orchestrator.runs import apply as carry_out


def conduct_of(shop: Workshop, *, until: str | None = None, break_lock: bool = False, is_just_made: bool = False) -> Conduct:
    """How this command goes about a run; typed again, it goes on with it."""
    run_id, command = new_run_id(shop.tools.clock.now()), command_line()
    return Conduct(run_id, holder(), until, break_lock=break_lock, resume=command, is_just_made=is_just_made)


def run(shop: Workshop, plan: Plan, conduct: Conduct) -> Outcome:
    """Carry the plan out in sight of whoever sits there."""
    with watched(shop, plan, conduct) as live:
        return carry_out(shop.tools, plan, live)


@contextmanager
def watched(shop: Workshop, plan: Plan, conduct: Conduct) -> Iterator[Conduct]:
    """Live progress on stderr; a signal is answered between calls while something is submitted, at once otherwise.

    Raises InterruptedRunError.
    """
    progress = Progress(murmur, stderr_page(), is_live=sys.stderr.isatty())
    clock = shop.tools.clock

    def tell(event: Event) -> None:
        progress.show(event, clock.now())

    try:
        yield replace(conduct, tell=tell, is_interrupted=INTERRUPTION.is_set, deferring=lambda: INTERRUPTION.deferred(say))
    except KeyboardInterrupt as interrupt:
        raise cut_off(shop.tools, plan, conduct) from interrupt
    finally:
        progress.close()
