"""Which IAM actions which accounts gain and lose: read from the templates themselves, old and new, scope and conditions included."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.plan import PermissionChange
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import Condition, Definition, Instance
from orchestrator.planning.diff import Difference
from orchestrator.templates.reading import Permission, granted_permissions, is_unbounded

RoleOf = Callable[[Difference], RoleKind]
Permissions = frozenset[Permission]
Place = tuple[AccountId, RoleKind]
NONE: Permissions = frozenset()


@dataclass(frozen=True, slots=True)
class Carrier:
    """One group set in one place, and what its definition grants, old and new."""

    difference: Difference
    role: RoleKind
    old: Permissions
    new: Permissions

    def before(self, account: AccountId) -> Permissions:
        """Nothing is known to be held where an instance is not as defined, or where a window is about to be opened or moved."""
        instance = self.difference.instances.get(account)
        if self.difference.wanted is not None and account in self.difference.wanted.windows:
            return NONE
        if instance is None or not (is_as_defined(instance) or account in self.difference.delete):
            return NONE
        return self.old

    def after(self, account: AccountId) -> Permissions:
        return NONE if account in self.difference.delete else self.new


def is_as_defined(instance: Instance) -> bool:
    return instance.condition is Condition.CURRENT and not instance.is_drifted


def carriers(differences: Iterable[Difference], role_of: RoleOf) -> tuple[Carrier, ...]:
    """The group sets that are ours. Each definition is read once, however many accounts hold it."""
    return tuple(
        Carrier(
            difference,
            role_of(difference),
            permissions_of(difference.definition),
            permissions_of(difference.wanted.definition if difference.wanted else None),
        )
        for difference in differences
        if difference.group_set is not None and not difference.is_foreign
    )


def permissions_of(definition: Definition | None) -> Permissions:
    return granted_permissions(definition) if definition else NONE


@dataclass(slots=True)
class Movement:
    """What one role in one account gains and loses, and which change brings which part of it."""

    gained: set[Permission] = field(default_factory=set)
    lost: set[Permission] = field(default_factory=set)
    parts: list[tuple[str, Permissions]] = field(default_factory=list)

    def add(self, because: str, before: Permissions, after: Permissions) -> None:
        self.gained |= after - before
        self.lost |= before - after
        self.parts.append((because, after ^ before))

    def row(self, kept: Permissions) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Gains and losses as actions, net of each other and of what is kept."""
        return actions(self.gained - self.lost, kept), actions(self.lost - self.gained, kept)

    def reasons(self, moved: Collection[str]) -> tuple[str, ...]:
        """Of the changes that move one of these actions."""
        return tuple(because for because, part in self.parts if because and any(action in moved for action, _ in part))


Reasons = Mapping[tuple[StackSetName, AccountId], str]


def permission_changes(
    changing: Iterable[Difference], everything: Iterable[Difference], role_of: RoleOf, reasons: Reasons
) -> tuple[PermissionChange, ...]:
    """Rows of equal gains and losses with the number of accounts, largest first, and the reasons of the changes behind them.

    What the role holds all the while, through an instance of ``everything`` that stays as it is, is neither gained nor lost. An action
    whose resources or conditions change is gained in its new scope and lost in its old one. An OUTDATED instance that is repaired
    counts as a gain: nobody knows what it holds now. So does a window that is opened or moved.
    """
    moving = carriers(changing, role_of)
    movements: dict[Place, Movement] = {}
    for carrier in moving:
        for account in sorted(carrier.difference.touched):
            because = reasons.get((carrier.difference.place.name, account), "")
            movements.setdefault((account, carrier.role), Movement()).add(because, carrier.before(account), carrier.after(account))
    kept = kept_permissions(moving, carriers(everything, role_of), movements)
    rows: dict[tuple[RoleKind, tuple[str, ...], tuple[str, ...]], list[Movement]] = {}
    for (account, role), movement in movements.items():
        rows.setdefault((role, *movement.row(kept[account, role])), []).append(movement)
    ordered = sorted(rows.items(), key=lambda row: (-len(row[1]), row[0]))
    return tuple(
        PermissionChange(len(alike), role, gains, loses, told(alike, {*gains, *loses}))
        for (role, gains, loses), alike in ordered
        if gains or loses
    )


def told(movements: Iterable[Movement], moved: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(because for movement in movements for because in movement.reasons(moved)))


def kept_permissions(moving: Iterable[Carrier], everything: Iterable[Carrier], places: Iterable[Place]) -> Mapping[Place, Permissions]:
    """What each place holds through CURRENT instances that the plan leaves alone; places that hold alike share one set."""
    touched = {(carrier.difference.place.name, account) for carrier in moving for account in carrier.difference.touched}
    held: dict[Place, tuple[Carrier, ...]] = dict.fromkeys(places, ())
    for carrier in everything:
        for account, instance in carrier.difference.instances.items():
            place = (account, carrier.role)
            if place in held and is_as_defined(instance) and (carrier.difference.place.name, account) not in touched:
                held[place] += (carrier,)
    unions: dict[tuple[int, ...], Permissions] = {}
    for found in held.values():
        unions.setdefault(tuple(map(id, found)), NONE.union(*(carrier.old for carrier in found)))
    return {place: unions[tuple(map(id, found))] for place, found in held.items()}


def actions(permissions: Iterable[Permission], kept: Permissions) -> tuple[str, ...]:
    """The actions of those that ``kept`` does not grant anyway, in the same scope or in any."""
    anywhere = {action for action, _ in filter(is_unbounded, kept)}
    return tuple(sorted({action for action, scope in permissions if (action, scope) not in kept and action not in anywhere}))


def sensitive_notices(changes: Iterable[PermissionChange], patterns: Iterable[str]) -> tuple[str, ...]:
    """The sensitive actions that somebody newly gets, those that the same role gets in as many accounts in one line."""
    patterns = tuple(pattern.lower() for pattern in patterns)
    counts: Counter[tuple[RoleKind, str]] = Counter()
    for change in changes:
        counts.update({(change.role, action): change.accounts for action in change.gains if is_sensitive(action, patterns)})
    alike: dict[tuple[RoleKind, int], list[str]] = {}
    for (role, action), count in sorted(counts.items()):
        alike.setdefault((role, count), []).append(action)
    return tuple(
        f"sensitive: {', '.join(found)} newly granted to the {role} role in {count} account{'s' if count > 1 else ''}"
        for (role, count), found in alike.items()
    )


def is_sensitive(action: str, patterns: Iterable[str]) -> bool:
    """Actions compare without regard to case. A granted wildcard is sensitive when it could mean a sensitive action."""
    action = action.lower()
    return any(fnmatchcase(action, pattern) or ("*" in action and fnmatchcase(pattern, action)) for pattern in patterns)
