"""Answers that may be unknown, combined: True, False, or None for unknown."""

from collections.abc import Iterable


def any_of(verdicts: Iterable[bool | None]) -> bool | None:
    """True when one is; False only when every one is."""
    found = tuple(verdicts)
    return True if True in found else None if None in found else False


def all_of(verdicts: Iterable[bool | None]) -> bool | None:
    """False when one is; True only when every one is."""
    found = tuple(verdicts)
    return False if False in found else None if None in found else True


def none_of(verdicts: Iterable[bool | None]) -> bool | None:
    """False when one is; True only when no one is."""
    found = any_of(verdicts)
    return None if found is None else not found
