"""How what an account really holds differs from what its stack instance deployed there, and what a repair of that changes."""

from dataclasses import dataclass
from datetime import UTC, datetime

REVISION = "Revision"
REPAIRED = "Repaired"
"""The parameters of every template that a repair sets, so that CloudFormation writes the documents of a stack again."""

LETTER = "a"
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class Revision:
    """What a repair gives its instances: a letter, or none, as part of their documents, and when the difference was found."""

    letter: str
    found_at: datetime

    @property
    def parameters(self) -> dict[str, str]:
        """As templates take them."""
        return {REVISION: self.letter, REPAIRED: self.found_at.astimezone(UTC).strftime(MOMENT)}


NOT_REVISED = {REVISION: "", REPAIRED: "never"}


@dataclass(frozen=True, slots=True)
class Alteration:
    """Found by drift detection or by a look inside the account, at ``found_at``; each difference in words, without secrets.

    An update that writes the same property again puts ``rewritable`` differences back. ``lasting`` ones go only when the instance is
    deleted and made anew. ``harmless`` ones need no repair: tags alone, or a list in another order. ``last`` is what an earlier repair
    gave the instance. ``is_gone``: its stack was deleted, so that nothing more is when it is made anew.
    """

    found_at: datetime
    rewritable: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    last: Revision | None = None
    is_gone: bool = False

    @property
    def needs_repair(self) -> bool:
        """Something that matters is not as it was deployed."""
        return bool(self.rewritable or self.lasting)

    @property
    def description(self) -> str:
        """What needs repair."""
        return "; ".join((*self.lasting, *self.rewritable))

    @property
    def revision(self) -> Revision:
        """What a repair of it sets: the letter or none, in turns, for only what changes is written again."""
        return Revision("" if self.last and self.last.letter else LETTER, self.found_at)
