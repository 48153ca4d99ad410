"""Desired against observed once more, and a look inside the accounts something was taken back from."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.outcome import Difference, Verification
from orchestrator.model.state import Condition, Instance, Stack, StackSet, State
from orchestrator.ports import Inspector
from orchestrator.temporary.windows import format_time

Key = tuple[StackSetName, AccountId]
Instances = Mapping[Key, Instance]


def verify(desired: State, observed: State, management: AccountId, hands_off: Collection[AccountId] = ()) -> Verification:
    """Compare two states, account by account and definition by definition; hands-off accounts are passed over."""
    wanted, found = instances_of(desired, management), instances_of(observed, management)
    keys = sorted(key for key in {*wanted, *found} if key[1] not in hands_off)
    both = [key for key in keys if key in wanted and key in found]
    return Verification(
        missing=(
            *(Difference(key[1], key[0], why_missing(key, observed)) for key in keys if key not in found),
            *missing_sets(desired, observed),
        ),
        unexpected=(
            *(Difference(key[1], key[0], why_unexpected(found[key])) for key in keys if key not in wanted),
            *left_sets(desired, observed),
        ),
        outdated=(
            *(Difference(key[1], key[0], why) for key in both if (why := why_outdated(wanted[key], found[key]))),
            *redefined(desired.stack_sets, observed.stack_sets, "StackSet"),
            *redefined(desired.stacks, observed.stacks, "stack in the management account"),
            *deploying_by_itself(desired, observed),
        ),
        unhealthy=tuple(Difference(key[1], key[0], why) for key in both if (why := why_unhealthy(wanted[key], found[key]))),
    )


def instances_of(state: State, management: AccountId) -> Instances:
    """Every instance and every plain stack of ours, by name and account."""
    instances = {
        (name, account): instance
        for name, stack_set in state.stack_sets.items()
        if not stack_set.is_foreign
        for account, instance in stack_set.instances.items()
    }
    return instances | {(name, management): stack.instance for name, stack in state.stacks.items() if not stack.is_foreign}


def why_missing(key: Key, observed: State) -> str:
    stack_set = observed.stack_sets.get(key[0])
    stack = observed.stacks.get(key[0])
    if (stack_set is not None and stack_set.is_foreign) or (stack is not None and stack.is_foreign):
        return "not granted: the name belongs to something that is not ours"
    return "not granted" if stack_set is not None else "not granted: it does not exist"


def why_unexpected(instance: Instance) -> str:
    return f"granted ({describe(instance)}), and nothing asks for it"


def why_outdated(wanted: Instance, found: Instance) -> str:
    """Behind its definition although it should not be, or alive in another window."""
    if found.condition is Condition.OUTDATED and wanted.condition is not Condition.OUTDATED:
        return describe(found)
    if wanted.window is not None and found.window != wanted.window:
        return f"its window ends {end_of(found)}, it should end {end_of(wanted)}"
    return ""


def why_unhealthy(wanted: Instance, found: Instance) -> str:
    is_broken = found.condition is Condition.INOPERABLE and wanted.condition is not Condition.INOPERABLE
    return describe(found) if is_broken else ""


def describe(instance: Instance) -> str:
    return instance.told


def end_of(instance: Instance) -> str:
    return format_time(instance.window.not_after) if instance.window else "never, for it is closed"


def missing_sets(desired: State, observed: State) -> Iterator[Difference]:
    """StackSets without accounts that should exist; the others show by their accounts."""
    for name, stack_set in desired.stack_sets.items():
        if not stack_set.instances and not stack_set.is_foreign and name not in observed.stack_sets:
            yield Difference(None, name, "the StackSet does not exist")


def left_sets(desired: State, observed: State) -> Iterator[Difference]:
    """StackSets of ours that grant nothing and should be gone."""
    for name, stack_set in observed.stack_sets.items():
        if not stack_set.instances and not stack_set.is_foreign and name not in desired.stack_sets:
            yield Difference(None, name, "the StackSet still exists, without accounts")


def redefined(
    desired: Mapping[StackSetName, StackSet] | Mapping[StackSetName, Stack],
    observed: Mapping[StackSetName, StackSet] | Mapping[StackSetName, Stack],
    what: str,
) -> Iterator[Difference]:
    """Definitions that are not what they should be."""
    for name, wanted in desired.items():
        found = observed.get(name)
        if found is not None and not found.is_foreign and not wanted.is_foreign and found.definition != wanted.definition:
            yield Difference(None, name, f"the template, the parameters or the tags of the {what} are not what they should be")


def deploying_by_itself(desired: State, observed: State) -> Iterator[Difference]:
    """StackSets of ours that follow their organizational units instead of the rules."""
    for name, found in observed.stack_sets.items():
        wanted = desired.stack_sets.get(name)
        if found.auto_deploys and not (wanted is not None and wanted.auto_deploys):
            yield Difference(None, name, "automatic deployment is on: accounts that join get it without a rule; a plan switches it off")


def look_inside(
    revoked: Iterable[tuple[StackSetName, AccountId, str]], inspector: Inspector
) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
    """For each revoked policy (its name, the account, the role): those still there, and those nobody could look at.

    Removed from the StackSet is not yet gone from the account: a stack whose deletion failed keeps its policy.
    """
    still: list[Difference] = []
    unreachable: list[Difference] = []
    for name, account, role in revoked:
        policies = inspector.inline_policies(account, role)
        if isinstance(policies, str):
            unreachable.append(Difference(account, name, f"nobody could look whether the policy is gone: {policies}"))
        elif name in policies:
            still.append(Difference(account, name, still_there(name, account, role)))
    return tuple(still), tuple(unreachable)


def still_there(name: StackSetName, account: AccountId, role: str) -> str:
    command = f"aws iam delete-role-policy --role-name {role} --policy-name {name}"
    return f"taken back, but the policy is still on role {role}. With credentials of account {account} run: {command}"
