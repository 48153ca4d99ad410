"""Which rules stand behind a row of permissions: those whose group sets carry its actions, in accounts that change that way."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.operation import CreateStack, CreateStackSet, UpdateStack, UpdateStackSet
from orchestrator.model.plan import Change, ChangeKind, PermissionChange, Plan
from orchestrator.model.state import Definition
from orchestrator.templates.reading import granted_permissions

Actions = frozenset[str]
NONE: Actions = frozenset()


@dataclass(frozen=True, slots=True)
class Move:
    """One kind of change to one group set for one reason, and the actions that come and go with it."""

    because: str
    gains: Actions
    loses: Actions


@dataclass(frozen=True, slots=True)
class Definitions:
    """The actions of every group set of a plan, before and after it."""

    before: Mapping[StackSetName, Actions] = field(default_factory=dict)
    after: Mapping[StackSetName, Actions] = field(default_factory=dict)

    def move(self, change: Change) -> Move:
        """A repair may give anything, for nobody knows what a broken instance holds."""
        before = self.before.get(change.stack_set, NONE)
        after = self.after.get(change.stack_set, before)
        match change.change:
            case ChangeKind.REVOKE:
                return Move(change.because, NONE, before)
            case ChangeKind.UPDATE:
                return Move(change.because, after, before)
            case ChangeKind.GRANT | ChangeKind.REPAIR:
                return Move(change.because, after, NONE)


def permission_reasons(plan: Plan) -> tuple[tuple[PermissionChange, tuple[str, ...]], ...]:
    """Each row of permissions, by role and the most accounts first, with the reasons of the changes that bring it about."""
    kinds = moves_by_account(plan)
    rows = sorted(plan.permissions, key=lambda row: (row.role, -row.accounts))
    return tuple((row, apart(reasons_of(row, kinds), plan.rules)) for row in rows)


def apart(reasons: Iterable[str], rules: Collection[str]) -> tuple[str, ...]:
    """Each rule once: a reason that names several is told as several."""
    found: dict[str, None] = {}
    for reason in reasons:
        parts = reason.split(", ")
        found.update(dict.fromkeys(parts if all(part in rules for part in parts) else [reason]))
    return tuple(found)


def moves_by_account(plan: Plan) -> tuple[tuple[Move, ...], ...]:
    """The moves that accounts make together; accounts that change alike are one entry."""
    found = definitions_of(plan)
    known: dict[tuple[ChangeKind, StackSetName, str], Move] = {}
    moves: dict[AccountId, list[Move]] = defaultdict(list)
    for change in plan.changes:
        if change.group_set is not None:
            key = (change.change, change.stack_set, change.because)
            if key not in known:
                known[key] = found.move(change)
            moves[change.account].append(known[key])
    return tuple(dict.fromkeys(map(tuple, moves.values())))


def reasons_of(row: PermissionChange, kinds: Iterable[tuple[Move, ...]]) -> Iterable[str]:
    gains, loses = frozenset(row.gains), frozenset(row.loses)
    reasons: dict[str, None] = {}
    for moves in kinds:
        if gains <= NONE.union(*(move.gains for move in moves)) and loses <= NONE.union(*(move.loses for move in moves)):
            reasons.update((move.because, None) for move in moves if move.gains & gains or move.loses & loses)
    return reasons


def definitions_of(plan: Plan) -> Definitions:
    observed = plan.observed
    before = {name: stack.definition for name, stack in observed.stacks.items()}
    before |= {name: stack_set.definition for name, stack_set in observed.stack_sets.items()}
    after = {
        operation.stack_set: operation.definition
        for operation in plan.operations
        if isinstance(operation, CreateStackSet | UpdateStackSet | CreateStack | UpdateStack)
    }
    return Definitions(actions_by_name(before), actions_by_name({**before, **after}))


def actions_by_name(definitions: Mapping[StackSetName, Definition]) -> Mapping[StackSetName, Actions]:
    return {name: frozenset(action for action, _ in granted_permissions(definition)) for name, definition in definitions.items()}
