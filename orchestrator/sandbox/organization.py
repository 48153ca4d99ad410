"""The organization's tree: accounts, organizational units, policies and delegated administrators, as the management account knows them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

JOINED = datetime(2024, 1, 15, tzinfo=UTC)
STACKSETS_PRINCIPAL = "member.org.stacksets.cloudformation.amazonaws.com"
UNUSABLE_STATES = frozenset({"SUSPENDED", "CLOSED"})


@dataclass(slots=True)
class Account:
    """``parent`` is the id of an OU or of the root; ``state`` one of Organizations' five account states."""

    id: str
    name: str
    email: str
    parent: str
    state: str = "ACTIVE"
    tags: dict[str, str] = field(default_factory=dict)
    was_tagged: bool = False

    @property
    def is_usable(self) -> bool:
        return self.state not in UNUSABLE_STATES


@dataclass(slots=True)
class Unit:
    id: str
    name: str
    parent: str
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Policy:
    id: str
    name: str
    type: str
    targets: list[str]
    document: str


@dataclass(slots=True)
class Organization:
    """Ids are exactly those of the snapshot. ``delegated`` maps service principals to account ids.

    ``features`` is ALL, or CONSOLIDATED_BILLING: accounts that share their bills and nothing else.
    """

    id: str
    management_account: str
    root: str
    accounts: dict[str, Account] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    delegated: dict[str, list[str]] = field(default_factory=dict)
    root_tags: dict[str, str] = field(default_factory=dict)
    features: str = "ALL"

    @property
    def has_all_features(self) -> bool:
        return self.features == "ALL"

    def arn(self, kind: str, item: str) -> str:
        return f"arn:aws:organizations::{self.management_account}:{kind}/{self.id}/{item}"

    def is_delegated(self, account: str) -> bool:
        return any(account in accounts for accounts in self.delegated.values())

    def ancestors(self, parent: str) -> Iterator[str]:
        """Ids from a unit up to the root, both included."""
        while parent in self.units:
            yield parent
            parent = self.units[parent].parent
        yield self.root

    def path_of(self, parent: str, item: str = "") -> str:
        """AWS's path form: ``o-x/r-x/ou-a/.../item/``."""
        parts = [self.id, *reversed(list(self.ancestors(parent))), *([item] if item else [])]
        return "/".join(parts) + "/"

    def named_path(self, parent: str) -> str:
        """The snapshot's path form: ``/Workloads/Prod``, or ``/`` for the root."""
        names = [self.units[unit].name for unit in self.ancestors(parent) if unit in self.units]
        return "/" + "/".join(reversed(names))

    def unit_at(self, path: str) -> str:
        """The id of the unit at a path of names, of a unit's id, or of the root.

        Raises KeyError when there is none.
        """
        if path in {"/", self.root} or path in self.units:
            return self.root if path == "/" else path
        for unit in self.units:
            if self.named_path(unit) == path.rstrip("/"):
                return unit
        raise KeyError(f"no organizational unit {path}")

    def members_below(self, parents: Iterable[str]) -> dict[str, str]:
        """Every account in or below the given units, with the given unit it was found under; never the management account."""
        wanted = tuple(dict.fromkeys(parents))
        above = {unit: next((up for up in self.ancestors(unit) if up in wanted), None) for unit in (self.root, *self.units)}
        return {
            account.id: found
            for account in self.accounts.values()
            if account.id != self.management_account and (found := above.get(account.parent)) is not None
        }
