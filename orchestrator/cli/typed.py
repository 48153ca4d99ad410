"""The command as it was typed, and others that go with it: exact enough to be typed in turn."""

import shlex
import sys
from collections.abc import Iterator, Sequence

from orchestrator.presentation.next_step import Commands

WITH_VALUE, FLAGS = frozenset({"--config", "--log-file", "--profile"}), frozenset({"--verbose"})
"""Options of the program, whatever the command."""

UNTIL = frozenset({"--until"})


def commands() -> Commands:
    """What to type next, after this command."""
    words = sys.argv[1:]
    shared = tuple(word for option in options_in(words, WITH_VALUE, FLAGS) for word in option)
    left = list(words)
    for option in options_in(words, UNTIL):
        start = next(place for place in range(len(left)) if tuple(left[place : place + len(option)]) == option)
        del left[start : start + len(option)]
    return Commands(shlex.join(["orchestrator", *left]), shlex.join(["orchestrator", *shared]))


def options_in(words: Sequence[str], with_value: frozenset[str], flags: frozenset[str] = frozenset()) -> Iterator[tuple[str, ...]]:
    """Each of these options as it was typed, with its value: ``--until canary`` or ``--until=canary``."""
    rest = iter(words)
    for word in rest:
        if word == "--":
            return
        if word in flags or word.partition("=")[0] in with_value - {word}:
            yield (word,)
        elif word in with_value:
            yield (word, next(rest, ""))
