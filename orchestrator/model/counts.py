"""Numbers of things in words, for every message."""

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """``1 account``, ``1,200 accounts``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


NAMED = 6
"""As many actions are named in a sentence; the rest are counted."""


def actions_in_words(actions: Sequence[str]) -> str:
    """``a, b``, or the first of many and how many more there are."""
    more = len(actions) - NAMED
    return ", ".join(actions[:NAMED]) + (f" and {counted(more, 'more action')}" if more > 0 else "")
