"""Letters that do not show as themselves: control characters, marks that turn the order of a line around, halves of letters.

Names and reasons come from outside. What is written for programs keeps every letter of theirs, but none that misleads a person.
"""

import json
import re
from collections.abc import Callable

REPLACEMENT = "\ufffd"
BEYOND_ASCII = re.compile(r"[^\n\x20-\x7e]")


def escape_unseen(text: str, escape: Callable[[str], str] = lambda letter: json.dumps(letter)[1:-1]) -> str:
    """JSON, or another text with its texts in double quotes, in which every letter that does not show is an escape."""
    return BEYOND_ASCII.sub(lambda found: found[0] if found[0].isprintable() else escape(found[0]), text)


def whole(text: str) -> str:
    """The text with halves that belong together as one letter, and ``REPLACEMENT`` for a half without its other: no file can hold one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
