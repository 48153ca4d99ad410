"""What an operation would do beyond the mandate of the rules, and which rule, setting or account speaks against it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orchestrator.model.identifiers import AccountId
from orchestrator.model.names import group_set_of, group_stack_set, role_kind_of
from orchestrator.model.operation import (
    Create,
    CreateInstances,
    Delete,
    DeleteInstances,
    Operation,
    StopAutoDeployment,
    Update,
    UpdateInstances,
)
from orchestrator.model.plan import Purpose
from orchestrator.model.state import Condition, Place, Window
from orchestrator.planning.delta import changed_parts, instances_of
from orchestrator.planning.forgetting import why_not_forgotten
from orchestrator.planning.mandate import Mandate, Permit
from orchestrator.temporary.windows import format_time

ON_INSTANCES = (CreateInstances, UpdateInstances, DeleteInstances)

Granting = Create | Update | CreateInstances | UpdateInstances


@dataclass(frozen=True, slots=True)
class Excess:
    """Something the rules do not want now; without an account it is about the StackSet or stack itself."""

    place: Place
    account: AccountId | None
    because: str

    def __str__(self) -> str:
        return f"{self.place} in account {self.account}: {self.because}" if self.account else f"{self.place}: {self.because}"


def excesses(operation: Operation, mandate: Mandate) -> Iterator[Excess]:
    """Everything the operation would do that the rules do not want now; nothing for one that is part of what they want."""
    if stranger := why_not_ours(operation.place, mandate):
        yield Excess(operation.place, None, stranger)
        return
    permit = mandate.permits.get(operation.place, Permit())
    if isinstance(operation, ON_INSTANCES) and (operation.place.is_stack or not operation.accounts):
        yield Excess(operation.place, None, "instances are to be changed, and there is no account to change them in")
    match operation:
        case Create() | Update():
            yield from excesses_of_definition(operation, permit, mandate)
            yield from excesses_of_grants(operation, permit, mandate)
        case CreateInstances() | UpdateInstances():
            yield from excesses_of_grants(operation, permit, mandate)
        case DeleteInstances() | Delete():
            yield from excesses_of_removal(operation, permit, mandate)
        case StopAutoDeployment():
            if operation.accounts or not permit.may_stop_auto_deployment:
                yield Excess(operation.place, None, "automatic deployment is off, or not to be switched in single accounts")


def excesses_of_repairs(operation: Update | UpdateInstances, permit: Permit, mandate: Mandate) -> Iterator[Excess]:
    """Only what was found altered is repaired, and by what was found last. One that failed leaves the instance OUTDATED, and is retried."""
    found = instances_of(mandate.basis.observed.get(operation.place))
    for account in reached(operation, permit, mandate):
        is_pending = account in found and found[account].condition is not Condition.CURRENT
        if permit.revisions.get(account) != operation.revision and not is_pending:
            what = "something else was found altered" if account in permit.revisions else "nothing is found altered"
            yield Excess(operation.place, account, f"it is to be repaired; {what} there now")


def excesses_of_definition(operation: Create | Update, permit: Permit, mandate: Mandate) -> Iterator[Excess]:
    if permit.definition is None:
        yield Excess(operation.place, None, f"nothing grants {granted(operation.place, mandate)} now")
    elif operation.definition != permit.interim and (parts := changed_parts(permit.definition, operation.definition)):
        yield Excess(operation.place, None, f"catalog, roles and parameters give it other {' and '.join(parts)} now")


def excesses_of_grants(operation: Granting, permit: Permit, mandate: Mandate) -> Iterator[Excess]:
    """An update without a window leaves it as it is."""
    is_new = isinstance(operation, Create | CreateInstances)
    for account in reached(operation, permit, mandate):
        if account in permit.old_hubs and not is_new:
            continue
        if account not in permit.installs:
            yield Excess(operation.place, account, why_not_granted(operation.place, account, mandate))
        elif operation.window != permit.installs[account] and (is_new or operation.window is not None):
            planned, now = window_words(operation.window), window_words(permit.installs[account])
            yield Excess(operation.place, account, f"the window is to be {planned}; it would be {now} now")
    if operation.revision and isinstance(operation, Update | UpdateInstances):
        yield from excesses_of_repairs(operation, permit, mandate)


def reached(operation: Operation, permit: Permit, mandate: Mandate) -> Iterable[AccountId]:
    """The accounts AWS would change, whatever the operation says of them: a stack is in the management account alone, and UpdateStackSet
    without accounts updates every instance.
    """
    if operation.place.is_stack:
        return {mandate.basis.organization.management_account, *operation.accounts}
    is_of_all = isinstance(operation, Update) and not operation.accounts
    return sorted(permit.kept) if is_of_all else operation.accounts


def excesses_of_removal(operation: DeleteInstances | Delete, permit: Permit, mandate: Mandate) -> Iterator[Excess]:
    if isinstance(operation, Delete) and not operation.place.is_stack and not permit.may_be_deleted:
        yield Excess(operation.place, None, "it is to be deleted; it is wanted or held now")
    is_forgetting = mandate.basis.purpose is Purpose.FORGET
    if isinstance(operation, DeleteInstances) and operation.retains is not is_forgetting:
        yield Excess(
            operation.place,
            None,
            f"stacks {'are retained' if is_forgetting else 'go with their instances'} when the plan is for {mandate.basis.purpose}",
        )
    for account in reached(operation, permit, mandate):
        if account not in permit.removals:
            yield Excess(operation.place, account, why_not_removed(operation.place, account, mandate))


def why_not_ours(place: Place, mandate: Mandate) -> str:
    """Of what is there without our tags, and of a name that prefix and catalog cannot produce."""
    observed, prefix, sets = mandate.basis.observed.get(place), mandate.basis.rollout.prefix, mandate.basis.catalog.group_sets
    if observed is not None:
        return "it is not ours, its tags are missing" if observed.is_foreign else ""
    is_name = role_kind_of(prefix, place.name) is not None or place.name in {group_stack_set(prefix, name) for name in sets}
    return "" if is_name else f"nothing of ours has this name, and prefix {prefix} and the catalog give it to nothing"


def why_not_granted(place: Place, account: AccountId, mandate: Mandate) -> str:
    name = group_set_of(mandate.basis.rollout.prefix, place.name)
    share = mandate.basis.selection.assignments.get(account)
    if reason := why_untouched(account, mandate):
        return reason
    withheld = next((held.because for held in share.withheld if held.group_set == name), None) if share else None
    return f"withheld: {located(withheld, mandate)}" if withheld is not None else f"nothing grants {granted(place, mandate)} there now"


def why_not_removed(place: Place, account: AccountId, mandate: Mandate) -> str:
    if mandate.basis.purpose is not Purpose.FORGET:
        return why_not_revoked(place, account, mandate)
    if account != mandate.basis.forgotten:
        return f"the account is not the one that is to be forgotten, {mandate.basis.forgotten}"
    return (
        why_not_forgotten(mandate.basis)
        or f"{place.name} can be deleted there with its stack: the account is ACTIVE, the instance not INOPERABLE"
    )


def why_not_revoked(place: Place, account: AccountId, mandate: Mandate) -> str:
    if reason := why_untouched(account, mandate):
        return reason
    name = group_set_of(mandate.basis.rollout.prefix, place.name)
    rules = mandate.basis.selection.granted(account).get(name, ()) if name is not None else ()
    if rules:
        return f"it is to be revoked; granted by {located(', '.join(rules), mandate)}"
    return f"it is to be revoked; a plan for {mandate.basis.purpose} revokes nothing there now"


def why_untouched(account: AccountId, mandate: Mandate) -> str:
    """Of an account that is never changed."""
    if account not in mandate.basis.organization.accounts:
        return f"the account is not in organization {mandate.basis.organization.id}"
    reason = mandate.basis.excluded.get(account)
    return f"the account is never changed: {located(reason, mandate)}" if reason is not None else ""


def located(reason: str, mandate: Mandate) -> str:
    """The reason with ``file:line:column`` of the first rule it names, where it names one."""
    rules = mandate.basis.rollout.rules
    where = next((rule.location for rule in rules if rule.location and reason.startswith(rule.name)), "")
    return f"{reason} ({where})" if where else reason


def granted(place: Place, mandate: Mandate) -> str:
    name = group_set_of(mandate.basis.rollout.prefix, place.name)
    return f'"{name}"' if name is not None else "a group set of this role"


def window_words(window: Window | None) -> str:
    return f"{format_time(window.not_before)} to {format_time(window.not_after)}" if window is not None else "none"
