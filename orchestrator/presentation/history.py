"""The past: the ledger of temporary grants, one life after the other."""

from collections import defaultdict
from collections.abc import Iterable

from orchestrator.model.counts import counted
from orchestrator.model.temporary import LedgerEvent, LedgerRecord
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.words import moment

MEANINGS = {
    LedgerEvent.GRANTED: "granted",
    LedgerEvent.USED: "used",
    LedgerEvent.EXPIRED: "expired",
    LedgerEvent.REVOKED: "revoked",
    LedgerEvent.RETAINED: "left in the account with its stack, not seen gone",
    LedgerEvent.GONE: "seen gone from inside the account",
    LedgerEvent.STILL_THERE: "STILL IN THE ACCOUNT",
    LedgerEvent.FORGOTTEN: "not known: this state began after the rollout",
}

ENOUGH = 12
"""Digits of a plan's digest in text: `history` takes them for the plan, and they fit a narrow terminal."""


def ledger_text(records: Iterable[LedgerRecord], page: Page) -> str:
    """Who had which temporary grant from when to when, by which plan, with what evidence."""
    lives: dict[tuple[str, str], list[LedgerRecord]] = defaultdict(list)
    for record in records:
        lives[record.group_set, record.account].append(record)
    if not lives:
        return "No temporary grant was ever made.\n"
    total = page.wrap(f"{counted(len(lives), 'temporary grant')} in the ledger.")
    return text_of(sections(*(life_lines(key, found, page) for key, found in sorted(lives.items())), total))


def life_lines(key: tuple[str, str], records: Iterable[LedgerRecord], page: Page) -> list[str]:
    group_set, account = key
    title = page.wrap(f"{group_set} in {account}", tone=Tone.TITLE)
    return [*title, *(line for record in records for line in record_lines(record, page))]


def record_lines(record: LedgerRecord, page: Page) -> list[str]:
    is_bad = record.event is LedgerEvent.STILL_THERE
    return page.wrap(f"{moment(record.at)}  {record_words(record)}", "  ", "    ", tone=Tone.BAD if is_bad else None)


def record_words(record: LedgerRecord) -> str:
    until = f" until {moment(record.window.not_after)}" if record.window and record.event is LedgerEvent.GRANTED else ""
    asked = ", asked for by name" if record.deliberate else ""
    because = f", because: {record.because}" if record.because else ""
    evidence = f" ({record.evidence})" if record.evidence else ""
    plan = f", plan {record.plan.removeprefix('sha256:')[:ENOUGH]}" if record.plan else ""
    return f"{MEANINGS[record.event]}{until}{evidence}{asked}{because}{plan}"
