"""What happens in each place, account by account: read off the difference between what is observed and what is desired."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.plan import ChangeKind
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
    deleted stay in the accounts. ``interim``: the definition it has until an old hub is gone.
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


def place_change(
    difference: Difference, role: RoleKind, group_set: GroupSetName | None, wanted: Wanted | None, *, retains: bool = False
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
    needs: dict[ChangeKind | None, list[AccountId]] = {kind: [] for kind in (None, *ChangeKind)}
    for account in difference.kept:
        need = need_of(before.instances[account], after.instances[account], is_changing=difference.is_redefined or account in opened)
        needs[need].append(account)
    stale = needs[ChangeKind.UPDATE] if not difference.place.is_stack and loses_windows(before, after) else []
    broken = [account for account in needs[ChangeKind.REPAIR] if is_beyond_update(before.instances[account])]
    return replace(
        change,
        update=tuple(sorted({*needs[ChangeKind.UPDATE], *needs[ChangeKind.REPAIR]} - {*stale, *broken})),
        replace=tuple(sorted((*stale, *broken))),
        windows=opened,
    )


def need_of(before: Instance, after: Instance, *, is_changing: bool) -> ChangeKind | None:
    """What an instance needs that is there and stays. ``is_changing``: its definition or its window does."""
    if after.condition is not Condition.CURRENT:
        return None
    if is_beyond_update(before) and not is_beyond_update(after):
        return ChangeKind.REPAIR
    if is_changing:
        return ChangeKind.UPDATE
    return ChangeKind.REPAIR if before.condition is Condition.OUTDATED else None


def is_beyond_update(instance: Instance) -> bool:
    """It has to be deleted and made anew: StackSets passes over INOPERABLE ones, and an update leaves drift as it is."""
    return instance.condition is Condition.INOPERABLE or instance.is_altered


def loses_windows(before: Unit, after: Unit) -> bool:
    """A temporary set became permanent: AWS updates no instance whose overrides the template does not know any more."""
    return NOT_BEFORE in before.definition.parameters and NOT_BEFORE not in after.definition.parameters


def renew_with_roles(changes: Iterable[PlaceChange]) -> tuple[PlaceChange, ...]:
    """The same, with the group sets replaced wherever the role they attach to is.

    A role that is replaced takes its inline policies with it, and IAM deletes no role while policies hang on it.
    """
    found = tuple(changes)
    roles = {(change.role, account) for change in found if change.group_set is None for account in change.replace}
    return tuple(
        renew(change, {account for role, account in roles if role is change.role}) if change.group_set else change for change in found
    )


def renew(group: PlaceChange, accounts: set[AccountId]) -> PlaceChange:
    """Replaced are those that stay or are updated; what is on its way out stays so."""
    moved = frozenset(account for account in (*group.update, *group.left) if account in accounts)
    if not moved:
        return group
    update = tuple(account for account in group.update if account not in moved)
    return replace(group, update=update, replace=tuple(sorted({*group.replace, *moved})), renewed=moved)
