"""An entry of a summary: one line, or more where there is room, cut so that what is left out is counted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orchestrator.model.counts import pieces_of
from orchestrator.presentation.page import Page, Tone, cell_width

LABELS = 11
"""Columns of the words that name each entry."""
ROOM = 72
"""On narrower pages what an entry says stands under its label."""
TRIED = 40
"""No more things than that fit on the lines of an entry."""
MOST = 3
"""Lines of one entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A label, what leads, and as many ``items`` as fit; the others are counted as ``noun``. One that is copied ``is_whole``."""

    label: str
    lead: str = ""
    items: tuple[str, ...] = ()
    noun: str = ""
    separator: str = ","
    tone: Tone | None = None
    is_whole: bool = False

    def lines(self, page: Page, most: int) -> list[str]:
        if self.is_whole:
            return [page.paint(self.whole(page.width), self.tone)]
        is_wide = page.width >= ROOM
        first, rest = (f"  {self.label:<{LABELS}}  ", " " * (LABELS + 4)) if is_wide else (f"  {self.label}: ", "    ")
        fitting = (lines for lines in self.attempts(Page(page.width), first, rest) if len(lines) <= most)
        lines = next(fitting, None) or ended(Page(page.width).flow(self.pieces(self.least), first, rest), most, page.width)
        return [page.paint(line, self.tone) for line in lines]

    def attempts(self, page: Page, first: str, rest: str) -> Iterator[list[str]]:
        """With ever fewer of the things."""
        return (page.flow(self.pieces(shown), first, rest) for shown in range(min(len(self.items), TRIED), self.least - 1, -1))

    @property
    def least(self) -> int:
        """Of sentences, the beginning of one says more than how many there are."""
        return min(1 if self.separator == ";" else 0, len(self.items))

    def pieces(self, shown: int) -> list[str]:
        rest = pieces_of(self.items, self.noun, shown, separator=self.separator, opened_by="below")
        return [*self.lead.split(), *rest]

    def whole(self, width: int) -> str:
        """On its line with the label, close to it, or a single word alone, whichever fits first."""
        forms = (f"  {self.label:<{LABELS}}  {self.lead}", f"  {self.label.strip()} {self.lead}", self.lead)
        return next((form for form in forms if cell_width(form) <= width), forms[1] if " " in self.lead else self.lead)


def ended(lines: list[str], most: int, width: int) -> list[str]:
    """At most so many lines; the last one says when there were more."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1].rstrip()
    while cell_width(last) + 2 > width and " " in last.strip():
        last = last.rpartition(" ")[0].rstrip()
    return [*lines[: most - 1], f"{last} …"]


def entry_lines(entries: Iterable[Entry], page: Page, most: int) -> Iterator[str]:
    """Every entry, on at most so many lines; what room is left goes round, the first ones first."""
    found = tuple(entries)
    wanted = [len(entry.lines(page, MOST)) for entry in found]
    shares, left = [1] * len(found), most - len(found)
    for size in range(2, MOST + 1):
        for number, need in enumerate(wanted):
            if need >= size and left > 0:
                shares[number], left = size, left - 1
    return (line for entry, share in zip(found, shares, strict=True) for line in entry.lines(page, share))
