"""Where every account stands: temporary grants first, then the accounts with something wrong, then the rest by what they hold."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from orchestrator.model.counts import counted
from orchestrator.model.identifiers import GroupSetName
from orchestrator.model.status import AccountStatus, Standing
from orchestrator.presentation.exclusions import excluded_lines, withheld_lines
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.plan.text import warning_lines
from orchestrator.presentation.temporary import is_overdue, temporary_lines, unknown_uses

NAMED = 3
"""As many accounts that hold the same are named; more are counted."""


def status_text(standing: Standing, now: datetime, page: Page) -> str:
    """The whole status, with a last line that sums up."""
    wrong = [account for account in standing.accounts if not account.is_as_wanted]
    return text_of(
        sections(
            temporary_lines(standing.temporary, now, page),
            wrong_lines(wrong, page),
            holding_lines([account for account in standing.accounts if account.is_as_wanted], page),
            withheld_lines(standing.withheld, standing.rules, page),
            excluded_lines(standing.excluded, page),
            warning_lines(standing.warnings, page),
            page.wrap(conclusion(standing, now), tone=Tone.BAD if wrong else Tone.GOOD),
        )
    )


def wrong_lines(accounts: Iterable[AccountStatus], page: Page) -> list[str]:
    """Accounts with the same things wrong for the same reasons are shown together, each by id."""
    alike: dict[tuple[tuple[str, ...], ...], list[AccountStatus]] = defaultdict(list)
    for account in accounts:
        alike[account.granted, *wrong_rows(account)].append(account)
    rows = [line for found in alike.values() for line in alike_lines(found, page)]
    return [page.paint("Not as the rules want it", Tone.TITLE), *rows] if rows else []


def alike_lines(accounts: Sequence[AccountStatus], page: Page) -> list[str]:
    one = accounts[0]
    who = f"{counted(len(accounts), 'account')}: {', '.join(map(named, accounts))}" if len(accounts) > 1 else named(one)
    held = [("granted", ", ".join(one.granted))] if one.granted else []
    return [*page.wrap(who, "  ", "      "), *page.table(wrong_rows(one), "    ", tone=Tone.BAD), *page.table(held, "    ")]


def wrong_rows(account: AccountStatus) -> list[tuple[str, str]]:
    """What is wrong, and the group sets it is wrong with: those of one reason side by side."""
    kinds = {
        "missing": account.missing,
        "unexpected": account.unexpected,
        "outdated": account.outdated,
        "failed": account.failed,
        "altered": account.altered,
    }
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, sets in kinds.items():
        for name in sets:
            alike[kind, account.reasons.get(name, "")].append(name)
    return [(kind, ", ".join(sets) + (f": {reason}" if reason else "")) for (kind, reason), sets in alike.items()]


def holding_lines(accounts: Iterable[AccountStatus], page: Page) -> list[str]:
    holders: dict[tuple[GroupSetName, ...], list[AccountStatus]] = defaultdict(list)
    for account in accounts:
        holders[account.granted].append(account)
    ordered = sorted(holders.items(), key=lambda entry: (not entry[0], -len(entry[1]), entry[0]))
    rows = [line for sets, found in ordered for line in holder_lines(sets, found, page)]
    return [page.paint("As the rules want it", Tone.TITLE), *rows] if rows else []


def holder_lines(sets: Sequence[GroupSetName], accounts: Sequence[AccountStatus], page: Page) -> list[str]:
    held = f"{'holds' if len(accounts) == 1 else 'hold'} {', '.join(sets) or 'nothing'}"
    names = [line for account in accounts for line in page.wrap(named(account), "    ")] if len(accounts) <= NAMED else []
    return [*page.wrap(f"{counted(len(accounts), 'account')}: {held}", "  ", "    "), *names]


def named(account: AccountStatus) -> str:
    return f"{account.id} {account.name}".rstrip()


def conclusion(standing: Standing, now: datetime) -> str:
    """What is said of all accounts is said of those that may be changed; how many others there are stands beside it."""
    accounts = standing.accounts
    grants = counted(sum(len(account.granted) for account in accounts), "grant")
    holders = counted(sum(bool(account.granted) for account in accounts), "account")
    overdue = sum(is_overdue(grant, now) for grant in standing.temporary)
    late = f" {counted(overdue, 'temporary grant')} overdue: run orchestrator cleanup." if overdue else ""
    unknown = unknown_uses(sum(grant.is_unseen for grant in standing.temporary))
    return f"Status: {'; '.join([f'{grants} in {holders}', *wrong_counts(accounts), *judgement(standing)])}.{late}{unknown}"


def judgement(standing: Standing) -> Iterator[str]:
    wrong, total = sum(not account.is_as_wanted for account in standing.accounts), len(standing.accounts)
    empty = sum(account.holds_nothing for account in standing.accounts)
    if wrong:
        yield f"{counted(wrong, 'account')} of {total:,} not as the rules want it"
    else:
        nothing = f", {empty:,} of them with nothing" if empty else ""
        yield f"{counted(total, 'account')} as the rules want it{nothing}"
    if standing.excluded:
        yield f"{counted(len(standing.excluded), 'account')} excluded and not judged"


def wrong_counts(accounts: Sequence[AccountStatus]) -> Iterator[str]:
    """``51 unexpected in 7 accounts``: group sets and role sets, of each kind that there is."""
    kinds = {
        "missing": [account.missing for account in accounts],
        "unexpected": [account.unexpected for account in accounts],
        "outdated": [account.outdated for account in accounts],
        "failed": [account.failed for account in accounts],
        "altered": [account.altered for account in accounts],
    }
    for kind, sets in kinds.items():
        if total := sum(map(len, sets)):
            yield f"{total:,} {kind} in {counted(sum(map(bool, sets)), 'account')}"
