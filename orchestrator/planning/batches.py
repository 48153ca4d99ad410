"""Targets turned back into blocks of a size that one StackSet operation takes well, each account in exactly one."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from orchestrator.model.alteration import Revision
from orchestrator.model.identifiers import AccountId
from orchestrator.model.state import Window

MAX_ACCOUNTS = 100
"""As many as StackSets works on at once (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html).

AWS names no limit for the accounts of a request. Small blocks let what is built on them begin early, and bound what one operation can do.
"""


def blocks(accounts: Iterable[AccountId], size: int | None = None) -> Iterator[tuple[AccountId, ...]]:
    """The accounts in order, ``size`` at a time or as many as an operation takes."""
    ordered, step = sorted(accounts), size or MAX_ACCOUNTS
    for start in range(0, len(ordered), step):
        yield tuple(ordered[start : start + step])


class Overrides(NamedTuple):
    """What an operation gives its instances besides the definition."""

    window: Window | None
    revision: Revision | None


def overridden_blocks(
    accounts: Iterable[AccountId], windows: Mapping[AccountId, Window], revisions: Mapping[AccountId, Revision]
) -> Iterator[tuple[Overrides, tuple[AccountId, ...]]]:
    """Blocks whose accounts share their overrides, since these are given per operation."""
    alike: dict[Overrides, list[AccountId]] = {}
    for account in accounts:
        alike.setdefault(Overrides(windows.get(account), revisions.get(account)), []).append(account)
    for overrides, members in sorted(alike.items(), key=lambda item: str(item[0])):
        for block in blocks(members):
            yield overrides, block
