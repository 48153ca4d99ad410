"""Where every account stands: what it holds of what it should, group set by group set."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from orchestrator.model.assignment import Assignment, Selection
from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.names import group_set_of
from orchestrator.model.organization import Organization
from orchestrator.model.state import Condition, Instance, State, ours
from orchestrator.model.status import AccountStatus
from orchestrator.planning.delta import Difference, compare, instances_of

Instances = dict[GroupSetName, Instance]


@dataclass(frozen=True, slots=True)
class Holding:
    """One account's group sets: those to grant, to revoke (role sets among them) and to keep, and the role sets in trouble."""

    missing: list[GroupSetName] = field(default_factory=list)
    unexpected: Instances = field(default_factory=dict)
    kept: Instances = field(default_factory=dict)
    roles: Instances = field(default_factory=dict)


def account_statuses(
    desired: State, observed: State, organization: Organization, selection: Selection, prefix: str
) -> tuple[AccountStatus, ...]:
    """One status per account that may be changed, whether or not it gets anything, or that holds something, missing ones included.

    What is not ours is left out.
    """
    holdings = {account: Holding() for account, share in selection.assignments.items() if share.excluded is None}
    for difference in compare(ours(observed), ours(desired)).values():
        note(difference, prefix, holdings)
    shares = selection.assignments
    return tuple(status(account, holding, organization, shares.get(account)) for account, holding in sorted(holdings.items()))


def note(difference: Difference, prefix: str, holdings: dict[AccountId, Holding]) -> None:
    name, found = group_set_of(prefix, difference.place.name), instances_of(difference.before)
    if name is None:
        note_role(difference, GroupSetName(difference.place.name.removeprefix(f"{prefix}-")), holdings)
        return
    for account in difference.added:
        holdings.setdefault(account, Holding()).missing.append(name)
    for account in difference.removed:
        holdings.setdefault(account, Holding()).unexpected[name] = found[account]
    for account in difference.kept:
        holdings.setdefault(account, Holding()).kept[name] = found[account]


def note_role(difference: Difference, name: GroupSetName, holdings: dict[AccountId, Holding]) -> None:
    """Role sets are no grants. One that no grant needs is unexpected; on one behind, failed or altered, they are not what they seem."""
    found, wanted = instances_of(difference.before), instances_of(difference.after)
    for account in difference.removed:
        holdings.setdefault(account, Holding()).unexpected[name] = found[account]
    for account in difference.kept:
        is_current = found[account].condition is Condition.CURRENT and not found[account].is_altered
        if wanted[account].condition is Condition.CURRENT and not is_current:
            holdings.setdefault(account, Holding()).roles[name] = found[account]


def status(account: AccountId, holding: Holding, organization: Organization, share: Assignment | None) -> AccountStatus:
    known = organization.accounts.get(account)
    there = holding.kept | holding.unexpected | holding.roles
    return AccountStatus(
        id=account,
        name=known.name if known else "",
        granted=in_order(name for name, instance in holding.kept.items() if instance.condition is Condition.CURRENT),
        missing=in_order(holding.missing),
        unexpected=in_order(holding.unexpected),
        outdated=in_order(name for name, instance in (holding.kept | holding.roles).items() if is_behind(instance)),
        failed=in_order(name for name, instance in there.items() if instance.has_failed),
        altered=in_order(name for name, instance in there.items() if instance.is_altered),
        withheld=in_order(held.group_set for held in share.withheld) if share else (),
        reasons={name: why for name, instance in sorted(there.items()) if (why := reason(instance))},
    )


def reason(instance: Instance) -> str:
    """AWS's own, or what was last found altered in the account."""
    altered = instance.alteration.description if instance.alteration else ""
    return instance.reason or altered


def is_behind(instance: Instance) -> bool:
    return instance.condition is Condition.OUTDATED and not instance.has_failed


def in_order(names: Iterable[GroupSetName]) -> tuple[GroupSetName, ...]:
    return tuple(sorted(names))
