"""Numbers of things in words, for every message."""

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """``1 account``, ``1,200 accounts``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


NAMED = 6
"""As many things are named in a sentence; the rest are counted."""


def some_of(names: Sequence[str], noun: str, most: int = NAMED) -> str:
    """The first names; the rest are counted: ``a, b, c, d, e, f and 3 more actions``."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {counted(more, f'more {noun}')}" if more > 0 else "")
