"""Where text goes: how wide the page is, and whether it takes colour. Words are wrapped, ids are never cut."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

NARROWEST = 20
"""Below that, lines are broken by the terminal: indents would be all that fits."""
PLAIN_WIDTH = 100
"""Of files and pipes, which have no width of their own."""

WORD = re.compile(r"\s*\S+\s*")


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
        words = WORD.findall(printable(text))
        lines = folded(words, self.width, first, first if rest is None else rest)
        return [self.paint(line, tone) for line in lines]

    def flow(self, items: Iterable[str], first: str = "", rest: str | None = None, *, tone: Tone | None = None) -> list[str]:
        """As ``wrap``, but what belongs together, separator included, stays on one line where a line takes it."""
        indent = first if rest is None else rest
        words = [
            word for item in map(printable, items) for word in ([f"{item} "] if self.takes(item, indent) else WORD.findall(f"{item} "))
        ]
        return [self.paint(line, tone) for line in folded(words, self.width, first, indent)]

    def takes(self, item: str, indent: str) -> bool:
        return cell_width(indent) + cell_width(item) <= self.width

    def table(self, rows: Iterable[Sequence[str]], indent: str = "  ", *, tone: Tone | None = None) -> list[str]:
        """Columns side by side; the last one wraps below itself, and where there is no room for that, every row wraps as a sentence."""
        cells = [tuple(map(printable, row)) for row in rows]
        widths = [max(map(cell_width, column)) for column in zip(*(row[:-1] for row in cells), strict=True)]
        left = len(indent) + sum(widths) + 2 * len(widths)
        if left + max((shortest_width(row[-1]) for row in cells), default=0) > self.width:
            return [line for row in cells for line in self.sentence(row, indent, tone)]
        return [line for row in cells for line in self.row(row, widths, indent, tone)]

    def sentence(self, cells: Sequence[str], indent: str, tone: Tone | None) -> list[str]:
        first = indent if cells[0] else indent + "    "
        return self.wrap("  ".join(filter(None, cells)), first, indent + "    ", tone=tone)

    def row(self, cells: Sequence[str], widths: Sequence[int], indent: str, tone: Tone | None) -> list[str]:
        first = indent + "".join(cell + " " * (width + 2 - cell_width(cell)) for cell, width in zip(cells, widths, strict=False))
        return self.wrap(cells[-1], first, " " * cell_width(first), tone=tone) or [self.paint(first.rstrip(), tone)]


def shortest_width(text: str) -> int:
    """The least a cell takes: its longest word, but never less than a short phrase: one word a line cannot be read."""
    return max(min(cell_width(text), 30), max(map(cell_width, text.split()), default=0))


def cell_width(text: str) -> int:
    """Columns of a terminal the text takes: letters of East Asian scripts and emoji take two, combining marks none."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - a fifth of the time --help takes, for letters that few texts hold

    return cell_len(text)


def folded(words: Iterable[str], width: int, first: str, rest: str) -> Iterator[str]:
    """Words with the spaces after them, laid into lines; a word that is wider than a line gets one of its own."""
    line, used = first, ""
    for word in words:
        if used and cell_width(line + used + word.rstrip()) > width:
            yield line + used.rstrip()
            line, used = rest, ""
        used += word
    if used:
        yield line + used.rstrip()


def page_for(columns: int | None, environment: Mapping[str, str], *, is_terminal: bool) -> Page:
    """A terminal, or a file or pipe, whose columns are known only when COLUMNS says them.

    FORCE_COLOR and CLICOLOR_FORCE ask for colour, NO_COLOR, CLICOLOR=0 and TERM=dumb forbid it; what forbids wins
    (https://no-color.org, https://bixense.com/clicolors/).
    """
    is_forbidden = bool(environment.get("NO_COLOR")) or environment.get("CLICOLOR") == "0" or environment.get("TERM") == "dumb"
    is_forced = any(environment.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE"))
    width = max(columns, NARROWEST) if columns is not None else PLAIN_WIDTH
    return Page(width, color=(is_terminal or is_forced) and not is_forbidden)


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
