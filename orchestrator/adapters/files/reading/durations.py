"""Durations as people write them: a whole number and a unit, ``30d``."""

import re
from datetime import timedelta

UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1), "s": timedelta(seconds=1)}
PATTERN = r"^[0-9]+[smhdw]$"
LONGEST = timedelta(days=3650)
ADVICE = "Write a whole number and one of s, m, h, d, w, such as 24h or 30d."


def parse_duration(text: str) -> timedelta:
    """``90m`` as a duration. Raises ValueError with what is wrong; ``ADVICE`` says how to write one."""
    if not re.fullmatch(PATTERN, text) or not text.isascii():
        raise ValueError(f'"{text}" is no duration')
    if len(text) > len("315360000s") or int(text[:-1]) > LONGEST // UNITS[text[-1]]:
        raise ValueError(f'"{text}" is longer than {render_duration(LONGEST)}')
    return int(text[:-1]) * UNITS[text[-1]]


def render_duration(duration: timedelta) -> str:
    """The duration in its largest whole unit up to days: ``30d``, ``36h``, ``0s``. Parts of a second are dropped."""
    whole = timedelta(days=duration.days, seconds=duration.seconds)
    units = (unit for unit in ("d", "h", "m") if whole and not whole % UNITS[unit])
    unit = next(units, "s")
    return f"{whole // UNITS[unit]}{unit}"
