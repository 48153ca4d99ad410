"""How two states differ. A plan, a stale plan, a verification, a status, and whether an unfinished plan is still wanted are
readings of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.model.identifiers import AccountId
from orchestrator.model.state import Definition, Instance, Place, State, Unit


@dataclass(frozen=True, slots=True)
class Difference:
    """How one place differs; None: nothing is deployed there. Accounts have an instance ``added`` or ``removed``, or before and after."""

    place: Place
    before: Unit | None
    after: Unit | None
    added: tuple[AccountId, ...]
    removed: tuple[AccountId, ...]
    kept: tuple[AccountId, ...]

    @property
    def is_redefined(self) -> bool:
        """Its template, parameters or tags change."""
        return self.before is not None and self.after is not None and self.before.definition != self.after.definition

    @property
    def is_foreign(self) -> bool:
        """The name belongs to something that is not ours: it is never changed, though ``after`` may be what should stand there."""
        return self.before is not None and self.before.is_foreign

    @property
    def is_blocked(self) -> bool:
        """What should stand there cannot, because of something that is not ours."""
        return self.is_foreign and self.after is not None and not self.after.is_foreign

    @property
    def stops_auto_deployment(self) -> bool:
        """It deploys to accounts that join its units, and should not."""
        return self.before is not None and self.before.auto_deploys and not (self.after and self.after.auto_deploys)

    def changed(self) -> tuple[tuple[AccountId, Instance, Instance], ...]:
        """The instances that stay and become others, before and after."""
        old, new = instances_of(self.before), instances_of(self.after)
        return tuple((account, old[account], new[account]) for account in self.kept if old[account] != new[account])


Delta = Mapping[Place, Difference]
"""Every place of either state, those that do not differ included."""


def compare(before: State, after: State) -> Delta:
    """What has to happen to the one to be the other."""
    return {place: difference_of(place, before.get(place), after.get(place)) for place in sorted({*before, *after})}


def difference_of(place: Place, before: Unit | None, after: Unit | None) -> Difference:
    old, new = instances_of(before).keys(), instances_of(after).keys()
    return Difference(place, before, after, tuple(sorted(new - old)), tuple(sorted(old - new)), tuple(sorted(old & new)))


def instances_of(unit: Unit | None) -> Mapping[AccountId, Instance]:
    return unit.instances if unit else {}


def changed_parts(before: Definition, now: Definition) -> list[str]:
    """How two definitions differ, by name alone: the values of parameters may be secret."""
    parameters = sorted(key for key in {*before.parameters, *now.parameters} if before.parameters.get(key) != now.parameters.get(key))
    tags = sorted(key for key in {*before.tags, *now.tags} if before.tags.get(key) != now.tags.get(key))
    return [
        *(["template"] if before.template != now.template else []),
        *([f"parameters ({', '.join(parameters)})"] if parameters else []),
        *([f"tags ({', '.join(tags)})"] if tags else []),
    ]
