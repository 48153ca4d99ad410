"""The shape of a plan file. Templates and definitions stand in it once, by digest, and are referred to from everywhere else."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from orchestrator.adapters.files.plan.operations import operation_of, operation_row
from orchestrator.adapters.files.plan.rows import (
    ChangeRow,
    DefinitionRow,
    InstanceRow,
    ObservedRow,
    OperationRow,
    PaceRow,
    PermissionRow,
    Row,
    StackRow,
    StackSetRow,
    TargetRow,
    TemporaryRow,
)
from orchestrator.model.identifiers import AccountId, OrganizationId, PlanDigest, Region
from orchestrator.model.permission import RoleChange
from orchestrator.model.plan import ExcludedAccount, Header, Plan, Purpose, Summary, Violation, WithheldSet
from orchestrator.model.rollout import CallAs
from orchestrator.model.state import Definition, Instance, Place, State, Unit


class OrganizationRow(Row):
    id: OrganizationId
    management_account: AccountId
    accounts: int


class ScopeRow(Row):
    """Which rollout the plan belongs to; with the organization, the first thing under the digest."""

    prefix: str
    profile: str
    home_region: Region
    call_as: CallAs


class Document(Row):
    """A plan file, its fields in the order they are written."""

    format: Literal[1]
    digest: PlanDigest
    created_at: datetime
    purpose: Purpose
    because: str
    organization: OrganizationRow
    scope: ScopeRow
    summary: Summary
    notices: tuple[str, ...]
    violations: tuple[Violation, ...]
    warnings: tuple[str, ...]
    overrides: tuple[str, ...]
    temporary: tuple[TemporaryRow, ...]
    permissions: tuple[PermissionRow, ...]
    roles: tuple[RoleChange, ...]
    withheld: tuple[WithheldSet, ...]
    changes: tuple[ChangeRow, ...]
    operations: tuple[OperationRow, ...]
    excluded: tuple[ExcludedAccount, ...]
    rules: dict[str, str]
    pace: PaceRow
    targets: tuple[TargetRow, ...]
    observed: ObservedRow
    definitions: dict[str, DefinitionRow]
    templates: dict[str, str]

    def value(self) -> Plan:
        """The plan. Raises KeyError when a reference leads nowhere."""
        definitions = {ref: row.value(self.templates) for ref, row in self.definitions.items()}
        return Plan(
            header=self.header(),
            observed=state_of(self.observed, definitions, self.organization.management_account),
            operations=tuple(operation_of(row, definitions) for row in self.operations),
            summary=self.summary,
            changes=tuple(row.value() for row in self.changes),
            permissions=tuple(row.value() for row in self.permissions),
            roles=self.roles,
            withheld=self.withheld,
            targets=tuple(row.value() for row in self.targets),
            excluded=self.excluded,
            temporary=tuple(row.value() for row in self.temporary),
            notices=self.notices,
            warnings=self.warnings,
            violations=self.violations,
            rules=self.rules,
            digest=self.digest,
        )

    def header(self) -> Header:
        return Header(
            created_at=self.created_at,
            purpose=self.purpose,
            organization=self.organization.id,
            management_account=self.organization.management_account,
            accounts=self.organization.accounts,
            home_region=self.scope.home_region,
            prefix=self.scope.prefix,
            profile=self.scope.profile,
            call_as=self.scope.call_as,
            pace=self.pace.value(),
            overrides=self.overrides,
            because=self.because,
        )


class Interned:
    """Collects definitions and their templates while a document is written, each once."""

    def __init__(self) -> None:
        self.definitions: dict[str, DefinitionRow] = {}
        self.templates: dict[str, str] = {}

    def refer(self, definition: Definition) -> str:
        """The reference of a definition, which is remembered."""
        template = mark(definition.template)
        self.templates[template] = definition.template
        row = DefinitionRow(template=template, parameters=dict(definition.parameters), tags=dict(definition.tags))
        reference = mark(json.dumps(row.model_dump(mode="json"), sort_keys=True))
        self.definitions[reference] = row
        return reference


def mark(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()}"


def document_of(plan: Plan) -> Document:
    """The plan as it is written, with the digest it carries."""
    interned, header = Interned(), plan.header
    operations = tuple(operation_row(operation, interned.refer) for operation in plan.operations)
    observed = observed_row(plan.observed, interned)
    return Document(
        format=1,
        digest=plan.digest,
        created_at=header.created_at,
        purpose=header.purpose,
        because=header.because,
        organization=OrganizationRow(id=header.organization, management_account=header.management_account, accounts=header.accounts),
        scope=ScopeRow(prefix=header.prefix, profile=header.profile, home_region=header.home_region, call_as=header.call_as),
        summary=plan.summary,
        notices=plan.notices,
        violations=plan.violations,
        warnings=plan.warnings,
        overrides=header.overrides,
        temporary=tuple(map(TemporaryRow.of, plan.temporary)),
        permissions=tuple(map(PermissionRow.of, plan.permissions)),
        roles=plan.roles,
        withheld=plan.withheld,
        changes=tuple(ChangeRow.of(change, header.home_region) for change in plan.changes),
        operations=operations,
        excluded=plan.excluded,
        rules=dict(plan.rules),
        pace=PaceRow.of(header.pace),
        targets=tuple(map(TargetRow.of, plan.targets)),
        observed=observed,
        definitions=interned.definitions,
        templates=interned.templates,
    )


def observed_row(state: State, interned: Interned) -> ObservedRow:
    return ObservedRow(
        stack_sets={place.name: stack_set_row(unit, interned) for place, unit in state.items() if not place.is_stack},
        stacks={place.name: stack_row(unit, interned) for place, unit in state.items() if place.is_stack},
    )


def stack_set_row(unit: Unit, interned: Interned) -> StackSetRow:
    plain = InstanceRow.of(Instance())
    rows = {account: InstanceRow.of(found) for account, found in unit.instances.items()}
    others = {account: row for account, row in rows.items() if row != plain}
    return StackSetRow(
        definition=interned.refer(unit.definition),
        is_foreign=unit.is_foreign,
        current=tuple(sorted(account for account in unit.instances if account not in others)),
        others=others,
        auto_deploys=unit.auto_deploys,
    )


def stack_row(unit: Unit, interned: Interned) -> StackRow:
    instance = next(iter(unit.instances.values()), Instance())
    return StackRow(definition=interned.refer(unit.definition), is_foreign=unit.is_foreign, instance=InstanceRow.of(instance))


def state_of(row: ObservedRow, definitions: Mapping[str, Definition], management: AccountId) -> State:
    return {
        **{Place(name): stack_set_of(found, definitions) for name, found in row.stack_sets.items()},
        **{Place(name, is_stack=True): stack_of(found, definitions, management) for name, found in row.stacks.items()},
    }


def stack_set_of(row: StackSetRow, definitions: Mapping[str, Definition]) -> Unit:
    return Unit(definitions[row.definition], row.instances(), row.is_foreign, row.auto_deploys)


def stack_of(row: StackRow, definitions: Mapping[str, Definition], management: AccountId) -> Unit:
    instances = {} if row.is_foreign else {management: row.instance.value()}
    return Unit(definitions[row.definition], instances, row.is_foreign)
