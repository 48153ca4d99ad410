"""What the rules want of what is there, as a state: plans, verification and status are its difference from what is observed."""

from collections.abc import Collection
from dataclasses import replace

from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.state import Condition, Instance, State, Unit
from orchestrator.planning.grants import Wanted, WantedSets
from orchestrator.temporary.windows import NOT_BEFORE


def desired_state(
    wanted: WantedSets, observed: State, excluded: Collection[AccountId], handed_over: Collection[StackSetName] = ()
) -> State:
    """Every wanted instance CURRENT, in the window it has unless that is to be opened or moved.

    What ``excluded`` accounts hold stays. As they are stay role sets that were handed over, and what carries our names but not our tags.
    """
    after = {
        place: found if found and is_untouched else desired_unit(share, found, excluded)
        for place in sorted({*wanted, *observed})
        for share, found in [(wanted.get(place), observed.get(place))]
        for is_untouched in [place.name in handed_over or (share is None and found is not None and found.is_foreign)]
    }
    return {place: unit for place, unit in after.items() if unit is not None}


def desired_unit(share: Wanted | None, found: Unit | None, excluded: Collection[AccountId]) -> Unit | None:
    """None when no account is to have it and none keeps it."""
    held = found.instances if found and not found.is_foreign else {}
    definition = share.definition if share else found.definition if found else None
    kept = {account: instance for account, instance in held.items() if account in excluded}
    if definition is None or not (share or kept):
        return None
    is_redefined = found is not None and found.definition != definition
    asked = {account: desired_instance(account, share, held.get(account)) for account in share.accounts} if share else {}
    return Unit(definition, {**leave(kept, is_redefined=is_redefined), **asked})


def desired_instance(account: AccountId, share: Wanted, found: Instance | None) -> Instance:
    """A set that is temporary no more has no window."""
    shown = found.window if found and NOT_BEFORE in share.definition.parameters else None
    return Instance(window=share.windows.get(account, shown))


def leave(instances: dict[AccountId, Instance], *, is_redefined: bool) -> dict[AccountId, Instance]:
    """They stay as they are; where the definition changes, they are behind it."""
    if not is_redefined:
        return instances
    return {
        account: replace(instance, condition=Condition.OUTDATED) if instance.condition is Condition.CURRENT else instance
        for account, instance in instances.items()
    }


def partial(before: Unit | None, after: Unit | None, accounts: Collection[AccountId]) -> Unit | None:
    """``before``, with these accounts as in ``after`` and the others as they are; None when no account remains."""
    moved = {account: instance for account, instance in after.instances.items() if account in accounts} if after else {}
    source = after if moved else before
    if source is None:
        return None
    held = {account: instance for account, instance in before.instances.items() if account not in accounts} if before else {}
    is_redefined = before is not None and before.definition != source.definition
    instances = {**leave(held, is_redefined=is_redefined), **moved}
    return Unit(source.definition, instances) if instances else None
