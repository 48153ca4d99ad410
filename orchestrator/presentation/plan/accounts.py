"""Every account a plan changes, by name: those of one unit, wave and set of changes together."""

from collections import defaultdict
from collections.abc import Iterator

from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import Plan
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.places import Targets, account_rows
from orchestrator.presentation.plan.changes import SIGNS
from orchestrator.presentation.plan.grouping import group_changes
from orchestrator.presentation.plan.waves import accounts_by_wave
from orchestrator.presentation.words import listed

Alike = tuple[str, tuple[str, ...], tuple[str, ...]]
"""Unit, waves, changes."""


def account_lines(plan: Plan, targets: Targets, page: Page) -> list[str]:
    lines = [
        line for alike, accounts in sorted(group_accounts(plan, targets).items()) for line in alike_lines(alike, accounts, targets, page)
    ]
    return [page.paint("Accounts", Tone.TITLE), *lines] if lines else []


def group_accounts(plan: Plan, targets: Targets) -> dict[Alike, list[AccountId]]:
    changes: dict[AccountId, list[str]] = defaultdict(list)
    for group in group_changes(plan):
        for account in group.accounts:
            changes[account].extend(f"{SIGNS[group.change][0]} {subject}" for subject in group.subjects)
    waves: dict[AccountId, list[str]] = defaultdict(list)
    for wave, members in accounts_by_wave(plan).items():
        for account in members:
            waves[account].append(wave)
    found: dict[Alike, list[AccountId]] = defaultdict(list)
    for account, words in sorted(changes.items()):
        unit = targets[account].ou if account in targets else "not found"
        found[unit, tuple(waves[account]), tuple(words)].append(account)
    return found


def alike_lines(alike: Alike, accounts: list[AccountId], targets: Targets, page: Page) -> Iterator[str]:
    unit, waves, changes = alike
    when = f", wave {listed(waves)}" if waves else ""
    yield from page.wrap(f"{unit}: {counted(len(accounts), 'account')}{when}", "  ", "    ")
    yield from page.wrap(", ".join(changes), "    ", "      ")
    yield from page.table(account_rows(accounts, targets), "      ")
