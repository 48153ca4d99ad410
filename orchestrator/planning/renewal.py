"""A role that is replaced takes its inline policies with it, and IAM deletes no role while policies hang on it: they are replaced too."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from orchestrator.model.identifiers import AccountId
from orchestrator.model.plan import Change, ChangeKind
from orchestrator.planning.diff import Difference


def renew_with_roles(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """The same differences, with the group sets replaced wherever the role they attach to is."""
    found = tuple(differences)
    roles = [difference for difference in found if difference.group_set is None and difference.replace]
    return tuple(renew(difference, renewed_for(difference, roles)) for difference in found)


def renewed_for(group: Difference, roles: Iterable[Difference]) -> frozenset[AccountId]:
    """Accounts in which the role of this group set is replaced."""
    return frozenset(account for role in roles if is_role_of(role, group) for account in role.replace)


def is_role_of(role: Difference, group: Difference) -> bool:
    """Whether the one is the role set that the other attaches to."""
    return group.group_set is not None and role.wanted is not None and group.wanted is not None and role.wanted.role is group.wanted.role


def renew(group: Difference, accounts: Collection[AccountId]) -> Difference:
    moved = {account for account in (*group.update, *group.unchanged) if account in accounts}
    if group.is_foreign or not moved:
        return group
    return replace(
        group,
        update=tuple(account for account in group.update if account not in moved),
        replace=tuple(sorted({*group.replace, *moved})),
        unchanged=tuple(account for account in group.unchanged if account not in moved),
        changes=(*(change for change in group.changes if change.account not in moved), *explain(group, moved)),
    )


def explain(group: Difference, accounts: Iterable[AccountId]) -> Iterator[Change]:
    rules = group.wanted.accounts if group.wanted else {}
    for account in sorted(accounts):
        yield Change(ChangeKind.REPAIR, group.place.name, group.group_set, account, f"{rules[account]}; its role is replaced")
