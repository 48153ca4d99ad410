"""Desired against observed once more, and a look inside the accounts that something was taken back from."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.outcome import Difference, Verification
from orchestrator.model.state import Condition, Instance, State
from orchestrator.ports import Inspector

Instances = Mapping[tuple[StackSetName, AccountId], Instance]


def verify(desired: State, observed: State, management: AccountId, hands_off: Collection[AccountId] = ()) -> Verification:
    """Compare two states; hands-off accounts are passed over, foreign StackSets and stacks too."""
    wanted, found = instances_of(desired, management), instances_of(observed, management)
    manageable = {key for key in {*wanted, *found} if key[1] not in hands_off}
    return Verification(
        missing=tuple(difference(key, "no instance") for key in sorted(manageable) if key not in found),
        unexpected=tuple(difference(key, "nobody wants it") for key in sorted(manageable) if key not in wanted),
        outdated=(
            *(difference(key, reason(found[key])) for key in sorted(manageable & set(wanted)) if is_in(found, key, Condition.OUTDATED)),
            *redefined(desired, observed),
        ),
        unhealthy=tuple(
            difference(key, reason(found[key])) for key in sorted(manageable & set(wanted)) if is_in(found, key, Condition.INOPERABLE)
        ),
    )


def instances_of(state: State, management: AccountId) -> Instances:
    """Every instance and stack of ours by name and account."""
    sets = {
        (name, account): instance
        for name, stack_set in state.stack_sets.items()
        if not stack_set.is_foreign
        for account, instance in stack_set.instances.items()
    }
    return sets | {(name, management): stack.instance for name, stack in state.stacks.items() if not stack.is_foreign}


def is_in(found: Instances, key: tuple[StackSetName, AccountId], condition: Condition) -> bool:
    return key in found and found[key].condition is condition


def difference(key: tuple[StackSetName, AccountId], detail: str) -> Difference:
    return Difference(key[1], key[0], detail)


def reason(instance: Instance) -> str:
    return f"{instance.condition}: {instance.reason}" if instance.reason else str(instance.condition)


def redefined(desired: State, observed: State) -> Iterator[Difference]:
    """Definitions that somebody changed."""
    for name, stack_set in desired.stack_sets.items():
        actual = observed.stack_sets.get(name)
        if actual is not None and not actual.is_foreign and actual.definition != stack_set.definition:
            yield Difference(None, name, "the StackSet's template, parameters or tags are not what they should be")
    for name, stack in desired.stacks.items():
        there = observed.stacks.get(name)
        if there is not None and not there.is_foreign and there.definition != stack.definition:
            yield Difference(None, name, "the stack's template, parameters or tags are not what they should be")


def look_inside(
    revoked: Iterable[tuple[StackSetName, AccountId, str]], inspector: Inspector
) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
    """For each revoked policy (its name, the account, the role): still there, and could not be looked at."""
    still: list[Difference] = []
    unreachable: list[Difference] = []
    for name, account, role in revoked:
        policies = inspector.inline_policies(account, role)
        if isinstance(policies, str):
            unreachable.append(Difference(account, name, policies))
        elif name in policies:
            remedy = f"aws iam delete-role-policy --role-name {role} --policy-name {name}"
            still.append(Difference(account, name, f"gone from its StackSet, still on role {role}. In that account run: {remedy}"))
    return tuple(still), tuple(unreachable)
