"""Past runs, from their journals: when, by whom, how they ended, and what became of each operation and account."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from orchestrator.execution.records import (
    Ending,
    Finished,
    LeftOut,
    Record,
    RunEnded,
    RunStarted,
    Submitted,
    Submitting,
    Verified,
)
from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId, PlanDigest, RunId
from orchestrator.model.outcome import Failure, count_accounts
from orchestrator.model.provenance import Provenance
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.provenance import provenance_json, provenance_words
from orchestrator.presentation.results_json import Json, instant
from orchestrator.presentation.words import failed_words, moment

Journals = Mapping[PlanDigest, Sequence[Record]]

NAMED = 12
"""As many accounts of one operation are named in text; JSON names all."""

CUT_OFF = "cut off: it has no end in the journal; apply the same plan again to go on"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a plan, with the records up to the next one, and what earlier runs had submitted when it began.

    ``continued_by`` is the next run of the plan. ``is_running``: it has no end yet, and its process has the lock.
    """

    plan: PlanDigest
    started: RunStarted
    records: tuple[Record, ...] = ()
    adopted: tuple[Submitting, ...] = ()
    continued_by: RunId | None = None
    is_running: bool = False

    @property
    def ending(self) -> RunEnded | None:
        """None for a run that was killed, or that is still going on."""
        return next((record for record in reversed(self.records) if isinstance(record, RunEnded)), None)

    @property
    def attempts(self) -> tuple[tuple[Submitting, Finished | None], ...]:
        """What this run submitted or saw the end of, with that end; None when it saw none."""
        ends = {(record.operation, record.attempt): record for record in self.records if isinstance(record, Finished)}
        own = [record for record in self.records if isinstance(record, Submitting)]
        seen = [record for record in self.adopted if (record.operation, record.attempt) in ends]
        return tuple((record, ends.get((record.operation, record.attempt))) for record in (*seen, *own))

    @property
    def failures(self) -> tuple[Failure, ...]:
        return tuple(failure for record in self.records if isinstance(record, Finished) for failure in record.failures)


def runs_of(journals: Journals, holder: str | None = None) -> tuple[Run, ...]:
    """Every run of every plan, the oldest first. The last one is running when the ``holder`` of the lock began it."""
    runs = sorted((run for plan, records in journals.items() for run in split(plan, records)), key=lambda run: run.started.at)
    if runs and runs[-1].ending is None:
        runs[-1] = replace(runs[-1], is_running=runs[-1].started.host == holder)
    return tuple(runs)


def split(plan: PlanDigest, records: Iterable[Record]) -> list[Run]:
    runs: list[tuple[RunStarted, list[Record]]] = []
    for record in records:
        if isinstance(record, RunStarted):
            runs.append((record, []))
        elif runs:
            runs[-1][1].append(record)
    later = [*(started.run for started, _ in runs[1:]), None]
    return [Run(plan, started, tuple(found), submissions(runs[:number]), later[number]) for number, (started, found) in enumerate(runs)]


def submissions(runs: Iterable[tuple[RunStarted, list[Record]]]) -> tuple[Submitting, ...]:
    return tuple(record for _, records in runs for record in records if isinstance(record, Submitting))


def find_runs(journals: Journals, name: str, holder: str | None = None) -> tuple[Run, ...]:
    """The run of that id, or every run of the plan whose digest begins like this; the ``sha256:`` may be left out."""
    digest = name if name.startswith("sha256:") else f"sha256:{name}"
    return tuple(run for run in runs_of(journals, holder) if name and (run.started.run == name or run.plan.startswith(digest)))


def runs_text(runs: Sequence[Run], page: Page) -> str:
    """A few lines per run."""
    if not runs:
        return "Nothing was ever applied from here.\n"
    return text_of(sections(*(heading(run, page) for run in runs), page.wrap(f"{counted(len(runs), 'run')} in the journal.")))


def run_text(run: Run, page: Page) -> str:
    """One run in full, record by record."""
    return text_of(sections(heading(run, page), [line for record in run.records for line in record_lines(record, page)]))


def heading(run: Run, page: Page) -> list[str]:
    started = run.started
    who = f"{moment(started.at)}  {started.purpose} {started.run} by {started.caller} ({started.host})"
    because = page.wrap(f"because: {started.because}", "  ", "    ") if started.because else []
    return [*page.wrap(who, rest="    ", tone=Tone.TITLE), *plan_lines(run, page), *because, *ending_lines(run, page)]


