"""Desired against observed, one (place, account) at a time: what to create, update, replace, delete, and what to leave."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from orchestrator.model.identifiers import AccountId, GroupSetName, StackSetName
from orchestrator.model.plan import Change, ChangeKind
from orchestrator.model.state import Condition, Definition, Instance, Place, State, Unit
from orchestrator.planning.grants import Wanted, WantedSets, shares
from orchestrator.temporary.windows import NOT_BEFORE


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything to be done in one place. ``kept`` are instances nobody wants that stay: hands off."""

    place: Place
    group_set: GroupSetName | None
    wanted: Wanted | None
    observed: Unit | None
    create: tuple[AccountId, ...] = ()
    update: tuple[AccountId, ...] = ()
    replace: tuple[AccountId, ...] = ()
    delete: tuple[AccountId, ...] = ()
    kept: tuple[AccountId, ...] = ()
    unchanged: tuple[AccountId, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def definition(self) -> Definition | None:
        """As observed."""
        return self.observed.definition if self.observed else None

    @property
    def instances(self) -> Mapping[AccountId, Instance]:
        """As observed."""
        return self.observed.instances if self.observed else {}

    @property
    def is_foreign(self) -> bool:
        """The name belongs to something that is not ours."""
        return self.observed is not None and self.observed.is_foreign

    @property
    def is_redefined(self) -> bool:
        """Its template, parameters or tags change."""
        return self.wanted is not None and self.definition not in (None, self.wanted.definition)

    @property
    def is_vanishing(self) -> bool:
        """Nobody wants it and nothing will be left in it."""
        return self.observed is not None and self.wanted is None and not self.kept

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


def differences(
    wanted: WantedSets,
    observed: State,
    management: AccountId,
    hands_off: Collection[AccountId],
    group_set_of: Callable[[StackSetName], GroupSetName | None],
) -> tuple[Difference, ...]:
    """One difference per place, those without anything to do included. ``hands_off`` accounts are never changed."""
    asked = shares(wanted, management)
    return tuple(
        compare(Difference(place, group_set_of(place.name), asked.get(place), observed.get(place)), hands_off)
        for place in sorted({*asked, *observed})
    )


def compare(difference: Difference, hands_off: Collection[AccountId]) -> Difference:
    """One place. Of a foreign StackSet nothing is said but what it is."""
    if difference.is_foreign:
        return difference
    wanted, instances = difference.wanted, difference.instances
    surplus = sorted(account for account in instances if wanted is None or account not in wanted.accounts)
    needs = sort_by_need(difference)
    deleted = tuple(account for account in surplus if account not in hands_off)
    stale = needs[ChangeKind.UPDATE] if not difference.place.is_stack and loses_windows(difference) else ()
    broken = (*(account for account in needs[ChangeKind.REPAIR] if is_beyond_update(instances[account])), *stale)
    return replace(
        difference,
        create=needs[ChangeKind.GRANT],
        update=tuple(sorted({*needs[ChangeKind.UPDATE], *needs[ChangeKind.REPAIR]} - {*broken})),
        replace=tuple(sorted(broken)),
        delete=deleted,
        kept=tuple(account for account in surplus if account in hands_off),
        unchanged=needs[None],
        changes=(*explain_changes(difference, needs), *explain_revocations(difference, deleted)),
    )


Needs = Mapping[ChangeKind | None, tuple[AccountId, ...]]


def sort_by_need(difference: Difference) -> Needs:
    """The wanted accounts by what they need; None for those that need nothing."""
    needs: dict[ChangeKind | None, list[AccountId]] = {kind: [] for kind in (None, *ChangeKind)}
    if (wanted := difference.wanted) is not None:
        for account in sorted(wanted.accounts):
            instance, moves = difference.instances.get(account), account in wanted.windows
            needs[change_needed(instance, is_redefined=difference.is_redefined, moves=moves)].append(account)
    return {kind: tuple(accounts) for kind, accounts in needs.items()}


def explain_changes(difference: Difference, needs: Needs) -> Iterator[Change]:
    rules = difference.wanted.accounts if difference.wanted else {}
    for kind in (ChangeKind.GRANT, ChangeKind.UPDATE, ChangeKind.REPAIR):
        for account in needs[kind]:
            why = reason(kind, rules[account], difference.instances.get(account))
            yield Change(kind, difference.place.name, difference.group_set, account, why)


def explain_revocations(difference: Difference, accounts: tuple[AccountId, ...]) -> Iterator[Change]:
    for account in accounts:
        yield Change(ChangeKind.REVOKE, difference.place.name, difference.group_set, account, "no rule grants it")


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


def loses_windows(difference: Difference) -> bool:
    """A temporary set became permanent: AWS updates no instance whose overrides the template does not know any more."""
    before = difference.definition.parameters if difference.definition else {}
    return difference.wanted is not None and NOT_BEFORE in before and NOT_BEFORE not in difference.wanted.definition.parameters


def reason(kind: ChangeKind, rules: str, instance: Instance | None) -> str:
    if kind is ChangeKind.REPAIR and instance is not None and instance.is_drifted:
        return f"{rules}; drift detection found it changed in the account, or could not compare it: deleted and made anew"
    if kind is ChangeKind.REPAIR and instance is not None:
        return f"{rules}; {instance.told}"
    return f"{rules}; its definition or window changes" if kind is ChangeKind.UPDATE else rules
