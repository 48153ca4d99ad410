"""How what an account really holds differs from what its stack instance deployed there."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Alteration:
    """Found by drift detection or by a look inside the account, at ``found_at``; each difference in words, without secrets.

    An update that writes the same property again puts ``rewritable`` differences back. ``lasting`` ones go only when the instance is
    deleted and made anew. ``harmless`` ones need no repair: tags alone, or a list in another order.
    """

    found_at: datetime
    rewritable: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()

    @property
    def needs_repair(self) -> bool:
        """Something that matters is not as it was deployed."""
        return bool(self.rewritable or self.lasting)

    @property
    def description(self) -> str:
        """What needs repair."""
        return "; ".join((*self.lasting, *self.rewritable))

    @property
    def revision(self) -> str:
        """What a repair of it sets as revision: ``20261127T224500000Z``, which sorts by time and is a part of statement ids."""
        moment = self.found_at.astimezone(UTC)
        return f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03}Z"
