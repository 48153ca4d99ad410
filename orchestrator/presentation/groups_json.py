"""The catalog as programs read it."""

from collections.abc import Iterable

from orchestrator.analysis.sizes import Size, variant_sizes
from orchestrator.model.catalog import Catalog, GroupSet, PermissionGroup, Statement
from orchestrator.model.identifiers import GroupName, GroupSetName
from orchestrator.presentation.groups import Sizes


def groups_json(catalog: Catalog, sizes: Sizes, measured: Iterable[Size] = ()) -> dict[str, object]:
    """``sizes`` names everything that counts against a limit: in characters, templates in bytes."""
    return {
        "profile": catalog.profile,
        "group_sets": [group_set_json(group_set, sizes) for group_set in catalog.group_sets.values()],
        "groups": [group_json(catalog, group) for group in catalog.groups.values()],
        "sizes": [{"kind": size.kind, "what": size.what, "size": size.size, "limit": size.limit} for size in measured],
    }


def entry_json(catalog: Catalog, name: str, sizes: Sizes) -> dict[str, object]:
    """One group set, with its statements, or one group. Raises KeyError when the catalog has neither."""
    group_set = catalog.group_sets.get(GroupSetName(name))
    if group_set is None:
        return group_json(catalog, catalog.groups[GroupName(name)])
    return {**group_set_json(group_set, sizes), "statements": list(map(statement_json, catalog.statements(group_set.name)))}


def group_set_json(group_set: GroupSet, sizes: Sizes) -> dict[str, object]:
    return {
        "name": group_set.name,
        "role": group_set.role.value,
        "groups": list(group_set.groups),
        "purpose": group_set.purpose,
        "temporary": group_set.temporary,
        "needs": list(group_set.needs),
        "size": sizes.get(group_set.name),
    }


def group_json(catalog: Catalog, group: PermissionGroup) -> dict[str, object]:
    return {
        "name": group.name,
        "purpose": group.purpose,
        "status": group.status.value,
        "successors": list(group.successors),
        "optional": group.optional,
        "optional_for": group.optional_for,
        "part_of": list(group.part_of),
        "differs": group.differs,
        "removal": group.removal,
        "expected_check_failure": group.expected_check_failure,
        "notes": group.notes,
        "source": group.source,
        "sizes": {kind.value: size for kind, size in variant_sizes(catalog, group).items()},
        "variants": {kind.value: list(map(statement_json, group.variants[kind])) for kind in group.roles},
    }


def statement_json(statement: Statement) -> dict[str, object]:
    return {
        "sid": statement.sid,
        "actions": list(statement.actions),
        "resources": list(statement.resources),
        "conditions": {operator: {key: list(values) for key, values in keys.items()} for operator, keys in statement.conditions.items()},
    }
