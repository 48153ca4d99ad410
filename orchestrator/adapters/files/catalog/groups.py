"""Turns the entries of the catalog files into values of the model."""

from collections.abc import Mapping

from orchestrator.adapters.files.catalog.schema import GroupSchema, ParameterSchema, StatementSchema
from orchestrator.model.catalog import Conditions, GroupStatus, Parameter, PermissionGroup, Statement
from orchestrator.model.identifiers import GroupName
from orchestrator.model.roles import RoleKind

REGION_KEY = "aws:RequestedRegion"
REGION_VALUES = ("${regions}",)


def group_of(name: GroupName, item: GroupSchema, location: str) -> PermissionGroup:
    return PermissionGroup(
        name=name,
        purpose=item.purpose,
        variants={RoleKind(role): variant_of(name, item, role) for role in item.roles},
        source=item.source,
        status=GroupStatus(item.status),
        successors=tuple(map(GroupName, item.successors)),
        part_of=tuple(map(GroupName, item.part_of)),
        differs=item.differs,
        in_mission=item.mission,
        optional=bool(item.optional),
        optional_for=item.optional if isinstance(item.optional, str) else "",
        removal=item.removal,
        expected_check_failure=item.expected_check_failure,
        notes=item.notes,
        location=location,
    )


def variant_of(name: GroupName, item: GroupSchema, role: str) -> tuple[Statement, ...]:
    return tuple(statement_of(name, entry, role) for entry in item.statements if entry.roles is None or role in entry.roles)


def statement_of(name: GroupName, entry: StatementSchema, role: str) -> Statement:
    return Statement(f"{name}{entry.id}", tuple(entry.actions), tuple(entry.resources), conditions_of(entry, role))


def read_conditions(written: Mapping[str, Mapping[str, str | list[str]]]) -> dict[str, dict[str, tuple[str, ...]]]:
    """One value or a list of them, either way of writing."""
    return {
        operator: {key: (values,) if isinstance(values, str) else tuple(values) for key, values in keys.items()}
        for operator, keys in written.items()
    }


def conditions_of(entry: StatementSchema, role: str) -> Conditions:
    """The conditions as written; a regional statement gets the option ``regions`` last, in the spoke, where evidence lies."""
    conditions = read_conditions(entry.conditions)
    if not entry.regional or role != RoleKind.SPOKE:
        return conditions
    beside = conditions.pop("StringEquals", {})
    return {**conditions, "StringEquals": {**beside, REGION_KEY: REGION_VALUES}}


def parameter_of(name: str, item: ParameterSchema) -> Parameter:
    return Parameter(
        name=name,
        description=item.description,
        pattern=item.pattern,
        constraint=item.constraint,
        longest=item.longest,
        default=item.default,
        is_list=item.list,
    )
