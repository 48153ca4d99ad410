"""Desired against observed, one (StackSet, account) at a time: what to create, update, replace, delete, and what to leave."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from orchestrator.model.identifiers import AccountId, GroupSetName, StackSetName
from orchestrator.model.plan import Change, ChangeKind
from orchestrator.model.state import Condition, Definition, Instance, StackSet, State
from orchestrator.planning.grants import Wanted, WantedSets
from orchestrator.temporary.windows import NOT_BEFORE


@dataclass(frozen=True, slots=True)
class Unit:
    """What stands under one name in one place: a StackSet over many accounts, or a plain stack in the management account."""

    definition: Definition | None
    instances: Mapping[AccountId, Instance] = field(default_factory=dict)
    is_foreign: bool = False
    auto_deploys: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything to be done under one name in one place. ``kept`` are instances nobody wants that stay: hands off."""

    stack_set: StackSetName
    group_set: GroupSetName | None
    wanted: Wanted | None
    observed: Unit
    is_stack: bool
    create: tuple[AccountId, ...] = ()
    update: tuple[AccountId, ...] = ()
    replace: tuple[AccountId, ...] = ()
    delete: tuple[AccountId, ...] = ()
    kept: tuple[AccountId, ...] = ()
    unchanged: tuple[AccountId, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def is_redefined(self) -> bool:
        """Its template, parameters or tags change."""
        return self.wanted is not None and self.observed.definition not in (None, self.wanted.definition)

    @property
    def is_vanishing(self) -> bool:
        """Nobody wants it and nothing will be left in it."""
        return self.observed.definition is not None and self.wanted is None and not self.kept

    @property
    def touched(self) -> frozenset[AccountId]:
        """The accounts that change."""
        return frozenset((*self.create, *self.update, *self.replace, *self.delete))

    @property
    def is_installing(self) -> bool:
        """Something is granted, updated or replaced."""
        return bool(self.create or self.update or self.replace)

    def narrowed(self, is_here: Callable[[AccountId], bool]) -> "Difference":
        """The same for some of its accounts, without the deletions."""
        create, update, replaced = (tuple(filter(is_here, part)) for part in (self.create, self.update, self.replace))
        return replace(self, create=create, update=update, replace=replaced, delete=())


NOTHING = Unit(None)


def differences(
    wanted: WantedSets,
    observed: State,
    management: AccountId,
    hands_off: Collection[AccountId],
    group_set_of: Callable[[StackSetName], GroupSetName | None],
) -> tuple[Difference, ...]:
    """One difference per name and place, those without anything to do included. ``hands_off`` accounts are never changed."""
    names = sorted({*wanted, *observed.stack_sets, *observed.stacks})
    return tuple(
        compare(name, group_set_of(name), part, unit, is_stack=is_stack, hands_off=hands_off)
        for name in names
        for is_stack, part, unit in places(name, wanted.get(name), observed, management)
    )


def places(name: StackSetName, wanted: Wanted | None, observed: State, management: AccountId) -> Iterator[tuple[bool, Wanted | None, Unit]]:
    """The management account's share becomes a plain stack, the rest a StackSet."""
    elsewhere = narrow(wanted, lambda account: account != management)
    at_management = narrow(wanted, lambda account: account == management)
    if elsewhere or name in observed.stack_sets:
        yield False, elsewhere, stack_set_unit(observed.stack_sets.get(name))
    if at_management or name in observed.stacks:
        stack = observed.stacks.get(name)
        unit = Unit(stack.definition, {management: stack.instance}, stack.is_foreign) if stack else NOTHING
        yield True, at_management, unit


def stack_set_unit(stack_set: StackSet | None) -> Unit:
    if stack_set is None:
        return NOTHING
    return Unit(stack_set.definition, stack_set.instances, stack_set.is_foreign, stack_set.auto_deploys)


def narrow(wanted: Wanted | None, is_here: Callable[[AccountId], bool]) -> Wanted | None:
    if wanted is None:
        return None
    accounts = {account: why for account, why in wanted.accounts.items() if is_here(account)}
    return Wanted(wanted.definition, wanted.role, accounts, wanted.group_set, wanted.windows) if accounts else None


def compare(
    name: StackSetName,
    group_set: GroupSetName | None,
    wanted: Wanted | None,
    observed: Unit,
    *,
    is_stack: bool,
    hands_off: Collection[AccountId],
) -> Difference:
    """One name in one place. Of a foreign StackSet nothing is said but what it is."""
    surplus = sorted(account for account in observed.instances if wanted is None or account not in wanted.accounts)
    difference = Difference(name, group_set, wanted, observed, is_stack)
    if observed.is_foreign:
        return difference
    needs = sort_by_need(wanted, observed)
    deleted = tuple(account for account in surplus if account not in hands_off)
    revocations = tuple(Change(ChangeKind.REVOKE, name, group_set, account, "no rule grants it") for account in deleted)
    stale = needs[ChangeKind.UPDATE] if not is_stack and loses_windows(observed, wanted) else ()
    broken = (*(account for account in needs[ChangeKind.REPAIR] if is_beyond_update(observed.instances[account])), *stale)
    return replace(
        difference,
        create=needs[ChangeKind.GRANT],
        update=tuple(sorted({*needs[ChangeKind.UPDATE], *needs[ChangeKind.REPAIR]} - {*broken})),
        replace=tuple(sorted(broken)),
        delete=deleted,
        kept=tuple(account for account in surplus if account in hands_off),
        unchanged=needs[None],
        changes=(*explain_changes(difference, needs), *revocations),
    )


Needs = Mapping[ChangeKind | None, tuple[AccountId, ...]]


def sort_by_need(wanted: Wanted | None, observed: Unit) -> Needs:
    """The wanted accounts by what they need; None for those that need nothing."""
    needs: dict[ChangeKind | None, list[AccountId]] = {kind: [] for kind in (None, *ChangeKind)}
    if wanted is not None:
        is_redefined = observed.definition not in (None, wanted.definition)
        for account in sorted(wanted.accounts):
            kind = change_needed(observed.instances.get(account), is_redefined=is_redefined, moves=account in wanted.windows)
            needs[kind].append(account)
    return {kind: tuple(accounts) for kind, accounts in needs.items()}


def explain_changes(difference: Difference, needs: Needs) -> Iterator[Change]:
    rules = difference.wanted.accounts if difference.wanted else {}
    for kind in (ChangeKind.GRANT, ChangeKind.UPDATE, ChangeKind.REPAIR):
        for account in needs[kind]:
            why = reason(kind, rules[account], difference.observed.instances.get(account))
            yield Change(kind, difference.stack_set, difference.group_set, account, why)


def change_needed(instance: Instance | None, *, is_redefined: bool, moves: bool) -> ChangeKind | None:
    """What one wanted account needs."""
    if instance is None:
        return ChangeKind.GRANT
    if is_beyond_update(instance):
        return ChangeKind.REPAIR
    if is_redefined or moves:
        return ChangeKind.UPDATE
    return ChangeKind.REPAIR if instance.condition is Condition.OUTDATED else None


def is_beyond_update(instance: Instance) -> bool:
    """It has to be deleted and made anew: StackSets passes over INOPERABLE ones, and an update leaves drift as it is."""
    return instance.condition is Condition.INOPERABLE or instance.is_drifted


def loses_windows(observed: Unit, wanted: Wanted | None) -> bool:
    """A temporary set became permanent: AWS updates no instance whose overrides the template does not know any more."""
    before = observed.definition.parameters if observed.definition else {}
    return wanted is not None and NOT_BEFORE in before and NOT_BEFORE not in wanted.definition.parameters


def reason(kind: ChangeKind, rules: str, instance: Instance | None) -> str:
    if kind is ChangeKind.REPAIR and instance is not None and instance.is_drifted:
        return f"{rules}; drift detection found it changed in the account, or could not compare it: deleted and made anew"
    if kind is ChangeKind.REPAIR and instance is not None:
        return f"{rules}; {instance.told}"
    return f"{rules}; its definition or window changes" if kind is ChangeKind.UPDATE else rules
