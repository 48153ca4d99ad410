"""Thousands of changes as a few lines: equal reasons and equal accounts are shown once."""

from collections import defaultdict
from dataclasses import dataclass

from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import ChangeKind, Plan


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
