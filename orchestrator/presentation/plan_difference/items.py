"""One thing that differs, whatever it is drawn on."""

from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """MORE: only in the later plan; LESS: only in the earlier one; WIDER: a role may do more, or may be assumed by more."""

    MORE = "+"
    LESS = "-"
    OTHER = "~"
    WIDER = "!"


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence, and more ``below`` it."""

    sign: Sign
    text: str
    below: tuple[str, ...] = ()
