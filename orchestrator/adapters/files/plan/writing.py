"""A plan as the document of its file."""

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import TypeVar

from orchestrator.adapters.files.plan.accounts import AccountTable
from orchestrator.adapters.files.plan.document import (
    ChangeRow,
    DefinitionRow,
    Document,
    InstancesRow,
    OperationRow,
    OrganizationPart,
    PacePart,
    ScopePart,
    TargetsRow,
    UnitRow,
    WaveRow,
    WithheldRow,
)
from orchestrator.model.alteration import Alteration
from orchestrator.model.identifiers import AccountId
from orchestrator.model.operation import Create, DeleteInstances, Operation, Update
from orchestrator.model.plan import Change, Plan, Target, WithheldSet
from orchestrator.model.rollout import Pace
from orchestrator.model.selectors import notation_of
from orchestrator.model.state import Condition, Definition, Instance, Place, Unit, Window

T = TypeVar("T")

ALL_OF_IT = attrgetter("condition", "window", "reason", "alteration")
"""An instance compares without its reason, which is kept."""


def document_of(plan: Plan) -> Document:
    """The document, with the digest the plan carries."""
    header, table, shared = plan.header, AccountTable(sorted(accounts_in(plan))), Shared()
    return Document(
        digest=plan.digest,
        created_at=header.created_at,
        made_by=header.provenance.made_by,
        configuration=header.provenance.configuration,
        purpose=header.purpose,
        because=header.because,
        narrowing=plan.narrowing,
        organization=OrganizationPart(
            id=header.organization, management_account=header.management_account, accounts=header.accounts, hub=header.hub
        ),
        scope=ScopePart(prefix=header.prefix, profile=header.profile, home_region=header.home_region, call_as=header.call_as),
        pace=pace_part(header.pace),
        summary=plan.summary,
        notices=plan.notices,
        violations=plan.violations,
        warnings=plan.warnings,
        sensitive_actions=header.sensitive_actions,
        overrides=header.overrides,
        temporary=plan.temporary,
        permissions=plan.permissions,
        roles=plan.roles,
        withheld=tuple(withheld_row(withheld, table) for withheld in plan.withheld),
        excluded=plan.excluded,
        rules=dict(plan.rules),
        group_sets=dict(plan.group_sets),
        changes=tuple(change_row(change, table) for change in plan.changes),
        operations=tuple(operation_row(operation, table, shared) for operation in plan.operations),
        targets=tuple(targets_rows(plan.targets, table)),
        observed=tuple(unit_row(place, unit, table, shared) for place, unit in sorted(plan.observed.items(), key=place_of)),
        accounts=tuple(table.accounts),
        definitions=tuple(shared.definitions),
        templates=tuple(shared.templates),
    )


def accounts_in(plan: Plan) -> set[AccountId]:
    """Every account that some row refers to."""
    found = {target.account for target in plan.targets}
    found.update(
        *(row.accounts for row in (*plan.changes, *plan.withheld, *plan.operations)), *(unit.instances for unit in plan.observed.values())
    )
    return found


class Shared:
    """Definitions and their templates, collected while they are referred to, each once."""

    def __init__(self) -> None:
        self.definitions: list[DefinitionRow] = []
        self.templates: list[str] = []

    def refer(self, definition: Definition) -> int:
        """The number of a definition, which is remembered."""
        template = number_of(definition.template, self.templates)
        return number_of(DefinitionRow(template, dict(definition.parameters), dict(definition.tags)), self.definitions)


def number_of(value: T, known: list[T]) -> int:
    if value not in known:
        known.append(value)
    return known.index(value)


def place_of(item: tuple[Place, Unit]) -> Place:
    return item[0]


def pace_part(pace: Pace) -> PacePart:
    waves = (WaveRow(name=wave.name, where=notation_of(wave.where) if wave.where else None, percent=wave.percent) for wave in pace.waves)
    return PacePart(
        waves=tuple(waves),
        max_concurrent_percent=pace.max_concurrent_percent,
        failure_tolerance_percent=pace.failure_tolerance_percent,
    )


def change_row(change: Change, table: AccountTable) -> ChangeRow:
    return ChangeRow(
        change=change.change,
        stack_set=change.stack_set,
        group_set=change.group_set,
        because=change.because,
        accounts=table.write(change.accounts),
    )


def withheld_row(withheld: WithheldSet, table: AccountTable) -> WithheldRow:
    return WithheldRow(group_set=withheld.group_set, because=withheld.because, accounts=table.write(withheld.accounts))


def operation_row(operation: Operation, table: AccountTable, shared: Shared) -> OperationRow:
    return OperationRow(
        id=operation.id,
        kind=operation.kind,
        stack_set=operation.place.name,
        wave=operation.wave,
        after=operation.after,
        accounts=table.write(operation.accounts),
        window=operation.window,
        revision=operation.revision,
        definition=shared.refer(operation.definition) if isinstance(operation, Create | Update) else None,
        retains=isinstance(operation, DeleteInstances) and operation.retains,
    )


def targets_rows(targets: Iterable[Target], table: AccountTable) -> Iterator[TargetsRow]:
    alike: dict[tuple[object, ...], list[Target]] = {}
    for target in targets:
        alike.setdefault((target.ou, target.state, *sorted(target.tags.items())), []).append(target)
    for (first, *_), found in ((group, group) for group in alike.values()):
        yield TargetsRow(
            ou=first.ou,
            state=first.state,
            tags=dict(first.tags),
            accounts=table.write(target.account for target in found),
            names=tuple(target.name for target in found),
        )


def unit_row(place: Place, unit: Unit, table: AccountTable, shared: Shared) -> UnitRow:
    return UnitRow(
        stack_set=place.name,
        is_stack=place.is_stack,
        definition=shared.refer(unit.definition),
        is_foreign=unit.is_foreign,
        auto_deploys=unit.auto_deploys,
        instances=tuple(instances_rows(unit.instances, table)),
    )


def instances_rows(instances: Mapping[AccountId, Instance], table: AccountTable) -> Iterator[InstancesRow]:
    alike: dict[tuple[Condition, Window | None, str, Alteration | None], list[AccountId]] = {}
    for account in sorted(instances):
        alike.setdefault(ALL_OF_IT(instances[account]), []).append(account)
    for (condition, window, reason, alteration), accounts in alike.items():
        yield InstancesRow(condition=condition, window=window, reason=reason, alteration=alteration, accounts=table.write(accounts))
