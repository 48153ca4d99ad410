"""Accounts that are never changed, and group sets that rules withhold."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from orchestrator.model.counts import counted, pieces_of
from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import FORGET_COMMAND, ExcludedAccount, WithheldSet
from orchestrator.presentation.page import Page, Tone
from orchestrator.presentation.words import sourced

NAMED = 3
"""As many accounts from which something is withheld are named; more are counted."""


def excluded_lines(excluded: Sequence[ExcludedAccount], page: Page, *, is_open: bool = False, opened_by: str = "") -> list[str]:
    """By reason; ``is_open`` lists every account, and ``opened_by`` says what does."""
    groups = group_excluded(excluded).items()
    rows = [line for because, accounts in groups for line in reason_lines(because, accounts, page, is_open=is_open, opened_by=opened_by)]
    return [page.paint("Excluded", Tone.TITLE), *rows] if rows else []


def withheld_lines(
    withheld: Iterable[WithheldSet], rules: Mapping[str, str], page: Page, *, is_open: bool = False, opened_by: str = ""
) -> list[str]:
    """The sets that rules withhold and the accounts without any, counted by reason; see ``excluded_lines``."""
    alike: dict[tuple[str, tuple[AccountId, ...]], list[str]] = {}
    for row in withheld:
        alike.setdefault((row.because, row.accounts), []).append(row.group_set or "")
    rows = [
        line
        for (because, accounts), names in alike.items()
        for line in alike_lines(accounts, withheld_words(names, because, rules), page, is_open=is_open, opened_by=opened_by)
    ]
    return [page.paint("Withheld", Tone.TITLE), *rows] if rows else []


def alike_lines(accounts: Sequence[AccountId], words: str, page: Page, *, is_open: bool, opened_by: str) -> list[str]:
    if len(accounts) <= NAMED:
        return page.wrap(f"{', '.join(accounts)}: {words}", "  ", "    ")
    listed = page.flow(pieces_of(accounts, "account", len(accounts)), "    ") if is_open else []
    return [*page.wrap(f"{counted(len(accounts), 'account')}: {words}{hint(opened_by)}", "  ", "    "), *listed]


def withheld_words(names: Sequence[str], because: str, rules: Mapping[str, str]) -> str:
    sets = ", ".join(filter(None, names))
    return f"{sets} not granted: {sourced(because, rules)}" if sets else because


def reason_lines(because: str, accounts: Sequence[ExcludedAccount], page: Page, *, is_open: bool, opened_by: str) -> list[str]:
    """One account in a sentence; of many, those that hold grants by id, and the others where they are listed."""
    if len(accounts) == 1:
        return page.wrap(f"{accounts[0].account}: {with_holdings(because, accounts[0])}", "  ", "    ")
    holding = [(account.account, f"holds {counted(account.holds, 'grant')}") for account in accounts if account.holds]
    without = [account.account for account in accounts if not account.holds]
    others = page.flow(pieces_of(without, "account", len(without)), "    ") if is_open else []
    lost = next((account for account in accounts if account.holds and account.is_lost), None)
    command = FORGET_COMMAND.format(account="ACCOUNT")
    advice = f"; some hold grants; {f'to leave them behind: {command}' if lost else 'withhold them to revoke'}" if holding else ""
    return [
        *page.wrap(f"{counted(len(accounts), 'account')}: {because}{advice}{hint(opened_by if without else '')}", "  ", "    "),
        *page.table(holding, "    "),
        *others,
    ]


def hint(opened_by: str) -> str:
    return f" ({opened_by} lists them)" if opened_by else ""


def with_holdings(text: str, account: ExcludedAccount) -> str:
    """The text, and what the account holds."""
    return "; ".join(filter(None, (text, holdings(account))))


def holdings(account: ExcludedAccount) -> str:
    """``holds 4 grants; withhold them to revoke``; empty where it holds nothing."""
    if not account.holds:
        return ""
    them = "it" if account.holds == 1 else "them"
    forget = f"to leave {them} behind: {FORGET_COMMAND.format(account=account.account)}"
    advice = forget if account.is_lost else f"withhold {them} to revoke"
    return f"holds {counted(account.holds, 'grant')}; {advice}"


def group_excluded(excluded: Iterable[ExcludedAccount]) -> Mapping[str, tuple[ExcludedAccount, ...]]:
    """Reason to the accounts excluded for it, in the plan's order."""
    found: dict[str, list[ExcludedAccount]] = defaultdict(list)
    for account in excluded:
        found[account.because].append(account)
    return {because: tuple(accounts) for because, accounts in found.items()}
