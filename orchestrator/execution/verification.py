"""Desired against observed once more, and a look inside the accounts something was taken back from."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial

from orchestrator.model.evidence import Unknown
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.names import group_stack_set
from orchestrator.model.outcome import Deviation, Verification
from orchestrator.model.state import Condition, Instance, Place, State, Unit, ours
from orchestrator.model.temporary import TemporaryGrant
from orchestrator.planning.delta import Difference, compare, instances_of
from orchestrator.ports import Inspector
from orchestrator.temporary.windows import format_time


def verify(desired: State, observed: State, excluded: Collection[AccountId] = ()) -> Verification:
    """Read the difference of the two: account by account, but for excluded ones, and definition by definition."""
    delta = compare(ours(observed), ours(desired)).values()

    def deviations(reading: Callable[[Difference], Iterator[Deviation]]) -> tuple[Deviation, ...]:
        return tuple(found for difference in delta for found in reading(difference) if found.account not in excluded)

    return Verification(
        missing=deviations(partial(missing, observed=observed)),
        unexpected=deviations(unexpected),
        outdated=deviations(outdated),
        unhealthy=deviations(unhealthy),
        tampered=deviations(tampered),
        harmless=deviations(harmless),
    )


def missing(difference: Difference, observed: State) -> Iterator[Deviation]:
    """Instances that should exist; of a StackSet without any, the StackSet itself."""
    name = difference.place.name
    for account in difference.added:
        yield Deviation(account, name, why_missing(observed.get(difference.place)))
    if difference.before is None and difference.after and not difference.after.instances:
        yield Deviation(None, name, "the StackSet does not exist")


def why_missing(found: Unit | None) -> str:
    if found is None:
        return "not granted: it does not exist"
    return "not granted: the name belongs to something that is not ours" if found.is_foreign else "not granted"


def unexpected(difference: Difference) -> Iterator[Deviation]:
    """Instances that should be gone; of a StackSet that grants nothing, the StackSet itself."""
    name, found = difference.place.name, difference.before
    for account in difference.removed:
        yield Deviation(account, name, f"granted ({found.instances[account].description}), and nothing asks for it" if found else "")
    if found and difference.after is None and not found.instances:
        yield Deviation(None, name, "the StackSet still exists, without accounts")


def outdated(difference: Difference) -> Iterator[Deviation]:
    """Behind their definition although they should not be, alive in another window, defined otherwise, or following their units."""
    name, found, wanted = difference.place.name, difference.before, difference.after
    for account, shown, asked in difference.changed():
        if why := why_outdated(shown, asked):
            yield Deviation(account, name, why)
    if difference.is_redefined:
        yield Deviation(None, name, f"the template, the parameters or the tags of the {noun(difference.place)} are not what they should be")
    if found and found.auto_deploys and not (wanted and wanted.auto_deploys):
        yield Deviation(None, name, "automatic deployment is on: accounts that join get it without a rule; a plan switches it off")


def unhealthy(difference: Difference) -> Iterator[Deviation]:
    for account, shown, asked in difference.changed():
        if shown.condition is Condition.INOPERABLE is not asked.condition:
            yield Deviation(account, difference.place.name, shown.description)


def tampered(difference: Difference) -> Iterator[Deviation]:
    """What drift detection, or a look inside, found altered; what stays so on purpose is left out."""
    found, wanted = instances_of(difference.before), instances_of(difference.after)
    for account in (*difference.removed, *difference.kept):
        alteration = found[account].alteration
        if alteration and alteration.needs_repair and not (account in wanted and wanted[account].is_altered):
            yield Deviation(account, difference.place.name, f"changed in the account: {alteration.description}")


def harmless(difference: Difference) -> Iterator[Deviation]:
    """What drift detection calls drift, and needs no repair."""
    for account, instance in instances_of(difference.before).items():
        if instance.alteration and instance.alteration.harmless:
            yield Deviation(account, difference.place.name, f"no repair needed: {'; '.join(instance.alteration.harmless)}")


def why_outdated(shown: Instance, asked: Instance) -> str:
    if shown.condition is Condition.OUTDATED is not asked.condition:
        return shown.description
    return f"its window ends {end_of(shown)}, it should end {end_of(asked)}" if shown.window != asked.window else ""


def noun(place: Place) -> str:
    return "stack in the management account" if place.is_stack else "StackSet"


def end_of(instance: Instance) -> str:
    return format_time(instance.window.not_after) if instance.window else "never, for it is closed"


def unseen_uses(grants: Iterable[TemporaryGrant], prefix: str) -> tuple[Deviation, ...]:
    """Temporary grants that are there and whose use could not be looked for."""
    return tuple(
        Deviation(grant.account, group_stack_set(prefix, grant.group_set), f"whether it was used is unknown: {grant.evidence.reason}")
        for grant in grants
        if grant.is_unseen and isinstance(grant.evidence, Unknown)
    )


def look_inside(
    revoked: Iterable[tuple[StackSetName, AccountId, str]], inspector: Inspector
) -> tuple[tuple[Deviation, ...], tuple[Deviation, ...]]:
    """For each revoked policy (its name, the account, the role): those still there, and those that could not be read.

    Removed from the StackSet is not yet gone from the account: a stack whose deletion failed keeps its policy.
    """
    still: list[Deviation] = []
    unreachable: list[Deviation] = []
    for name, account, role in revoked:
        policies = inspector.inline_policies(account, role)
        if isinstance(policies, str):
            unreachable.append(Deviation(account, name, f"could not read whether the policy is gone: {policies}"))
        elif name in policies:
            still.append(Deviation(account, name, still_there(name, account, role)))
    return tuple(still), tuple(dict.fromkeys(unreachable))


def still_there(name: StackSetName, account: AccountId, role: str) -> str:
    command = f"aws iam delete-role-policy --role-name {role} --policy-name {name}"
    return f"no longer granted, but the policy is still on role {role}. With credentials of account {account} run: {command}"
