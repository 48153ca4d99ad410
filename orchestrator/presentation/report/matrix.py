"""Every account by every group set: what it has, gets, loses and is withheld once the plan is applied."""

from collections.abc import Iterable, Iterator, Mapping

from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.names import group_set_of
from orchestrator.model.plan import ChangeKind, Plan, Target
from orchestrator.model.state import Condition, instances_in, ours
from orchestrator.presentation.report.background import Background
from orchestrator.presentation.report.model import Cell, Column, Matrix

Cells = dict[AccountId, dict[GroupSetName, Cell]]
UNKNOWN_UNIT = ""
"""Of an account that neither the organization nor the plan places."""

CHANGED: Mapping[ChangeKind, Cell] = {
    ChangeKind.GRANT: Cell.GRANT,
    ChangeKind.REVOKE: Cell.REVOKE,
    ChangeKind.UPDATE: Cell.UPDATE,
    ChangeKind.REPAIR: Cell.REPAIR,
    ChangeKind.FORGET: Cell.FORGET,
}


def make_matrix(plan: Plan | None, background: Background | None, known: Mapping[AccountId, Target]) -> Matrix:
    """In a review, held is what the rules grant. Accounts by unit and name; columns that no account has anything in are left out."""
    cells: Cells = {}
    for account, name, cell in cells_of_plan(plan) if plan else cells_of_review(background):
        cells.setdefault(account, {})[name] = cell
    excluded = frozenset(account.account for account in plan.excluded) if plan else frozenset()
    accounts = sorted(known.keys() | cells.keys() | excluded, key=lambda account: sort_key(account, known))
    columns = columns_of({name for held in cells.values() for name in held}, plan, background)
    patterns = Numbered(pattern_of(cells.get(account, {}), columns) for account in accounts)
    units = Numbered(known[account].ou if account in known else UNKNOWN_UNIT for account in accounts)
    return Matrix(
        columns=columns,
        units=units.names,
        patterns=patterns.names,
        ids=tuple(accounts),
        names=tuple(known[account].name if account in known else "" for account in accounts),
        unit=units.numbers,
        pattern=patterns.numbers,
        excluded=tuple(number for number, account in enumerate(accounts) if account in excluded),
    )


def sort_key(account: AccountId, known: Mapping[AccountId, Target]) -> tuple[str, str, AccountId]:
    target = known.get(account)
    return (target.ou, target.name, account) if target else (UNKNOWN_UNIT, "", account)


def cells_of_plan(plan: Plan) -> Iterator[tuple[AccountId, GroupSetName, Cell]]:
    """What is there, then what is withheld, then what changes: the last one counts."""
    prefix = plan.header.prefix
    for place, account, instance in instances_in(ours(plan.observed)):
        if name := group_set_of(prefix, place.name):
            yield account, name, Cell.HELD if instance.condition is Condition.CURRENT and not instance.is_altered else Cell.UNHEALTHY
    for row in plan.withheld:
        if row.group_set:
            yield from ((account, row.group_set, Cell.WITHHELD) for account in row.accounts)
    for change in plan.changes:
        if change.group_set:
            yield from ((account, change.group_set, CHANGED[change.change]) for account in change.accounts)


def cells_of_review(background: Background | None) -> Iterator[tuple[AccountId, GroupSetName, Cell]]:
    for review in background.reviews if background else ():
        for account in review.accounts:
            yield from ((account, name, Cell.HELD) for name in review.group_sets)


def columns_of(used: Iterable[GroupSetName], plan: Plan | None, background: Background | None) -> tuple[Column, ...]:
    """In the order of the catalog, where it is known; sets it does not know come last."""
    known = background.catalog.group_sets if background else {}
    temporary = {grant.group_set for grant in plan.temporary} if plan else set()
    order = list(known)
    ordered = sorted(used, key=lambda name: (order.index(name) if name in known else len(order), name))
    return tuple(
        Column(name, known[name].role if name in known else None, name in temporary or (name in known and known[name].temporary))
        for name in ordered
    )


def pattern_of(held: Mapping[GroupSetName, Cell], columns: Iterable[Column]) -> str:
    return "".join(held.get(column.group_set, Cell.NOTHING) for column in columns)


class Numbered:
    """Texts that repeat, each once in ``names``, and its number there for every place it stands."""

    def __init__(self, texts: Iterable[str]) -> None:
        places: dict[str, int] = {}
        self.numbers = tuple(places.setdefault(text, len(places)) for text in texts)
        self.names = tuple(places)
