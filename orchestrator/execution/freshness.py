"""Is the world still what the plan saw, changed by nothing but the plan's own finished operations? If not, nothing is applied."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from orchestrator.errors import RefusedError
from orchestrator.execution.run_state import RunState
from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.operation import CreateStackSet, DeleteStackSet, Operation, UpdateStackSet, accounts_of
from orchestrator.model.organization import Organization
from orchestrator.model.plan import Plan
from orchestrator.model.state import Definition, Instance, State
from orchestrator.planning.projection import project

MOST = 10
"""Changes listed by name; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Exempt:
    """What the plan's own unfinished operations may have changed."""

    accounts: frozenset[tuple[StackSetName, AccountId]]
    definitions: frozenset[StackSetName]


def check_fresh(plan: Plan, run: RunState, observed: State, organization: Organization) -> None:
    """Raises RefusedError: another organization, or a stale plan with what changed."""
    check_organization(plan, organization)
    finished = [operation for operation in plan.operations if run.is_complete(operation)]
    expected = project(finished, plan.observed)
    changes = [*organization_changes(plan, organization), *state_changes(expected, observed, exemptions(plan, run))]
    if changes:
        listed = "\n".join(f"  {change}" for change in changes[:MOST])
        more = f"\n  and {len(changes) - MOST} more" if len(changes) > MOST else ""
        message = f"the plan is stale, {len(changes)} things changed since it was made:\n{listed}{more}"
        raise RefusedError(message, kind="stale_plan", remedy="Make a new plan.")


def check_organization(plan: Plan, organization: Organization) -> None:
    """Raises RefusedError when the credentials lead somewhere else."""
    planned, actual = (plan.header.organization, plan.header.management_account), (organization.id, organization.management_account)
    if planned != actual:
        message = (
            f"the plan is for organization {planned[0]} (management account {planned[1]}), the credentials for {actual[0]} ({actual[1]})."
        )
        raise RefusedError(message, kind="another_organization", remedy="Use the credentials the plan was made with.")


def organization_changes(plan: Plan, organization: Organization) -> Iterator[str]:
    """Targeted accounts that are gone, moved, or in another state."""
    for target in plan.targets:
        account = organization.accounts.get(target.account)
        if account is None:
            yield f"account {target.account} ({target.name}) is no longer in the organization"
        elif account.state != target.state:
            yield f"account {target.account} ({target.name}) is now {account.state}, it was {target.state}"
        elif account.ou != target.ou:
            yield f"account {target.account} ({target.name}) moved from {target.ou} to {account.ou}"


def exemptions(plan: Plan, run: RunState) -> Exempt:
    """Operations that were submitted and are not known to have succeeded in full."""
    open_ones = [operation for operation in plan.operations if run.of(operation).last is not None and not run.is_complete(operation)]
    pairs = {(operation.stack_set, account) for operation in open_ones for account in accounts_of(operation)}
    redefining = {operation.stack_set for operation in open_ones if is_defining(operation)}
    return Exempt(frozenset(pairs), frozenset(redefining))


def is_defining(operation: Operation) -> bool:
    return isinstance(operation, CreateStackSet | UpdateStackSet | DeleteStackSet)


def state_changes(expected: State, observed: State, exempt: Exempt) -> Iterator[str]:
    """Everything that is not as expected, exempt places left out."""
    for name in sorted({*expected.stack_sets, *observed.stack_sets}):
        if name in exempt.definitions:
            continue
        before, after = expected.stack_sets.get(name), observed.stack_sets.get(name)
        if before is None or after is None:
            yield f"StackSet {name} {'appeared' if before is None else 'vanished'}"
            continue
        yield from definition_changes(f"StackSet {name}", before.definition, after.definition)
        yield from instance_changes(name, before.instances, after.instances, exempt)
    for name in sorted({*expected.stacks, *observed.stacks}):
        stack_before, stack_after = expected.stacks.get(name), observed.stacks.get(name)
        if any(stack_set == name for stack_set, _ in exempt.accounts):
            continue
        if stack_before is None or stack_after is None:
            yield f"stack {name} in the management account {'appeared' if stack_before is None else 'vanished'}"
            continue
        yield from definition_changes(f"stack {name}", stack_before.definition, stack_after.definition)
        if stack_before.instance != stack_after.instance:
            yield f"stack {name}: {stack_before.instance.condition} became {stack_after.instance.condition}"


def definition_changes(what: str, before: Definition, after: Definition) -> Iterable[str]:
    parts = (
        ("template", before.template, after.template),
        ("parameters", before.parameters, after.parameters),
        ("tags", before.tags, after.tags),
    )
    return (f"{what}: its {part} changed" for part, old, new in parts if old != new)


def instance_changes(
    name: StackSetName, before: Mapping[AccountId, Instance], after: Mapping[AccountId, Instance], exempt: Exempt
) -> Iterator[str]:
    for account in sorted({*before, *after}):
        if (name, account) in exempt.accounts or before.get(account) == after.get(account):
            continue
        yield f"{name} in {account}: {describe(before.get(account))} became {describe(after.get(account))}"


def describe(instance: Instance | None) -> str:
    if instance is None:
        return "absent"
    return f"{instance.condition}" + (f" until {instance.window.not_after:%Y-%m-%dT%H:%M:%SZ}" if instance.window else "")
