"""When each account is changed: in its wave, unless it has to wait for others; repairs a few at a time, old hubs last."""

from collections.abc import Iterable, Mapping
from collections.abc import Sequence as Ordered
from dataclasses import dataclass

from orchestrator.model.identifiers import AccountId
from orchestrator.model.state import Condition
from orchestrator.planning.batches import blocks
from orchestrator.planning.changes import PlaceChange, loses_windows

Accounts = tuple[AccountId, ...]

FEW = 5
"""As many accounts are repaired side by side."""
MOST_BLOCKS = 20


@dataclass(frozen=True, slots=True)
class Stage:
    """A wave without its repairs, a block of these, or the end of the last wave, in which old hubs go.

    ``accounts`` are those whose turn it is.
    """

    wave: str
    accounts: frozenset[AccountId]
    old_hubs: frozenset[AccountId]
    is_end: bool

    def share(self, change: PlaceChange) -> PlaceChange:
        """What is installed now."""
        return change.narrowed(lambda account: account in self.accounts)

    def going(self, change: PlaceChange) -> Accounts:
        """The instances that are deleted now, for good or to be made anew."""
        return tuple(account for account in (*change.replace, *change.delete) if self.is_time(change, account))

    def is_time(self, change: PlaceChange, account: AccountId) -> bool:
        return self.is_end if goes_last(change, account, self.old_hubs) else account in self.accounts


def stages_of(
    changes: Ordered[PlaceChange], waves: Mapping[AccountId, str], wave_names: Ordered[str], hub: AccountId | None
) -> tuple[Stage, ...]:
    """One per wave, one per block of its repairs, and the end."""
    old_hubs, names = old_hubs_in(changes, hub), (*wave_names, wave_names[-1])
    turns = postponed({account: wave_names.index(wave) for account, wave in waves.items()}, changes, old_hubs, end=len(wave_names))
    members = [frozenset(account for account, turn in turns.items() if turn == position) for position in range(len(names))]
    repaired = frozenset(account for change in changes for account in change.revisions)
    in_waves = [
        Stage(name, part, old_hubs, is_end=False)
        for name, accounts in zip(wave_names, members, strict=False)
        for part in parts_of(accounts, repaired)
    ]
    return (*in_waves, Stage(names[-1], members[-1], old_hubs, is_end=True))


def parts_of(members: frozenset[AccountId], repaired: frozenset[AccountId]) -> tuple[frozenset[AccountId], ...]:
    """Those without repairs, then the others: one, and if that went well a few at a time, or a twentieth of very many."""
    ordered = sorted(members & repaired)
    size = max(FEW, -(-len(ordered) // MOST_BLOCKS))
    return (members - repaired, *(frozenset(part) for part in (ordered[:1], *blocks(ordered[1:], size)) if part))


def old_hubs_in(changes: Iterable[PlaceChange], hub: AccountId | None) -> frozenset[AccountId]:
    """Accounts that lose a hub role which another account has or gets."""
    roles = [change for change in changes if change.group_set is None and change.role.is_hub]
    wanted = {role.role for role in roles if role.difference.after is not None}
    return frozenset(account for role in roles if role.role in wanted for account in role.delete) - {hub}


def postponed(
    turns: Mapping[AccountId, int], changes: Ordered[PlaceChange], old_hubs: frozenset[AccountId], end: int
) -> Mapping[AccountId, int]:
    """An account waits where the definition it needs cannot be had before others are gone: an update without targets would reach them.

    Nothing is taken from an account ahead of its wave instead.
    """
    found = dict(turns)
    waiting = [change for change in changes if is_waiting(change, old_hubs)]
    while True:
        before = dict(found)
        for change in waiting:
            leaving = (end if goes_last(change, account, old_hubs) else found[account] for account in (*change.replace, *change.delete))
            turn = max(leaving, default=0)
            found.update({account: max(turn, found[account]) for account in (*change.create, *change.replace)})
        if found == before:
            return found


def is_waiting(change: PlaceChange, old_hubs: frozenset[AccountId]) -> bool:
    """Its new definition cannot be had before others are gone."""
    return change.difference.is_redefined and change.is_installing and not bearers(change, old_hubs)


def goes_last(change: PlaceChange, account: AccountId, old_hubs: frozenset[AccountId]) -> bool:
    """What an old hub holds, but for a group set that the new hub would wait for."""
    if account not in old_hubs or not change.role.is_hub:
        return False
    return change.group_set is None or not is_waiting(change, old_hubs)


def bearers(change: PlaceChange, old_hubs: frozenset[AccountId]) -> Accounts:
    """Accounts that a new definition can be given to first: those it is for, or else an old hub on its way out.

    An old hub keeps working until the new one does, so it is not emptied first.
    """
    if change.update:
        return change.update
    before, after = change.difference.before, change.difference.after
    if before is None or after is None or not change.role.is_hub or loses_windows(before, after):
        return ()
    healthy = (account for account in change.delete if before.instances[account].condition is not Condition.INOPERABLE)
    return tuple(account for account in healthy if account in old_hubs)
