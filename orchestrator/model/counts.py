"""Numbers of things in words, and the one way a long list is cut, for every message."""

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """``1 account``, ``1,200 accounts``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


NAMED = 6
"""As many things are named in a sentence; the rest are counted."""


def some_of(names: Sequence[str], noun: str, most: int = NAMED, *, opened_by: str = "") -> str:
    """The first names; the rest are counted: ``a, b, c, d, e, f and 3 more actions``."""
    return " ".join(pieces_of(names, noun, most, opened_by=opened_by))


def pieces_of(names: Sequence[str], noun: str, most: int = NAMED, *, separator: str = ",", opened_by: str = "") -> list[str]:
    """The same in pieces: ``a,`` ``b`` ``and 3 more actions (--detail)``. ``opened_by`` says what shows them all."""
    named, more = names[:most], len(names) - most
    shown = [*(f"{name}{separator}" for name in named[:-1]), *named[-1:]]
    if more <= 0:
        return shown
    rest = f"and {counted(more, f'more {noun}')}" if shown else counted(more, noun)
    return [*shown, f"{rest} ({opened_by})" if opened_by else rest]
