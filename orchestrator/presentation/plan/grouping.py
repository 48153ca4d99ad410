"""Thousands of changes as a few lines: equal reasons, equal accounts and equal places are shown once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import ChangeKind, Plan, Target

MOST_PLACES = 12
"""More organizational units than that are shown by their parents."""


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The same change for the same reason in the same accounts; ``subjects`` are group sets, or StackSets of roles."""

    change: ChangeKind
    subjects: tuple[str, ...]
    because: str
    accounts: tuple[AccountId, ...]


def group_changes(plan: Plan) -> tuple[ChangeGroup, ...]:
    """Every change once, grants first, the most accounts first."""
    accounts: dict[tuple[ChangeKind, str, str], list[AccountId]] = defaultdict(list)
    for change in plan.changes:
        accounts[change.change, change.because, change.group_set or f"role set {change.stack_set}"].extend(change.accounts)
    subjects: dict[tuple[ChangeKind, str, tuple[AccountId, ...]], list[str]] = defaultdict(list)
    for (kind, because, subject), found in accounts.items():
        subjects[kind, because, tuple(sorted(found))].append(subject)
    groups = (ChangeGroup(kind, tuple(sorted(names)), because, ids) for (kind, because, ids), names in subjects.items())
    kinds = list(ChangeKind)
    return tuple(sorted(groups, key=lambda group: (kinds.index(group.change), -len(group.accounts), group.subjects, group.because)))


@dataclass(frozen=True, slots=True)
class Place:
    """Accounts of one organizational unit; with ``is_parent``, of those below it too."""

    path: str
    accounts: tuple[AccountId, ...]
    is_parent: bool = False

    @property
    def name(self) -> str:
        return f"{self.path or 'not found'}{' and below' if self.is_parent else ''}"


def group_places(accounts: Iterable[AccountId], targets: Mapping[AccountId, Target], most: int = MOST_PLACES) -> tuple[Place, ...]:
    """Where the accounts sit, in at most ``most`` places unless the top level alone has more."""
    paths = {account: targets[account].ou if account in targets else "" for account in accounts}
    deepest = max((depth(path) for path in paths.values()), default=0)
    for level in range(deepest, 0, -1):
        places = places_at(paths, level)
        if len(places) <= most:
            return places
    return places_at(paths, 1)


def places_at(paths: Mapping[AccountId, str], level: int) -> tuple[Place, ...]:
    found: dict[str, list[AccountId]] = defaultdict(list)
    parents = set()
    for account, path in paths.items():
        parent = ancestor(path, level)
        found[parent].append(account)
        if parent != path:
            parents.add(parent)
    return tuple(Place(path, tuple(sorted(ids)), path in parents) for path, ids in sorted(found.items()))


def depth(path: str) -> int:
    return len([part for part in path.split("/") if part])


def ancestor(path: str, level: int) -> str:
    return path if depth(path) <= level else "/".join(path.split("/")[: level + 1])
