"""Where accounts sit: counted by organizational unit, with the exceptions by name, or each by name."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from orchestrator.model.counts import pieces_of
from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import Target

MOST_PLACES = 12
"""More organizational units than that are shown by their parents, and if those are as many, the largest."""
NAMED = 5
"""As many accounts are named instead of counted."""
EXCEPTIONS = 3
"""As many accounts of a unit that are not among them are named."""

Targets = Mapping[AccountId, Target]


@dataclass(frozen=True, slots=True)
class Place:
    """Accounts of one organizational unit, and ``others`` there that the plan changes; with ``is_parent``, of the units below it too."""

    path: str
    accounts: tuple[AccountId, ...]
    others: tuple[AccountId, ...] = ()
    is_parent: bool = False

    @property
    def name(self) -> str:
        return f"{self.path or 'not found'}{' and below' if self.is_parent else ''}"


def where(accounts: Collection[AccountId], targets: Targets, opened_by: str = "") -> list[str]:
    """Few accounts by name, many counted by organizational unit, in pieces; ``opened_by`` says what lists the units that are left out."""
    if len(accounts) <= NAMED:
        return pieces_of([named_in_unit(account, targets) for account in sorted(accounts)], "account")
    places = group_places(accounts, targets)
    shown = places if len(places) <= MOST_PLACES else sorted(places, key=lambda place: (-len(place.accounts), place.path))
    return pieces_of([place_words(place, targets) for place in shown], "unit", MOST_PLACES, opened_by=opened_by)


def place_words(place: Place, targets: Targets) -> str:
    """``/Workloads/Prod 11 of 12 (not 111111111111 payments)``: of those that the plan changes there; a single one by name."""
    if len(place.accounts) == 1:
        return named_in_unit(place.accounts[0], targets)
    count = f"{place.name} {len(place.accounts):,}"
    if not place.others:
        return count
    missing = f" (not {', '.join(named(account, targets) for account in place.others)})" if len(place.others) <= EXCEPTIONS else ""
    return f"{count} of {len(place.accounts) + len(place.others):,}{missing}"


def named(account: AccountId, targets: Targets) -> str:
    return f"{account} {targets[account].name}".rstrip() if account in targets else account


def named_in_unit(account: AccountId, targets: Targets) -> str:
    return f"{named(account, targets)} in {targets[account].ou}" if account in targets else f"{account} (not found)"


def group_places(accounts: Iterable[AccountId], targets: Targets, most: int = MOST_PLACES) -> tuple[Place, ...]:
    """The units the accounts sit in, or their parents where there are more than ``most``; more than that only at the top level."""
    paths = {account: targets[account].ou if account in targets else "" for account in accounts}
    deepest = max((depth(path) for path in paths.values()), default=0)
    for level in range(deepest, 0, -1):
        places = places_at(paths, level, targets)
        if len(places) <= most:
            return places
    return places_at(paths, 1, targets)


def places_at(paths: Mapping[AccountId, str], level: int, targets: Targets) -> tuple[Place, ...]:
    found: dict[str, list[AccountId]] = defaultdict(list)
    others: dict[str, list[AccountId]] = defaultdict(list)
    for account, path in paths.items():
        found[ancestor(path, level)].append(account)
    for account, target in targets.items():
        if account not in paths and (parent := ancestor(target.ou, level)) in found:
            others[parent].append(account)
    parents = {ancestor(path, level) for path in paths.values() if ancestor(path, level) != path}
    return tuple(Place(path, tuple(sorted(ids)), tuple(sorted(others[path])), path in parents) for path, ids in sorted(found.items()))


def depth(path: str) -> int:
    return len([part for part in path.split("/") if part])


def ancestor(path: str, level: int) -> str:
    return path if depth(path) <= level else "/".join(path.split("/")[: level + 1])


def account_rows(accounts: Iterable[AccountId], targets: Targets) -> list[Sequence[str]]:
    """Each account with its name, for a table."""
    return [(account, targets[account].name if account in targets else "") for account in accounts]
