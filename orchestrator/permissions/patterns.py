"""Patterns with ``*`` and ``?``: whether two can mean the same thing, and whether one means everything the other does.

A wildcard in a part of an ARN stays within that part; only the last part, the resource, may contain colons.
"""

from functools import lru_cache

PARTS = 6


def arns_overlap(left: str, right: str) -> bool:
    """Whether some ARN matches both patterns. A pattern with fewer parts, such as ``*``, is compared as a text."""
    lefts, rights = left.split(":", PARTS - 1), right.split(":", PARTS - 1)
    if len(lefts) < PARTS or len(rights) < PARTS:
        return overlap(left, right)
    return all(map(overlap, lefts, rights))


def arn_covers(wide: str, narrow: str) -> bool:
    """Whether every ARN that matches ``narrow`` matches ``wide``, part by part. A pattern with fewer parts is compared as a text."""
    wides, narrows = wide.split(":", PARTS - 1), narrow.split(":", PARTS - 1)
    if len(wides) < PARTS or len(narrows) < PARTS:
        return covers(wide, narrow)
    return all(map(covers, wides, narrows))


def is_pattern(text: str) -> bool:
    """Whether the text has a wildcard."""
    return "*" in text or "?" in text


@lru_cache(maxsize=65_536)
def overlap(left: str, right: str) -> bool:
    """Whether some text matches both patterns."""
    # meets[n]: some text matches what was read of ``left`` and the first n characters of ``right``.
    meets = [not right[:length].strip("*") for length in range(len(right) + 1)]
    for one in left:
        before, meets = meets, [meets[0] and one == "*"]
        for number, other in enumerate(right):
            if "*" in (one, other):
                meets.append(before[number + 1] or meets[number])
            else:
                meets.append(before[number] and (one == other or "?" in (one, other)))
    return meets[-1]


@lru_cache(maxsize=65_536)
def covers(wide: str, narrow: str) -> bool:
    """Whether every text that matches ``narrow`` matches ``wide``; ``narrow``'s own wildcards count as characters."""
    if not is_pattern(wide):
        return wide == narrow
    reachable = {0}
    for character in narrow:
        reachable = step(wide, skip_stars(wide, reachable), character)
    return len(wide) in skip_stars(wide, reachable)


def skip_stars(pattern: str, positions: set[int]) -> set[int]:
    """The positions reached when stars match nothing."""
    found = set(positions)
    for position in sorted(positions):
        at = position
        while at < len(pattern) and pattern[at] == "*":
            at += 1
            found.add(at)
    return found


def step(pattern: str, positions: set[int], character: str) -> set[int]:
    """The positions reached by reading one character. ``?`` matches anything but a star."""
    found: set[int] = set()
    for position in positions:
        if position == len(pattern):
            continue
        if pattern[position] == "*":
            found.add(position)
        elif pattern[position] == character or (pattern[position] == "?" and character != "*"):
            found.add(position + 1)
    return found
