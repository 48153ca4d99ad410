"""How a plan changes what roles may do: what they are allowed in the state observed against the state it leads to."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase

from orchestrator.model.counts import counted
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.permission import PermissionChange, ScopeChange
from orchestrator.model.powerful_actions import powers_of
from orchestrator.model.roles import RoleKind
from orchestrator.model.state import Condition, Instance, Place, State, Window, ours
from orchestrator.permissions.allowances import Allowances, allowances, blocks_of, scope_of, union
from orchestrator.permissions.difference import ActionChange, compare_allowances
from orchestrator.temporary.windows import window_parameters

PARTITION = "AWS::Partition"

RoleOf = Callable[[Place], RoleKind | None]
"""The role a group set attaches to; None for a role set."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The inline policy of one group set on one role."""

    place: Place
    window: Window | None


Policies = frozenset[Policy]
Holdings = Mapping[tuple[RoleKind, AccountId], Policies]
NONE: Policies = frozenset()

ORDER: Mapping[ScopeChange, int] = {change: number for number, change in enumerate(ScopeChange)}
"""What allows more comes first."""

GRANTED: Mapping[ScopeChange, str] = {
    ScopeChange.NEW: "newly granted",
    ScopeChange.WIDER: "granted more widely",
    ScopeChange.OTHER: "granted otherwise",
}


@dataclass(slots=True)
class Reader:
    """What the policies of a state allow. Each is read once, however many accounts hold it."""

    state: State
    partition: str
    now: datetime
    known: dict[Policy, Allowances] = field(default_factory=dict)

    def allowed(self, policies: Policies) -> Allowances:
        return union(map(self.read, policies))

    def read(self, policy: Policy) -> Allowances:
        if policy not in self.known:
            overrides = {PARTITION: self.partition, **(window_parameters(policy.window) if policy.window else {})}
            self.known[policy] = allowances(self.state[policy.place].definition, overrides, self.now)
        return self.known[policy]


@dataclass(frozen=True, slots=True)
class Alike:
    """The accounts in which one role holds the same policies before and the same after."""

    role: RoleKind
    before: Policies
    after: Policies
    accounts: tuple[AccountId, ...]


@dataclass(slots=True)
class Reasons:
    """Why the plan changes a StackSet in an account; looked up once per group of accounts."""

    known: Mapping[tuple[StackSetName, AccountId], str]
    found: dict[tuple[StackSetName, int], tuple[str, ...]] = field(default_factory=dict)

    def of(self, name: StackSetName, alike: Alike) -> tuple[str, ...]:
        key = (name, id(alike))
        if key not in self.found:
            self.found[key] = tuple(dict.fromkeys(self.known.get((name, account), "") for account in alike.accounts))
        return self.found[key]


@dataclass(slots=True)
class Row:
    """Actions that change alike, and the accounts in which they do."""

    changes: list[ActionChange]
    where: tuple[Alike, ...]

    def as_change(self, because: tuple[str, ...]) -> PermissionChange:
        first = self.changes[0]
        return PermissionChange(
            accounts=sum(len(alike.accounts) for alike in self.where),
            role=self.where[0].role,
            change=first.change,
            actions=tuple(sorted(change.action for change in self.changes)),
            before=blocks_of(first.before),
            after=blocks_of(first.after),
            because=because,
        )


def permission_changes(
    before: Reader, after: Reader, accounts: Collection[AccountId], role_of: RoleOf, reasons: Reasons
) -> tuple[PermissionChange, ...]:
    """Actions that change alike in the same accounts as one row: by role, the widest change and the most accounts first.

    What a role may do all the while is in no row. What an instance allows that is not as its definition says is unknown and counts
    for nothing, so that its repair is shown as new.
    """
    found: dict[tuple[RoleKind, ActionChange], list[Alike]] = defaultdict(list)
    for alike in sort_alike(before.state, after.state, accounts, role_of):
        for change in compare_allowances(before.allowed(alike.before), after.allowed(alike.after)):
            found[alike.role, change].append(alike)
    rows: dict[tuple[object, ...], Row] = {}
    for (role, change), where in found.items():
        key = (role, change.change, change.before, change.after, *map(id, where))
        rows.setdefault(key, Row([], tuple(where))).changes.append(change)
    made = (row.as_change(because(row, before, after, reasons)) for row in rows.values())
    return tuple(sorted(made, key=lambda row: (row.role, ORDER[row.change], -row.accounts, row.actions)))


