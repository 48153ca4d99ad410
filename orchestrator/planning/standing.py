"""Where every account stands: what it holds of what it should, group set by group set."""

from collections.abc import Callable, Iterable
from functools import partial

from orchestrator.model.identifiers import AccountId, GroupSetName, StackSetName
from orchestrator.model.names import group_set_of, role_kind_of
from orchestrator.model.organization import Organization
from orchestrator.model.state import Condition, Instance, State, instances_in, ours
from orchestrator.model.status import AccountStatus

Instances = dict[GroupSetName, Instance]
Held = dict[AccountId, Instances]


def account_statuses(desired: State, observed: State, organization: Organization, prefix: str) -> tuple[AccountStatus, ...]:
    """One status per account that holds something or should, accounts that have left the organization included."""
    naming = partial(group_set_of, prefix)
    wanted, found, roles = held(desired, naming), held(observed, naming), held(observed, partial(role_set_name, prefix))
    return tuple(
        status(account, wanted.get(account, {}), found.get(account, {}), in_trouble(roles.get(account, {})), organization)
        for account in sorted({*wanted, *found})
    )


def held(state: State, naming: Callable[[StackSetName], GroupSetName | None]) -> Held:
    """What each account holds of the sets that ``naming`` gives a name; foreign StackSets are left out."""
    accounts: Held = {}
    for place, account, instance in instances_in(ours(state)):
        if (known := naming(place.name)) is not None:
            accounts.setdefault(account, {})[known] = instance
    return accounts


def role_set_name(prefix: str, name: StackSetName) -> GroupSetName | None:
    """A role set as it is named beside group sets, or None for a group set."""
    return GroupSetName(name.removeprefix(f"{prefix}-")) if role_kind_of(prefix, name) else None


def in_trouble(roles: Instances) -> Instances:
    """Role sets are no grants, but where one is behind or failed, the grants on it are not what they seem."""
    return {name: instance for name, instance in roles.items() if instance.condition is not Condition.CURRENT}


def status(account: AccountId, wanted: Instances, found: Instances, roles: Instances, organization: Organization) -> AccountStatus:
    known = organization.accounts.get(account)
    both = {name: found[name] for name in wanted if name in found}
    return AccountStatus(
        id=account,
        name=known.name if known else "",
        granted=in_order(name for name, instance in both.items() if instance.condition is Condition.CURRENT),
        missing=in_order(set(wanted) - set(found)),
        unexpected=in_order(set(found) - set(wanted)),
        outdated=in_order(name for name, instance in (both | roles).items() if is_behind(instance)),
        failed=in_order(name for name, instance in (found | roles).items() if instance.has_failed),
        reasons={name: instance.reason for name, instance in sorted((found | roles).items()) if instance.reason},
    )


def is_behind(instance: Instance) -> bool:
    return instance.condition is Condition.OUTDATED and not instance.has_failed


def in_order(names: Iterable[GroupSetName]) -> tuple[GroupSetName, ...]:
    return tuple(sorted(names))
