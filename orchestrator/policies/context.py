"""What is known of a request when its conditions are judged: the values of condition keys, and which keys it lacks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Values = tuple[str, ...]
"""The values of a key in one request; none: the request lacks the key. ``*`` and ``?`` in a value stand for letters that are not known."""

Alternatives = tuple[Values, ...]
"""What the values may be, one of which they are."""

ABSENT: Alternatives = ((),)


@dataclass(frozen=True, slots=True)
class Context:
    """Keys are in lower case. A key that is not ``known`` and begins with none of the ``absent`` prefixes may have any value, or none."""

    known: Mapping[str, Alternatives] = field(default_factory=dict)
    absent: tuple[str, ...] = ()

    def alternatives(self, key: str) -> Alternatives | None:
        """None for a key of which nothing is known. Keys compare without regard to case."""
        lowered = key.lower()
        found = self.known.get(lowered)
        return ABSENT if found is None and lowered.startswith(self.absent) else found


def valued(*values: str) -> Alternatives:
    """A key that has these values."""
    return (values,)
