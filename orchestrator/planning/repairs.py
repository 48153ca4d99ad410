"""Repairs of what was altered in accounts: how many, and what is left because only a new role would put it back."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from orchestrator.model.counts import counted, some_of
from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import Violation
from orchestrator.planning.changes import PlaceChange, alteration_to_repair, is_gone
from orchestrator.planning.delta import instances_of
from orchestrator.planning.safety import ALLOW_REPAIRS, REPLACE_ROLES, is_excessive, share_of


@dataclass(frozen=True, slots=True)
class Repairs:
    """Grants observed, and the grants and the roles that are repaired."""

    observed: int
    grants: int
    roles: int

    def __str__(self) -> str:
        return f"{counted(self.grants, 'grant')} and {counted(self.roles, 'role')}"


def repairs_in(changes: Iterable[PlaceChange]) -> Repairs:
    """Where something was altered, and where a group set is made anew with its role.

    Instances that AWS failed to update, or has yet to, are no repairs of this kind.
    """
    observed = grants = roles = 0
    for change in changes:
        if change.group_set is None:
            roles += len(change.revisions)
        else:
            grants += len(change.revisions)
            observed += len(change.held)
    return Repairs(observed, grants, roles)


def check_repairs(changes: Iterable[PlaceChange], limit: int, *, is_allowed: bool) -> Iterator[Violation]:
    """Grants and roles together, of the grants observed."""
    found = repairs_in(changes)
    repaired = found.grants + found.roles
    if not is_allowed and is_excessive(repaired, found.observed, limit):
        what = f"plan repairs {found}: {repaired} of {counted(found.observed, 'grant')} {share_of(repaired, found.observed, limit)}"
        yield Violation("repairs", f"{what}. Find out what altered them in their accounts, or pass {ALLOW_REPAIRS}.")


def repair_notices(changes: Collection[PlaceChange]) -> Iterator[str]:
    """The number of repairs, and the roles that are deleted for them."""
    found = repairs_in(changes)
    if found.grants or found.roles:
        accounts = frozenset(account for change in changes for account in change.revisions)
        yield f"repairs {found} in {counted(len(accounts), 'account')}, because something was altered there"
    for change in changes:
        replaced = [account for account in change.replace if account in change.revisions and not is_gone(change.held[account])]
        if change.group_set is None and replaced:
            yield f"deletes the role of {change.place.name} and makes it anew in {named(replaced)}: what uses it loses its credentials"


def unrepaired_warnings(changes: Iterable[PlaceChange]) -> Iterator[str]:
    """Roles with differences that no update puts back, and what would."""
    for change in changes:
        before, after = instances_of(change.difference.before), instances_of(change.difference.after)
        alike: dict[str, list[AccountId]] = {}
        for account in change.difference.kept:
            alteration = alteration_to_repair(before[account], after[account])
            if alteration and alteration.lasting and account not in change.replace:
                alike.setdefault("; ".join(alteration.lasting), []).append(account)
        for lasting, accounts in alike.items():
            why = "No update puts this back, and no plan deletes a role for it unasked"
            remedy = f"correct it there by hand, or pass {REPLACE_ROLES} to have the role deleted and made anew"
            yield f"{change.place.name} in {named(accounts)}: {lasting}. {why}: {remedy}."


def named(accounts: Collection[AccountId]) -> str:
    return f"{counted(len(accounts), 'account')} ({some_of(sorted(accounts), 'account')})"
