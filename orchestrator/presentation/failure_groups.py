"""Failures by reason: AWS names account, session and stack in each, so that reasons that differ in these alone are one."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.outcome import Failure, accounts_of

VARYING = re.compile(r"\b\d{12}\b|\b[0-9a-f]{32}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4,12}){2,4}\b")
HIDDEN = "…"

Places = tuple[tuple[StackSetName, ...], tuple[AccountId, ...]]


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """One reason with its remedy, and where it was met: StackSets, and the accounts in which all of them failed for it."""

    reason: str
    hint: str
    is_skipped: bool
    places: tuple[Places, ...]

    @property
    def accounts(self) -> frozenset[AccountId]:
        return frozenset(account for _, accounts in self.places for account in accounts)


def group_failures(failures: Iterable[Failure]) -> tuple[FailureGroup, ...]:
    """What failed before what was skipped, the most accounts first."""
    alike: dict[tuple[bool, str, str], list[Failure]] = defaultdict(list)
    for failure in failures:
        alike[failure.is_skipped, masked(failure.reason), masked(failure.hint)].append(failure)
    order = sorted(alike.items(), key=lambda entry: (entry[0][0], -len(accounts_of(entry[1])), entry[0]))
    return tuple(group_of(key, found) for key, found in order)


def group_of(key: tuple[bool, str, str], failures: list[Failure]) -> FailureGroup:
    """In AWS's words where they are the same everywhere; else what varies is left out."""
    is_skipped, reason, hint = key
    reasons, hints = {failure.reason for failure in failures}, {failure.hint for failure in failures}
    return FailureGroup(
        reasons.pop() if len(reasons) == 1 else reason, hints.pop() if len(hints) == 1 else hint, is_skipped, places_of(failures)
    )


def places_of(failures: Iterable[Failure]) -> tuple[Places, ...]:
    stack_sets: dict[AccountId, set[StackSetName]] = defaultdict(set)
    for failure in failures:
        stack_sets[failure.account].add(failure.stack_set)
    accounts: dict[tuple[StackSetName, ...], list[AccountId]] = defaultdict(list)
    for account, names in sorted(stack_sets.items()):
        accounts[tuple(sorted(names))].append(account)
    return tuple((names, tuple(ids)) for names, ids in sorted(accounts.items()))


def masked(text: str) -> str:
    return VARYING.sub(HIDDEN, text)
