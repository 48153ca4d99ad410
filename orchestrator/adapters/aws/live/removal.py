"""Removes what the live list made, whatever of it is there and in whatever state an earlier process left it."""

from collections.abc import Callable
from typing import assert_never

from orchestrator.adapters.aws.live.inside import Inside
from orchestrator.adapters.aws.live.trial import Trial
from orchestrator.doctor.live.things import Thing, ThingKind
from orchestrator.errors import AwsError
from orchestrator.model.identifiers import AccountId

GONE = frozenset({"DELETE_COMPLETE", "absent"})


def remove(thing: Thing, trial: Trial, enter: Callable[[AccountId], Inside]) -> None:
    """``trial`` is of the thing's name. Raises AwsError for what stays, and botocore's errors."""
    if thing.kind is ThingKind.STACK_SET:
        remove_stack_set(trial)
    for inside in map(enter, thing.accounts):
        match thing.kind:
            case ThingKind.STACK_SET:
                remove_stacks(inside, thing.name)
            case ThingKind.ROLE:
                inside.remove_role(thing.name)
            case ThingKind.INLINE_POLICY:
                inside.remove_policy(thing.role, thing.name)
            case ThingKind.KEY:
                inside.remove_keys(thing.name)
            case _:
                assert_never(thing.kind)


def remove_stack_set(trial: Trial) -> None:
    """Its instances first; those whose stacks cannot be deleted leave them behind, to be deleted in the account."""
    shown = trial.describe()
    if shown is None or shown.get("Status") == "DELETED":
        return
    trial.wait_for_all()
    for retain in (False, True):
        if accounts := sorted(trial.instances()):
            trial.withdraw(accounts, retain=retain)
    trial.delete()


def remove_stacks(inside: Inside, stack_set: str) -> None:
    for stack, status in inside.stacks_of(stack_set):
        if status not in GONE and (ended := inside.delete_stack(stack)) not in GONE:
            raise AwsError(f"stack {stack} ended as {ended}.", where=inside.account, remedy="Delete it in CloudFormation.")
