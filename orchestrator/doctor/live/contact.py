"""The live list from beginning to end: first what an earlier run left is removed, and at the end, whatever failed, all that was made."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from orchestrator.doctor.live.masking import masked
from orchestrator.doctor.live.things import Thing, ThingLog
from orchestrator.doctor.live.workbench import Answers, NotDoneError, Step, Workbench
from orchestrator.errors import OrchestratorError
from orchestrator.model.identifiers import AccountId, Region
from orchestrator.ports import Clock, Lock

Tell = Callable[[str], None]
Accounts = tuple[AccountId, AccountId]

LETTERS = ("A", "B")


@dataclass(frozen=True, slots=True)
class Laboratory:
    """All that the live list needs."""

    bench: Workbench
    log: ThingLog
    lock: Lock
    clock: Clock
    accounts: Accounts
    home_region: Region


@dataclass(slots=True)
class Contact:
    """``answers`` by step, without ids; ``removed`` was left by an earlier run, ``left`` could not be removed by this one, and why."""

    at: datetime
    accounts: Accounts
    home_region: Region
    answers: dict[str, Answers] = field(default_factory=dict)
    removed: list[Thing] = field(default_factory=list)
    left: dict[Thing, str] = field(default_factory=dict)


def make_contact(laboratory: Laboratory, holder: str, tell: Tell, *, break_lock: bool = False) -> Contact:
    """Raises RefusedError while another run holds the lock: what that one makes is not ours to remove."""
    contact = Contact(laboratory.clock.now(), laboratory.accounts, laboratory.home_region)
    laboratory.lock.acquire(holder, break_lock=break_lock)
    try:
        contact.left = work_through(laboratory, contact, tell)
    finally:
        laboratory.lock.release()
    return contact


def work_through(laboratory: Laboratory, contact: Contact, tell: Tell) -> dict[Thing, str]:
    """What is left at the end. Nothing is tried while an earlier run's things stay."""
    bench, log = laboratory.bench, laboratory.log
    before = dict(clear(bench, log, tell))
    contact.removed = [thing for thing, why in before.items() if why is None]
    left = remaining(before)
    if left:
        return left
    try:
        for step in bench.steps():
            tell(step.name.replace("_", " "))
            contact.answers[step.name] = answers_of(step, laboratory)
    finally:
        left = remaining(dict(clear(bench, log, tell)))
    return left


def answers_of(step: Step, laboratory: Laboratory) -> Answers:
    letters = dict(zip(laboratory.accounts, LETTERS, strict=True))
    answers = masked(work(step, laboratory.log), letters, laboratory.bench.prefix)
    return answers if isinstance(answers, dict) else {}


def work(step: Step, log: ThingLog) -> Answers:
    """An error is an answer like any other; the list goes on."""
    try:
        return step.ask(partial(making, log))
    except NotDoneError as why:
        return {"not_done": str(why)}
    except OrchestratorError as error:
        return {"error": error.message}


@contextmanager
def making(log: ThingLog, thing: Thing) -> Iterator[None]:
    """In the log before it is made; off it where AWS refuses for lack of a right: then nothing was made."""
    log.announce(thing)
    try:
        yield
    except OrchestratorError as error:
        if error.kind == "access_denied":
            log.strike(thing)
        raise


def clear(bench: Workbench, log: ThingLog, tell: Tell) -> Iterator[tuple[Thing, str | None]]:
    """Everything the log knows of, the last made first: each with why it could not be removed, or None."""
    for thing in log.left():
        tell(f"removing {thing}")
        try:
            bench.remove(thing)
        except OrchestratorError as error:
            yield thing, error.message
        else:
            log.strike(thing)
            yield thing, None


def remaining(cleared: dict[Thing, str | None]) -> dict[Thing, str]:
    return {thing: why for thing, why in cleared.items() if why is not None}
