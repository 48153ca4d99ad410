"""Each event of a run as one sentence, with its tone."""

from collections.abc import Sequence
from datetime import timedelta
from typing import assert_never

from orchestrator.execution.events import (
    CleanupWaits,
    Event,
    Interrupted,
    OperationAdopted,
    OperationFinished,
    OperationProgressed,
    OperationSkipped,
    OperationStrayed,
    OperationSubmitted,
    OperationWaits,
    PlannedAgain,
    PlanStarted,
    ProbeResumed,
    RunFinished,
    RunProgressed,
    RunResumed,
    UnfinishedPlanResumed,
    UnfinishedPlanStale,
    UnfinishedPlanSuperseded,
    Waiting,
    WaveHeld,
    WaveStarted,
)
from orchestrator.model.activity import ActivityEnded, ActivityProgressed, Throttled
from orchestrator.model.counts import counted, some_of
from orchestrator.model.operation import Operation, StopAutoDeployment
from orchestrator.model.outcome import AccountCounts, accounts_of, count_accounts
from orchestrator.presentation.failure_groups import group_failures
from orchestrator.presentation.page import Tone
from orchestrator.presentation.words import failed_words, listed, moment, short_span, span_of

RunEvent = PlanStarted | RunResumed | RunProgressed | RunFinished | Interrupted | ProbeResumed
ReadingEvent = ActivityProgressed | ActivityEnded | Throttled
PlanEvent = UnfinishedPlanResumed | UnfinishedPlanStale | UnfinishedPlanSuperseded | PlannedAgain | CleanupWaits
OperationEvent = OperationSubmitted | OperationAdopted | OperationWaits | OperationProgressed | OperationFinished | OperationSkipped

Sentence = tuple[str, Tone | None]


def sentence(event: Event) -> Sentence:
    match event:
        case PlanStarted() | RunResumed() | RunProgressed() | RunFinished() | Interrupted() | ProbeResumed():
            return run_sentence(event)
        case UnfinishedPlanResumed() | UnfinishedPlanStale() | UnfinishedPlanSuperseded() | PlannedAgain() | CleanupWaits():
            return plan_sentence(event), Tone.CAREFUL
        case WaveStarted():
            work = f"{counted(event.operations, 'operation')} in {counted(event.accounts, 'account')}"
            left = f"; about {span_of(event.seconds_left)} left" if event.seconds_left else ""
            return f'Wave "{event.wave}": {work}{left}', Tone.TITLE
        case WaveHeld():
            share = f"{event.failed:,} of {counted(event.accounts, 'account')} not done, tolerance {event.tolerance_percent} %"
            return f'Held after wave "{event.wave}": {share}. Later waves are not started.', Tone.BAD
        case OperationStrayed():
            places = listed(sorted({stray.account for stray in event.strays}))
            return f"{operation_name(event.operation)}: it reached accounts it did not name: {places}. Nothing more is started.", Tone.BAD
        case Waiting():
            return heartbeat(event)
        case ActivityProgressed() | ActivityEnded() | Throttled():
            return reading_words(event), Tone.QUIET
        case _:
            return operation_sentence(event)


def heartbeat(event: Waiting) -> Sentence:
    names = listed([f"{operation.id} {operation.place.name}" for operation in event.running])
    where = f", in {some_of(sorted(event.accounts), 'account')}" if event.accounts else ""
    if event.trouble:
        return f"no news for {span_of(event.seconds)} of {names}{where}: {event.trouble}", Tone.CAREFUL
    return f"still running after {span_of(event.seconds)} without news: {names}{where}", Tone.QUIET


def reading_words(event: ReadingEvent) -> str:
    match event:
        case ActivityProgressed(activity, done, total, detail):
            amount = f"{done:,} of {counted(total, activity.counts)}" if total else counted(done, activity.counts)
            return f"{activity}: {amount}" + (f", {detail}" if detail else "")
        case ActivityEnded(activity):
            return f"{activity}: done"
        case Throttled():
            return f"AWS throttled {counted(event.requests, 'request')}"
        case _:
            assert_never(event)


