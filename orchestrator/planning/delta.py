"""How two states differ. A plan, a stale plan, a verification, a status, and whether an unfinished plan is still wanted are
readings of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.model.identifiers import AccountId
from orchestrator.model.state import Instance, Place, State, Unit


@dataclass(frozen=True, slots=True)
class Difference:
    """How one place differs, the accounts with an instance there sorted by what becomes of it. None: nothing is deployed there."""

    place: Place
    before: Unit | None
    after: Unit | None
    added: tuple[AccountId, ...]
    removed: tuple[AccountId, ...]
    changed: tuple[AccountId, ...]
    same: tuple[AccountId, ...]

    @property
    def is_redefined(self) -> bool:
        """Its template, parameters or tags change."""
        return self.before is not None and self.after is not None and self.before.definition != self.after.definition

    @property
    def is_nothing(self) -> bool:
        """Both are equal."""
        return self.before == self.after


Delta = Mapping[Place, Difference]
"""Every place of either state, those that do not differ included."""


def compare(before: State, after: State) -> Delta:
    """What has to happen to the one to be the other."""
    return {place: difference(place, before.get(place), after.get(place)) for place in sorted({*before, *after})}


def difference(place: Place, before: Unit | None, after: Unit | None) -> Difference:
    old, new = instances_of(before), instances_of(after)
    both = sorted(old.keys() & new.keys())
    return Difference(
        place,
        before,
        after,
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        changed=tuple(account for account in both if old[account] != new[account]),
        same=tuple(account for account in both if old[account] == new[account]),
    )


def instances_of(unit: Unit | None) -> Mapping[AccountId, Instance]:
    return unit.instances if unit else {}
