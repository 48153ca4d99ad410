"""Which IAM actions which accounts gain and lose: read from the templates themselves, old and new, scope and conditions included."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase

from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import PermissionChange
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import Condition, Definition
from orchestrator.planning.diff import Difference
from orchestrator.templates.reading import Permission, granted_permissions

RoleOf = Callable[[Difference], RoleKind]
Moves = Mapping[tuple[AccountId, RoleKind], tuple[set[Permission], set[Permission]]]


def permission_changes(differences: Iterable[Difference], role_of: RoleOf) -> tuple[PermissionChange, ...]:
    """Rows of equal gains and losses with the number of accounts, largest first.

    An action whose resources or conditions change is gained in its new scope and lost in its old one. An OUTDATED instance
    that is repaired counts as a gain: nobody knows what it holds now. So does a window that is opened or moved.
    """
    moves: dict[tuple[AccountId, RoleKind], tuple[set[Permission], set[Permission]]] = {}
    for difference in differences:
        if difference.group_set is None or difference.observed.is_foreign:
            continue
        for account in difference.touched:
            gained, lost = moves.setdefault((account, role_of(difference)), (set(), set()))
            before, after = held_before(difference, account), held_after(difference, account)
            gained |= after - before
            lost |= before - after
    rows = Counter((role, actions(gained - lost), actions(lost - gained)) for (_, role), (gained, lost) in moves.items())
    ordered = sorted(rows.items(), key=lambda row: (-row[1], row[0]))
    return tuple(PermissionChange(count, role, gains, loses) for (role, gains, loses), count in ordered if gains or loses)


def held_before(difference: Difference, account: AccountId) -> frozenset[Permission]:
    instance = difference.observed.instances.get(account)
    if difference.wanted is not None and account in difference.wanted.windows:
        return frozenset()
    if instance is None or (instance.condition is not Condition.CURRENT and account not in difference.delete):
        return frozenset()
    return permissions_of(difference.observed.definition)


def held_after(difference: Difference, account: AccountId) -> frozenset[Permission]:
    return frozenset() if account in difference.delete or difference.wanted is None else permissions_of(difference.wanted.definition)


def permissions_of(definition: Definition | None) -> frozenset[Permission]:
    return granted_permissions(definition) if definition else frozenset()


def actions(permissions: Iterable[Permission]) -> tuple[str, ...]:
    return tuple(sorted({action for action, _ in permissions}))


def sensitive_notices(changes: Iterable[PermissionChange], patterns: Iterable[str]) -> tuple[str, ...]:
    """One line per sensitive action that somebody newly gets, with the number of accounts and the roles."""
    patterns = tuple(pattern.lower() for pattern in patterns)
    counts: Counter[tuple[str, RoleKind]] = Counter()
    for change in changes:
        counts.update({(action, change.role): change.accounts for action in change.gains if is_sensitive(action, patterns)})
    return tuple(
        f"sensitive: {action} newly granted to the {role} role in {count} accounts" for (action, role), count in sorted(counts.items())
    )


def is_sensitive(action: str, patterns: Iterable[str]) -> bool:
    """Actions compare without regard to case. A granted wildcard is sensitive when it could mean a sensitive action."""
    action = action.lower()
    return any(fnmatchcase(action, pattern) or ("*" in action and fnmatchcase(pattern, action)) for pattern in patterns)
