"""What the rules want, as a state: for verification and status, which compare it with what is there."""

from orchestrator.model.identifiers import AccountId
from orchestrator.model.state import Instance, Stack, StackSet, State
from orchestrator.planning.grants import Wanted, WantedSets


def desired_state(wanted: WantedSets, management: AccountId) -> State:
    """Every wanted instance CURRENT, the management account's as plain stacks; with a window where one is to be opened or moved."""
    stack_sets = {
        name: StackSet(part.definition, {account: instance_of(part, account) for account in part.accounts if account != management})
        for name, part in wanted.items()
    }
    stacks = {name: Stack(part.definition, instance_of(part, management)) for name, part in wanted.items() if management in part.accounts}
    return State({name: stack_set for name, stack_set in stack_sets.items() if stack_set.instances}, stacks)


def instance_of(part: Wanted, account: AccountId) -> Instance:
    return Instance(window=part.windows.get(account))
