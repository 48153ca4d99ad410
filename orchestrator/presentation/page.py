"""Where text goes: how wide the page is, and whether it takes colour. Words are wrapped, ids are never cut."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from textwrap import wrap

NARROWEST = 20
"""Below that, lines are broken by the terminal: indents would be all that fits."""
PLAIN_WIDTH = 100
"""Of files and pipes, which have no width of their own."""


class Tone(IntEnum):
    """SGR codes of a terminal; each means the same everywhere."""

    TITLE = 1
    QUIET = 2
    BAD = 31
    GOOD = 32
    CAREFUL = 33


@dataclass(frozen=True, slots=True)
class Page:
    """``width`` in columns."""

    width: int = PLAIN_WIDTH
    color: bool = False

    def paint(self, text: str, tone: Tone | None) -> str:
        """The text in a tone, or as it is where colour is not wanted."""
        return f"\x1b[{tone.value}m{text}\x1b[0m" if self.color and tone is not None and text else text

    def wrap(self, text: str, first: str = "", rest: str | None = None, *, tone: Tone | None = None) -> list[str]:
        """Lines of at most the page's width, ids whole; ``first`` and ``rest`` are the indents. An empty text gives no lines."""
        lines = wrap(
            printable(text),
            self.width,
            initial_indent=first,
            subsequent_indent=first if rest is None else rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [self.paint(line, tone) for line in lines]

    def table(self, rows: Iterable[Sequence[str]], indent: str = "  ", *, tone: Tone | None = None) -> list[str]:
        """Columns side by side; the last one wraps below itself, and where there is no room for that, every row wraps as a sentence."""
        cells = [tuple(map(printable, row)) for row in rows]
        widths = [max(map(len, column)) for column in zip(*(row[:-1] for row in cells), strict=True)]
        left = len(indent) + sum(widths) + 2 * len(widths)
        if left + max((shortest_width(row[-1]) for row in cells), default=0) > self.width:
            return [line for row in cells for line in self.sentence(row, indent, tone)]
        return [line for row in cells for line in self.row(row, widths, indent, tone)]

    def sentence(self, cells: Sequence[str], indent: str, tone: Tone | None) -> list[str]:
        first = indent if cells[0] else indent + "    "
        return self.wrap("  ".join(filter(None, cells)), first, indent + "    ", tone=tone)

    def row(self, cells: Sequence[str], widths: Sequence[int], indent: str, tone: Tone | None) -> list[str]:
        first = indent + "".join(f"{cell:<{width}}  " for cell, width in zip(cells, widths, strict=False))
        return self.wrap(cells[-1], first, " " * len(first), tone=tone) or [self.paint(first.rstrip(), tone)]


def shortest_width(text: str) -> int:
    """The least a cell takes: its longest word, but never less than a short phrase, for words in a chimney are no help."""
    return max(min(len(text), 30), max(map(len, text.split()), default=0))


def page_for(columns: int, environment: Mapping[str, str], *, is_terminal: bool) -> Page:
    """A terminal of ``columns``, or a file or pipe. NO_COLOR (https://no-color.org) and TERM=dumb switch colour off."""
    if not is_terminal:
        return Page()
    return Page(max(columns, NARROWEST), color=not environment.get("NO_COLOR") and environment.get("TERM") != "dumb")


def printable(text: str) -> str:
    """Names and reasons come from outside: no control character of theirs reaches a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def text_of(lines: Iterable[str]) -> str:
    """Lines as text, with a newline at the end; no lines are no text."""
    return "".join(f"{line}\n" for line in lines)


def sections(*parts: Sequence[str]) -> list[str]:
    """The parts that are there, an empty line between each two."""
    present = [part for part in parts if part]
    return [line for number, part in enumerate(present) for line in (*([""] if number else []), *part)]
