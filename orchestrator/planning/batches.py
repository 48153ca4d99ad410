"""Targets turned back into blocks of a size that one StackSet operation takes well, each account in exactly one."""

from collections.abc import Iterable, Iterator, Mapping

from orchestrator.model.identifiers import AccountId
from orchestrator.model.state import Window

MAX_ACCOUNTS = 100
"""As many as StackSets works on at once (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html).

AWS names no limit for the accounts of a request. Small blocks let what is built on them begin early, and bound what one operation can do.
"""


def blocks(accounts: Iterable[AccountId], size: int = MAX_ACCOUNTS) -> Iterator[tuple[AccountId, ...]]:
    """The accounts in order, ``size`` at a time."""
    ordered = sorted(accounts)
    for start in range(0, len(ordered), size):
        yield tuple(ordered[start : start + size])


def windowed_blocks(
    accounts: Iterable[AccountId], windows: Mapping[AccountId, Window]
) -> Iterator[tuple[Window | None, tuple[AccountId, ...]]]:
    """Blocks whose accounts share one window, since overrides are given per operation."""
    by_window: dict[Window | None, list[AccountId]] = {}
    for account in accounts:
        by_window.setdefault(windows.get(account), []).append(account)
    for window, members in sorted(by_window.items(), key=lambda item: str(item[0])):
        for block in blocks(members):
            yield window, block
