"""Suggests a known name for an unknown one."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """``Did you mean …?`` when something near is known, ``Write …`` when but for capital letters it is that."""
    spelt = {candidate.lower(): candidate for candidate in known}
    if name.lower() in spelt:
        return f"Write {spelt[name.lower()]}."
    near = get_close_matches(name.lower(), spelt)
    return f"Did you mean {' or '.join(spelt[match] for match in near)}?" if near else otherwise
