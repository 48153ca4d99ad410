"""Accounts by their number in the plan's own table: ``0-499,501``. Most accounts of a plan stand beside their neighbours."""

import re
from collections.abc import Iterable, Iterator, Sequence
from operator import sub

from orchestrator.codec import UnreadableError
from orchestrator.model.identifiers import AccountId

NUMBER = r"[0-9]{1,9}"
NUMBERS = re.compile(f"({NUMBER}(-{NUMBER})?(,{NUMBER}(-{NUMBER})?)*)?")


class AccountTable:
    """The accounts of a plan, by number and by id."""

    def __init__(self, accounts: Sequence[AccountId]) -> None:
        self.accounts = accounts
        self._positions = {account: position for position, account in enumerate(accounts)}

    def write(self, accounts: Iterable[AccountId]) -> str:
        """The accounts in their order, as numbers and ranges."""
        numbers = [self._positions[account] for account in accounts]
        return ",".join([f"{first}-{last}" if last > first else f"{first}" for first, last in runs(numbers)])

    def read(self, text: str) -> tuple[AccountId, ...]:
        """Raises UnreadableError for what is no number, or not in the table."""
        if not NUMBERS.fullmatch(text):
            raise UnreadableError("accounts are referred to by something else than numbers")
        found: list[AccountId] = []
        for part in text.split(",") if text else ():
            first, _, last = part.partition("-")
            start, end = int(first), int(last or first) + 1
            if not start < end <= len(self.accounts):
                raise UnreadableError(f"account {part} is not in its table")
            found += self.accounts[start:end]
        return tuple(found)


def runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of numbers that follow each other."""
    breaks = [position for position, step in enumerate(map(sub, numbers[1:], numbers), start=1) if step != 1]
    starts, ends = ([0, *breaks], [*breaks, len(numbers)]) if numbers else ([], [])
    return ((numbers[start], numbers[end - 1]) for start, end in zip(starts, ends, strict=True))
