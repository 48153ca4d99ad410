"""Accounts against group sets as CSV (RFC 4180), for spreadsheets.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, and names come from outside: such a cell gets an
apostrophe in front (https://owasp.org/www-community/attacks/CSV_Injection).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from orchestrator.model.assignment import Assignment, Selection
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import GroupSetName
from orchestrator.model.organization import Account, Organization
from orchestrator.presentation.page import printable

ABOUT = ("account", "name", "organizational_unit", "state", "excluded")
GRANTED, WITHHELD, NEITHER = "granted", "withheld", ""
FORMULA = ("=", "+", "-", "@")


def matrix_csv(organization: Organization, catalog: Catalog, selection: Selection) -> Iterator[str]:
    """A line per account, a column per group set of the catalog; ``excluded`` has the reason."""
    names = tuple(catalog.group_sets)
    accounts = (row_of(account, selection.assignments[account.id], names) for account in organization.accounts.values())
    yield from lines_of(([*ABOUT, *names],))
    yield from lines_of(accounts)


def row_of(account: Account, share: Assignment, names: Sequence[GroupSetName]) -> list[str]:
    granted = {grant.group_set for grant in share.grants}
    withheld = {held.group_set for held in share.withheld}
    cells = (GRANTED if name in granted else WITHHELD if name in withheld else NEITHER for name in names)
    return [account.id, plain(account.name), plain(account.ou), account.state, plain(share.excluded or ""), *cells]


def plain(text: str) -> str:
    """A text that no spreadsheet computes, on one line."""
    shown = printable(text)
    return f"'{shown}" if shown.lstrip().startswith(FORMULA) else shown


def lines_of(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
