"""Where every account stands: what it holds of what it should, group set by group set."""

from collections.abc import Iterable

from orchestrator.model.identifiers import AccountId, GroupSetName
from orchestrator.model.organization import Organization
from orchestrator.model.state import Condition, Instance, State
from orchestrator.model.status import AccountStatus
from orchestrator.planning.names import group_set_of

Held = dict[AccountId, dict[GroupSetName, Instance]]


def account_statuses(desired: State, observed: State, organization: Organization, prefix: str) -> tuple[AccountStatus, ...]:
    """One status per account that holds something or should, accounts that have left the organization included."""
    wanted = held(desired, organization.management_account, prefix)
    found = held(observed, organization.management_account, prefix)
    return tuple(status(account, wanted.get(account, {}), found.get(account, {}), organization) for account in sorted({*wanted, *found}))


def held(state: State, management: AccountId, prefix: str) -> Held:
    """Group sets by account; role sets and foreign StackSets are left out."""
    accounts: Held = {}
    for name, stack_set in state.stack_sets.items():
        group_set = group_set_of(prefix, name)
        if group_set is not None and not stack_set.is_foreign:
            for account, instance in stack_set.instances.items():
                accounts.setdefault(account, {})[group_set] = instance
    for name, stack in state.stacks.items():
        group_set = group_set_of(prefix, name)
        if group_set is not None and not stack.is_foreign:
            accounts.setdefault(management, {})[group_set] = stack.instance
    return accounts


def status(
    account: AccountId, wanted: dict[GroupSetName, Instance], found: dict[GroupSetName, Instance], organization: Organization
) -> AccountStatus:
    known = organization.accounts.get(account)
    both = {name: found[name] for name in wanted if name in found}
    return AccountStatus(
        id=account,
        name=known.name if known else "",
        granted=in_order(name for name, instance in both.items() if instance.condition is Condition.CURRENT),
        missing=in_order(set(wanted) - set(found)),
        unexpected=in_order(set(found) - set(wanted)),
        outdated=in_order(name for name, instance in both.items() if instance.condition is Condition.OUTDATED and not instance.has_failed),
        failed=in_order(name for name, instance in found.items() if instance.has_failed),
        reasons={name: instance.reason for name, instance in sorted(found.items()) if instance.reason},
    )


def in_order(names: Iterable[GroupSetName]) -> tuple[GroupSetName, ...]:
    return tuple(sorted(names))
