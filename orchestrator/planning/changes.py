"""What happens in each place, account by account: read off the difference between what is observed and what is desired."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from orchestrator.model.alteration import Alteration, Revision
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import Condition, Definition, Instance, Place, Unit, Window
from orchestrator.planning.delta import Difference, instances_of
from orchestrator.planning.grants import Wanted
from orchestrator.temporary.windows import NOT_BEFORE

Accounts = tuple[AccountId, ...]


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """What a difference means for each account; ``group_set`` is None for a role set. ``windows`` are those that are opened or moved.

    Instances of ``replace`` are deleted and made anew, ``renewed`` among them because their role is. ``retains``: stacks of what is
    deleted stay in the accounts. ``interim``: the definition it has until an old hub is gone. ``revisions`` are those of accounts in which
    something was altered that is repaired.
    """

    difference: Difference
    role: RoleKind
    group_set: GroupSetName | None
    create: Accounts = ()
    update: Accounts = ()
    replace: Accounts = ()
    delete: Accounts = ()
    renewed: frozenset[AccountId] = frozenset()
    windows: Mapping[AccountId, Window] = field(default_factory=dict)
    retains: bool = False
    interim: Definition | None = None
    revisions: Mapping[AccountId, Revision] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return self.difference.place

    @property
    def held(self) -> Mapping[AccountId, Instance]:
        """The instances observed."""
        return instances_of(self.difference.before)

    @property
    def definition(self) -> Definition | None:
        """What is deployed in the end; None when it goes."""
        return self.difference.after.definition if self.difference.after else None

    @property
    def first_definition(self) -> Definition | None:
        """What is deployed until an old hub is gone; where none is, the only definition."""
        return self.interim or self.definition

    @property
    def remaining(self) -> Accounts:
        """The accounts that hold it in the end, without those that stay in it as they are."""
        return tuple(sorted((*self.create, *self.update, *self.replace)))

    @property
    def is_installing(self) -> bool:
        """Something is granted, updated or replaced."""
        return bool(self.create or self.update or self.replace)

    @property
    def touched(self) -> frozenset[AccountId]:
        """The accounts that change."""
        return frozenset((*self.create, *self.update, *self.replace, *self.delete))

    @property
    def left(self) -> Accounts:
        """The accounts that stay in it as they are."""
        return tuple(sorted(self.held.keys() - self.touched))

    def narrowed(self, is_here: Callable[[AccountId], bool]) -> "PlaceChange":
        """The same for some of its accounts, without the deletions."""
        create, update, replaced = (tuple(filter(is_here, part)) for part in (self.create, self.update, self.replace))
        return replace(self, create=create, update=update, replace=replaced, delete=())


class Need(Enum):
    """What an instance needs that is there and stays."""

    NOTHING = auto()
    UPDATE = auto()
    REPLACEMENT = auto()


def place_change(
    difference: Difference,
    role: RoleKind,
    group_set: GroupSetName | None,
    wanted: Wanted | None,
    *,
    retains: bool = False,
    may_replace_roles: bool = False,
) -> PlaceChange:
    """``wanted`` is what the rules want there in full; the difference may stop short of that."""
    before, after = difference.before, difference.after
    change = PlaceChange(difference, role, group_set, create=difference.added, delete=difference.removed, retains=retains)
    if after is None:
        return change
    opened = {
        account: window
        for account, window in (wanted.windows if wanted else {}).items()
        if after.instances.get(account) == Instance(window=window)
    }
    if before is None:
        return replace(change, windows=opened)
    needs: dict[Need, list[AccountId]] = {need: [] for need in Need}
    revisions: dict[AccountId, Revision] = {}
    is_beyond_update = not difference.place.is_stack and loses_windows(before, after)
    for account in difference.kept:
        alteration = alteration_to_repair(before.instances[account], after.instances[account])
        if alteration and group_set is None and not (may_replace_roles or alteration.is_gone):
            alteration = replace(alteration, lasting=())
        is_changing = difference.is_redefined or account in opened
        need = need_of(before.instances[account], after.instances[account], alteration, is_changing=is_changing)
        needs[Need.REPLACEMENT if need is Need.UPDATE and is_beyond_update else need].append(account)
        if alteration and alteration.needs_repair:
            revisions[account] = alteration.revision
    update, replaced = tuple(needs[Need.UPDATE]), tuple(needs[Need.REPLACEMENT])
    return replace(change, update=update, replace=replaced, windows=opened, revisions=revisions)


def need_of(before: Instance, after: Instance, alteration: Alteration | None, *, is_changing: bool) -> Need:
    """``alteration`` is what a repair puts back; ``is_changing``: the definition or the window does."""
    if after.condition is not Condition.CURRENT:
        return Need.NOTHING
    if before.condition is Condition.INOPERABLE or (alteration and alteration.lasting):
        return Need.REPLACEMENT  # StackSets passes over INOPERABLE ones.
    is_rewritten = alteration is not None and alteration.needs_repair
    return Need.UPDATE if is_changing or is_rewritten or before.condition is Condition.OUTDATED else Need.NOTHING


def alteration_to_repair(before: Instance, after: Instance) -> Alteration | None:
    """What was altered in an account and is not to stay; an account that is never changed keeps it."""
    return before.alteration if before.is_altered and not after.is_altered else None


def is_gone(instance: Instance) -> bool:
    """Its stack was deleted in the account."""
    return instance.alteration is not None and instance.alteration.is_gone


def loses_windows(before: Unit, after: Unit) -> bool:
    """A temporary set became permanent: AWS updates no instance whose overrides the template does not know any more."""
    return NOT_BEFORE in before.definition.parameters and NOT_BEFORE not in after.definition.parameters


def renew_with_roles(changes: Iterable[PlaceChange]) -> tuple[PlaceChange, ...]:
    """The same, with the group sets replaced wherever the role they attach to is.

    A role that is replaced takes its inline policies with it, and IAM deletes no role while policies hang on it. One whose stack is gone
    already has none, or stays as it is: then its policies do, too.
    """
    found = tuple(changes)
    replaced: dict[RoleKind, dict[AccountId, Revision | None]] = {}
    for role_set in (change for change in found if change.group_set is None):
        deleted = (account for account in role_set.replace if not is_gone(role_set.held[account]))
        revisions = {account: role_set.revisions.get(account) for account in deleted}
        replaced.setdefault(role_set.role, {}).update(revisions)
    return tuple(renew(change, replaced.get(change.role, {})) if change.group_set else change for change in found)


def renew(group: PlaceChange, roles: Mapping[AccountId, Revision | None]) -> PlaceChange:
    """Replaced are those that stay or are updated; what is on its way out stays so."""
    moved = frozenset(account for account in (*group.update, *group.left) if account in roles)
    if not moved:
        return group
    update = tuple(account for account in group.update if account not in moved)
    revisions = {account: revision for account in moved if (revision := roles[account]) is not None} | dict(group.revisions)
    return replace(group, update=update, replace=tuple(sorted({*group.replace, *moved})), renewed=moved, revisions=revisions)
