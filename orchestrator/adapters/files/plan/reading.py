"""The document of a file as the plan it stands for. The rows are ours: only what refers to something is looked at again."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypedDict, TypeVar

from pydantic import ValidationError

from orchestrator.adapters.files.plan.accounts import AccountTable
from orchestrator.adapters.files.plan.document import Document, OperationRow, PacePart, TargetsRow, UnitRow, WaveRow
from orchestrator.adapters.files.rollout.selectors import read_selector
from orchestrator.codec import UnreadableError
from orchestrator.model.alteration import Revision
from orchestrator.model.identifiers import AccountId, OperationKey
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
from orchestrator.model.plan import Change, Header, Plan, Target, WithheldSet
from orchestrator.model.provenance import Provenance
from orchestrator.model.rollout import Pace, Wave
from orchestrator.model.state import Definition, Instance, Place, Unit, Window

T = TypeVar("T")

Definitions = Sequence[Definition]

INSTANCES: Mapping[str, type[CreateInstances | UpdateInstances]] = {
    operation.verb: operation for operation in (CreateInstances, UpdateInstances)
}


def plan_of(document: Document) -> Plan:
    """The plan. Raises UnreadableError where a row refers to nothing."""
    table = AccountTable(document.accounts)
    definitions = [Definition(at(document.templates, row.template), row.parameters, row.tags) for row in document.definitions]
    targets = (target for row in document.targets for target in targets_of(row, table))
    return Plan(
        header=header_of(document),
        observed={Place(row.stack_set, row.is_stack): unit_of(row, table, definitions) for row in document.observed},
        operations=tuple(operation_of(row, table, definitions) for row in document.operations),
        summary=document.summary,
        changes=tuple(Change(row.change, row.stack_set, row.group_set, table.read(row.accounts), row.because) for row in document.changes),
        permissions=document.permissions,
        roles=document.roles,
        withheld=tuple(WithheldSet(row.group_set, table.read(row.accounts), row.because) for row in document.withheld),
        targets=tuple(sorted(targets, key=lambda target: target.account)),
        excluded=document.excluded,
        temporary=document.temporary,
        notices=document.notices,
        warnings=document.warnings,
        violations=document.violations,
        rules=document.rules,
        group_sets=document.group_sets,
        narrowing=document.narrowing,
        digest=document.digest,
    )


def header_of(document: Document) -> Header:
    return Header(
        created_at=document.created_at,
        purpose=document.purpose,
        organization=document.organization.id,
        management_account=document.organization.management_account,
        accounts=document.organization.accounts,
        home_region=document.scope.home_region,
        prefix=document.scope.prefix,
        profile=document.scope.profile,
        call_as=document.scope.call_as,
        pace=pace_of(document.pace),
        overrides=document.overrides,
        because=document.because,
        provenance=Provenance(document.made_by, document.configuration),
        hub=document.organization.hub,
        sensitive_actions=document.sensitive_actions,
    )


def pace_of(part: PacePart) -> Pace:
    return Pace(tuple(map(wave_of, part.waves)), part.max_concurrent_percent, part.failure_tolerance_percent)


def wave_of(row: WaveRow) -> Wave:
    try:
        return Wave(row.name, None if row.where is None else read_selector(row.where), row.percent)
    except ValidationError:
        raise UnreadableError(f'wave "{row.name}" is chosen by something else than a selector') from None


def at(rows: Sequence[T], number: int | None) -> T:
    """What stands at that number of a table."""
    if number is None or not 0 <= number < len(rows):
        raise UnreadableError(f"a reference to number {number} leads nowhere")
    return rows[number]


class Columns(TypedDict):
    """What every operation has."""

    id: OperationKey
    place: Place
    wave: str
    after: tuple[OperationKey, ...]
    accounts: tuple[AccountId, ...]
    window: Window | None
    revision: Revision | None


def operation_of(row: OperationRow, table: AccountTable, definitions: Definitions) -> Operation:
    """Raises UnreadableError for an unknown kind, a definition that is not there or a stack without its account."""
    place = Place(row.stack_set, row.kind.endswith("_stack"))
    accounts = table.read(row.accounts)
    columns = Columns(id=row.id, place=place, wave=row.wave, after=row.after, accounts=accounts, window=row.window, revision=row.revision)
    if place.is_stack and not row.accounts:
        raise UnreadableError(f"{row.id} lacks the account of its stack")
    match row.kind:
        case "create_stack_set" | "create_stack":
            return Create(**columns, definition=at(definitions, row.definition))
        case "update_stack_set" if row.definition is None:
            return StopAutoDeployment(**columns)
        case "update_stack_set" | "update_stack":
            return Update(**columns, definition=at(definitions, row.definition))
        case "delete_stack_set" | "delete_stack":
            return Delete(**columns)
        case DeleteInstances.verb:
            return DeleteInstances(**columns, retains=row.retains)
        case kind if kind in INSTANCES:
            return INSTANCES[kind](**columns)
        case _:
            raise UnreadableError(f"{row.id} is no kind of operation")


def targets_of(row: TargetsRow, table: AccountTable) -> Iterator[Target]:
    accounts = table.read(row.accounts)
    if len(accounts) != len(row.names):
        raise UnreadableError("accounts and names of targets differ in number")
    return (Target(account, name, row.ou, row.state, row.tags) for account, name in zip(accounts, row.names, strict=True))


def unit_of(row: UnitRow, table: AccountTable, definitions: Definitions) -> Unit:
    instances: dict[AccountId, Instance] = {}
    for alike in row.instances:
        instance = Instance(alike.condition, alike.window, alike.reason, alike.alteration)
        instances.update(dict.fromkeys(table.read(alike.accounts), instance))
    return Unit(at(definitions, row.definition), instances, row.is_foreign, row.auto_deploys)