def run_sentence(event: RunEvent) -> Sentence:
    match event:
        case PlanStarted():
            return f"Applying {counted(event.operations, 'operation')} of plan {event.plan}", None
        case RunResumed():
            left = event.operations - event.finished
            return (
                f"Going on: {event.finished:,} of {counted(event.operations, 'operation')} done, {left:,} left of plan {event.plan}",
                None,
            )
        case RunProgressed():
            done = f"{event.done:,} of {counted(event.operations, 'operation')}"
            accounts = f"{event.accounts_done:,} of {counted(event.accounts, 'account')}"
            return f"{done} and {accounts} done; about {span_of(event.seconds_left)} left", Tone.QUIET
        case Interrupted():
            running = f" AWS continues {counted(len(event.running), 'operation')}." if event.running else ""
            return f"Interrupted: nothing more is submitted.{running} Apply the same plan again to resume.", Tone.CAREFUL
        case RunFinished():
            return finish_sentence(event)
        case ProbeResumed():
            accounts = counted(event.accounts, "account")
            return f"The last look inside was interrupted: goes on after {event.looked:,} of {accounts}.", Tone.CAREFUL
        case _:
            assert_never(event)


def plan_sentence(event: PlanEvent) -> str:
    match event:
        case UnfinishedPlanResumed():
            return f"The plan of {moment(event.created_at)} is unfinished: resuming it."
        case UnfinishedPlanStale():
            return f"It cannot be resumed: {event.because}"
        case UnfinishedPlanSuperseded():
            return f"The plan of {moment(event.created_at)} is unfinished and not what is wanted now; a new plan supersedes it."
        case PlannedAgain():
            return "What the unfinished plan left in flight changed what is to be done: planned again."
        case CleanupWaits():
            unproven = "" if event.is_proven else " Not every account could be asked, or not every revoked policy is gone."
            said = event.error or f"{counted(event.left, 'temporary grant')} left.{unproven}"
            return f"{said} Looking again in {span_of(event.pause_seconds)}."
        case _:
            assert_never(event)


def finish_sentence(event: RunFinished) -> Sentence:
    if event.accounts != AccountCounts():
        return f"Finished; {failed_words(event.accounts)}.", Tone.BAD
    if event.stopped_after is not None:
        return f'Stopped after wave "{event.stopped_after}", as asked.', Tone.GOOD
    return "Finished.", Tone.GOOD


def operation_sentence(event: OperationEvent) -> Sentence:
    name = operation_name(event.operation)
    match event:
        case OperationSubmitted():
            return f"{name}{amount(event.operation)}{again(event.attempt)}", None
        case OperationAdopted():
            return f"{name}: AWS has it already from an earlier run{again(event.attempt)}", None
        case OperationWaits():
            return f"{name}: waits, another operation is running there{again(event.attempt)}", Tone.CAREFUL
        case OperationProgressed():
            failed = f", {failed_words(counts)}" if (counts := count_accounts(event.failures)) != AccountCounts() else ""
            return f"{name}: {event.done:,} of {counted(event.total, 'account')}{failed}", Tone.QUIET
        case OperationSkipped():
            return f"{name}: skipped, {event.because}", Tone.CAREFUL
        case OperationFinished():
            return finished_operation(name, event)
        case _:
            assert_never(event)


def finished_operation(name: str, event: OperationFinished) -> Sentence:
    took = "" if event.seconds is None or event.seconds < 1 else short_span(timedelta(seconds=event.seconds))
    without = f", without {counted(len(event.left_out), 'account')} in which an earlier operation failed" if event.left_out else ""
    if not event.failures:
        return f"{name}: done{f' in {took}' if took else ''}{without}", Tone.CAREFUL if without else Tone.GOOD
    reasons = [group.reason for group in group_failures(event.failures)]
    accounts = some_of(sorted(accounts_of(event.failures)), "account")
    more = f" (and {counted(len(reasons) - 1, 'other reason')})" if len(reasons) > 1 else ""
    after = f" after {took}" if took else ""
    return f"{name}: {failed_words(count_accounts(event.failures))}{after}: {accounts}: {reasons[0]}{more}{without}", Tone.BAD


def operation_name(operation: Operation) -> str:
    return f"{operation.id} {operation.kind.replace('_', ' ')} {operation.place.name}"


def amount(operation: Operation) -> str:
    if isinstance(operation, StopAutoDeployment):
        return ": automatic deployment off"
    accounts = operation.accounts
    return f": {counted(len(accounts), 'account')}" if accounts else ""


def again(attempt: int) -> str:
    """Attempts count from 1."""
    return f" (attempt {attempt})" if attempt > 1 else ""


def running_words(running: Sequence[str], width: int) -> str:
    """``2 running: a, b``, with as many names as fit, whole, and the number of the others; nothing where not even that fits."""
    if not running:
        return ""
    for shown in range(len(running), -1, -1):
        rest = len(running) - shown
        more = f" and {rest} more" if rest and shown else ""
        text = f"{len(running)} running" + (f": {', '.join(running[:shown])}{more}" if shown else "")
        if len(text) < width:
            return text
    return ""