def because(row: Row, before: Reader, after: Reader, reasons: Reasons) -> tuple[str, ...]:
    """The reasons of the changes that move one of the row's actions."""
    actions = [change.action for change in row.changes]
    found = (
        reason
        for alike in row.where
        for policy in sorted(moved(actions, alike, before, after), key=lambda policy: policy.place)
        for reason in reasons.of(policy.place.name, alike)
    )
    return tuple(filter(None, dict.fromkeys(found)))


def moved(actions: Sequence[str], alike: Alike, before: Reader, after: Reader) -> Iterator[Policy]:
    """The policies that allow one of these actions otherwise than before."""
    for policy in alike.before | alike.after:
        old = before.read(policy) if policy in alike.before else {}
        new = after.read(policy) if policy in alike.after else {}
        if any(scope_of(action, old) != scope_of(action, new) for action in actions):
            yield policy


def sort_alike(before: State, after: State, accounts: Collection[AccountId], role_of: RoleOf) -> Iterator[Alike]:
    old = holdings(before, accounts, role_of, lambda place, account, instance: is_known(instance) or not is_in(after, place, account))
    new = holdings(after, accounts, role_of, lambda *_: True)
    found: dict[tuple[RoleKind, Policies, Policies], list[AccountId]] = defaultdict(list)
    for role, account in sorted({*old, *new}):
        found[role, old.get((role, account), NONE), new.get((role, account), NONE)].append(account)
    for (role, held, wanted), alike in found.items():
        yield Alike(role, held, wanted, tuple(alike))


def holdings(
    state: State, accounts: Collection[AccountId], role_of: RoleOf, counts: Callable[[Place, AccountId, Instance], bool]
) -> Holdings:
    """The policies each role holds in these accounts, as far as an instance ``counts``."""
    wanted, found = frozenset(accounts), defaultdict[tuple[RoleKind, AccountId], set[Policy]](set)
    for place, unit in ours(state).items():
        role = role_of(place)
        for account in (wanted & unit.instances.keys()) if role is not None else ():
            instance = unit.instances[account]
            if role is not None and counts(place, account, instance):
                found[role, account].add(Policy(place, instance.window))
    return {key: frozenset(policies) for key, policies in found.items()}


def is_known(instance: Instance) -> bool:
    return instance.condition is Condition.CURRENT and not instance.is_altered


def is_in(state: State, place: Place, account: AccountId) -> bool:
    return place in state and account in state[place].instances


def sensitive_notices(changes: Iterable[PermissionChange], patterns: Iterable[str]) -> tuple[str, ...]:
    """The sensitive actions that a role may do more with than before, and why; those that it gets in as many accounts in one line."""
    patterns = tuple(pattern.lower() for pattern in patterns)
    counts: Counter[tuple[RoleKind, ScopeChange, str]] = Counter()
    for row in changes:
        counts.update({(row.role, row.change, action): row.accounts for action in row.gains if is_sensitive(action, patterns)})
    alike: dict[tuple[RoleKind, ScopeChange, int], list[str]] = {}
    for (role, change, action), count in sorted(counts.items()):
        alike.setdefault((role, change, count), []).append(action)
    return tuple(
        f"sensitive, {GRANTED[change]} to the {role} role in {counted(count, 'account')}: {'; '.join(with_reasons(found))}"
        for (role, change, count), found in alike.items()
    )


def with_reasons(actions: Iterable[str]) -> Iterator[str]:
    """``ec2:ModifySnapshotAttribute: can share a disk's content``; actions with the same reason together."""
    reasons: dict[str, list[str]] = {}
    for action in actions:
        reasons.setdefault(" and ".join(dict.fromkeys(power.why for power in powers_of(action))), []).append(action)
    return (f"{', '.join(found)}: {why}" if why else ", ".join(found) for why, found in reasons.items())


def is_sensitive(action: str, patterns: Iterable[str]) -> bool:
    """Actions compare without regard to case. A granted wildcard is sensitive when it could mean a sensitive action."""
    action = action.lower()
    return any(fnmatchcase(action, pattern) or ("*" in action and fnmatchcase(pattern, action)) for pattern in patterns)
