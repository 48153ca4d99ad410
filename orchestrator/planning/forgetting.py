"""What forgetting an account means: its instances leave their StackSets and their stacks stay in the account, for nothing else is left.

AWS deletes no stack in an account that left the organization, is suspended or closed, nor one that is INOPERABLE; there it advises
RetainStacks (https://repost.aws/knowledge-center/cloudformation-removal-stacksets).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from orchestrator.model.identifiers import AccountId, partition_of
from orchestrator.model.organization import Organization
from orchestrator.model.plan import Violation
from orchestrator.model.state import Condition, Instance, Place, State, Unit, instances_in, ours
from orchestrator.permissions.roles import role_facts
from orchestrator.permissions.trust import ASSUMED_BY
from orchestrator.planning.basis import Basis
from orchestrator.planning.changes import PlaceChange
from orchestrator.planning.grants import handed_over
from orchestrator.selection.select import chosen_exclusion
from orchestrator.temporary.windows import format_time


def is_lost(account: AccountId, organization: Organization) -> bool:
    """Whether nothing can be deleted in it: it is not in the organization, or not ACTIVE."""
    known = organization.accounts.get(account)
    return known is None or not known.is_active


def forgettable(account: AccountId | None, organization: Organization, observed: State) -> Mapping[Place, Instance]:
    """The account's instances of ours that can only be forgotten: all of a lost account, of any other those that are INOPERABLE."""
    held = {place: instance for place, holder, instance in instances_in(ours(observed)) if holder == account and not place.is_stack}
    if account is None or is_lost(account, organization):
        return held
    return {place: instance for place, instance in held.items() if instance.condition is Condition.INOPERABLE}


def without_forgotten(basis: Basis, wanted: Collection[Place]) -> State:
    """What is observed, without those instances and without StackSets of ours that are empty then and that nothing wants."""
    gone, kept = forgettable(basis.forgotten, basis.organization, basis.observed), handed_over(basis.rollout)
    left = {place: without(unit, basis.forgotten) if place in gone else unit for place, unit in basis.observed.items()}
    return {place: unit for place, unit in left.items() if unit.instances or unit.is_foreign or place in wanted or place.name in kept}


def without(unit: Unit, account: AccountId | None) -> Unit:
    return replace(unit, instances={holder: instance for holder, instance in unit.instances.items() if holder != account})


def check_forgetting(basis: Basis) -> Iterator[Violation]:
    """An account that can be reached is revoked or excluded by rules, and one that is excluded is left as it is."""
    if reason := why_not_forgotten(basis):
        yield Violation("forget", f"account {basis.forgotten} cannot be forgotten: {reason}")


def why_not_forgotten(basis: Basis) -> str:
    """Judged by what the account held before the plan's own run."""
    account, held = basis.forgotten, basis.observed if basis.before is None else basis.before
    if account is None:
        return ""
    known = basis.organization.accounts.get(account)
    excluded = chosen_exclusion(account, basis.rollout, basis.organization)
    if excluded is not None:
        return f"it is excluded ({excluded}), so what it holds stays. Change that in rollout.yaml first."
    holds = any(holder == account for _, holder, _ in instances_in(ours(held)))
    if known is None or not holds or forgettable(account, basis.organization, held):
        return ""
    return (
        f"it is {known.state} and nothing it holds is {Condition.INOPERABLE}, so its stacks can be deleted. Withhold what it holds to "
        "revoke it, or exclude it to leave it as it is."
    )


def retention_notices(basis: Basis, changes: Iterable[PlaceChange]) -> Iterator[str]:
    """What stays behind in the account, and what to do about it there."""
    account = basis.forgotten
    left = [change for change in changes if account in change.delete]
    if account is None or not left:
        return
    kept = ", ".join([*policies_in(left), *roles_in(left, partition_of(basis.rollout.home_region))])
    yield f"stays in account {account}, whose stacks are retained: {kept}."
    yield from ending_windows(account, left, basis)
    stacks = ", ".join(f"StackSet-{change.place.name}-…" for change in left)
    yield f"this rollout cannot change or revoke that any more. To take it back, delete in account {account} the stacks {stacks}."
    if not is_lost(account, basis.organization):
        yield f"account {account} is active: what rules grant it fails there, because it exists already, until those stacks are deleted."


def policies_in(changes: Iterable[PlaceChange]) -> list[str]:
    return [f"policy {change.place.name}" for change in changes if change.group_set is not None]


def roles_in(changes: Iterable[PlaceChange], partition: str) -> Iterator[str]:
    """By name, with who may assume them."""
    for change in changes:
        if change.group_set is None and change.difference.before is not None:
            definition = change.difference.before.definition
            trusted = role_facts(definition, partition).properties.get(ASSUMED_BY, ())
            name = definition.parameters.get("RoleName", change.place.name)
            yield f"role {name}" + (f", assumed by {' and '.join(trusted)}" if trusted else "")


def ending_windows(account: AccountId, changes: Iterable[PlaceChange], basis: Basis) -> Iterator[str]:
    sets = {change.group_set for change in changes}
    for grant in basis.judgement.grants:
        if grant.account == account and grant.group_set in sets and grant.window is not None:
            yield f"{grant.group_set} allows nothing after {format_time(grant.window.not_after)}, the end of its window."