def plan_lines(run: Run, page: Page) -> list[str]:
    made = provenance_words(origin(run.started))
    return page.wrap(f"plan {run.plan}" + (f", made {made}" if made else ""), "  ", "    ")


def origin(started: RunStarted) -> Provenance:
    """Of the plan, which another caller may have made."""
    return Provenance(started.made_by, started.configuration)


def ending_lines(run: Run, page: Page) -> list[str]:
    ending = run.ending
    failures = f"; {failed_words(count_accounts(run.failures))}" if run.failures else ""
    if ending is None:
        return page.wrap(f"{unended(run)}{failures}", "  ", "    ", tone=Tone.CAREFUL)
    tone = Tone.GOOD if ending.ending is Ending.FINISHED and not run.failures else Tone.BAD
    return page.wrap(f"{ending_words(ending)}{failures}", "  ", "    ", tone=tone)


def unended(run: Run) -> str:
    """What became of a run whose end is not in the journal."""
    if run.is_running:
        return "running"
    return f"cut off; continued by run {run.continued_by}" if run.continued_by else CUT_OFF


def ending_words(ending: RunEnded) -> str:
    return f"{ending.ending} {moment(ending.at)}" + (f": {ending.detail}" if ending.detail else "")


def record_lines(record: Record, page: Page) -> list[str]:
    failures = record.failures if isinstance(record, Finished) else ()
    words = page.wrap(
        f"{record.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}  {record_words(record)}", "  ", "      ", tone=Tone.BAD if failures else None
    )
    return [*words, *(line for failure in failures for line in failure_lines(failure, page))]


def failure_lines(failure: Failure, page: Page) -> list[str]:
    hint = f" (hint: {failure.hint})" if failure.hint else ""
    return page.wrap(f"{failure.account or 'no single account'}: {failure.reason}{hint}", "      ", "        ", tone=Tone.BAD)


def record_words(record: Record) -> str:
    match record:
        case Submitting():
            again = f", attempt {record.attempt}" if record.attempt > 1 else ""
            return f"{record.operation} {record.kind.replace('_', ' ')} {record.stack_set}{account_words(record.accounts)}{again}"
        case Finished():
            return f"{record.operation} {'refused by AWS' if record.is_refused else record.status}"
        case LeftOut():
            return f"{record.operation} left out{account_words(record.accounts)}: {record.because}"
        case Verified():
            return "verified: as planned" if record.is_converged else f"verified: {counted(record.differences, 'difference')}"
        case RunEnded():
            return ending_words(record)
        case Submitted():
            return f"{record.operation} taken by AWS"
        case RunStarted():
            return f"run {record.run}"


def account_words(accounts: Sequence[AccountId]) -> str:
    if not accounts:
        return ""
    return f" in {', '.join(accounts) if len(accounts) <= NAMED else counted(len(accounts), 'account')}"


def runs_json(runs: Iterable[Run]) -> Json:
    return {"runs": [run_json(run) for run in runs]}


def run_json(run: Run) -> Json:
    started, ending = run.started, run.ending
    return {
        "run": started.run,
        "plan": run.plan,
        "purpose": started.purpose.value,
        "caller": started.caller,
        "host": started.host,
        "because": started.because,
        **provenance_json(origin(started)),
        "started_at": instant(started.at),
        "ended_at": instant(ending.at if ending else None),
        "ending": ending.ending.value if ending else None,
        "detail": ending.detail if ending else "",
        "running": run.is_running,
        "continued_by": run.continued_by,
        "operations": [operation_json(record, end) for record, end in run.attempts],
        "left_out": [left_out_json(record) for record in run.records if isinstance(record, LeftOut)],
    }


def operation_json(record: Submitting, end: Finished | None) -> Json:
    """``status`` is null when this run saw no end: the next one adopts the operation."""
    failures = end.failures if end else ()
    return {
        "id": record.operation,
        "kind": record.kind,
        "stack_set": record.stack_set,
        "attempt": record.attempt,
        "accounts": list(record.accounts),
        "status": end.status.value if end else None,
        "failed": [{"account": failure.account, "reason": failure.reason, "hint": failure.hint} for failure in failures],
    }


def left_out_json(record: LeftOut) -> Json:
    return {
        "id": record.operation,
        "kind": record.kind,
        "stack_set": record.stack_set,
        "accounts": list(record.accounts),
        "because": record.because,
    }
