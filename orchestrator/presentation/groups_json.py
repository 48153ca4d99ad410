"""The catalog as programs read it."""

from collections.abc import Iterable

from orchestrator.analysis.sizes import Size, variant_sizes
from orchestrator.model.catalog import Catalog, GroupSet, PermissionGroup, Statement
from orchestrator.model.identifiers import GroupName, GroupSetName
from orchestrator.model.roles import RoleKind
from orchestrator.planning.deployed_roles import DeployedRole
from orchestrator.presentation.deployed_roles import role_set_json
from orchestrator.presentation.groups import DEFAULTS, Sizes
from orchestrator.templates.effective import EffectiveStatement, Values, effective


def groups_json(catalog: Catalog, sizes: Sizes, measured: Iterable[Size] = (), roles: Iterable[DeployedRole] = ()) -> dict[str, object]:
    """``sizes`` names everything that counts against a limit: in characters, templates in bytes."""
    return {
        "profile": catalog.profile,
        "group_sets": [group_set_json(group_set, sizes) for group_set in catalog.group_sets.values()],
        "groups": [group_json(catalog, group) for group in catalog.groups.values()],
        "roles": [role_set_json(role) for role in roles],
        "sizes": [{"kind": size.kind, "what": size.what, "size": size.size, "limit": size.limit} for size in measured],
    }


def entry_json(catalog: Catalog, name: str, sizes: Sizes, given: Values = DEFAULTS) -> dict[str, object]:
    """One group set, with its statements, or one group, with the values ``given`` deploys. Raises KeyError when the catalog has neither."""
    group_set = catalog.group_sets.get(GroupSetName(name))
    if group_set is None:
        return group_json(catalog, catalog.groups[GroupName(name)], given)
    accepted = [entry for group in group_set.groups for entry in accepted_json(catalog, group, group_set.role)]
    return {
        **group_set_json(group_set, sizes),
        "statements": statements_json(catalog, catalog.statements(group_set.name), given),
        "accepted": accepted,
    }


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


def group_json(catalog: Catalog, group: PermissionGroup, given: Values = DEFAULTS) -> dict[str, object]:
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
        "variants": {kind.value: statements_json(catalog, group.variants[kind], given) for kind in group.roles},
        "accepted": accepted_json(catalog, group.name, None),
    }


def accepted_json(catalog: Catalog, group: GroupName, role: RoleKind | None) -> list[dict[str, object]]:
    """Findings that have a reason; ``beside`` names the role in whose union they occur."""
    return [
        {
            "finding": entry.rule,
            "group": group,
            "actions": list(entry.actions),
            "beside": entry.role.value if entry.role else None,
            "because": " ".join(entry.because.split()),
        }
        for entry in catalog.accepted
        if entry.group == group and (role is None or entry.role in (None, role))
    ]


def statements_json(catalog: Catalog, statements: Iterable[Statement], given: Values) -> list[dict[str, object]]:
    return [statement_json(effective(statement, catalog, given)) for statement in statements]


def statement_json(statement: EffectiveStatement) -> dict[str, object]:
    """``conditions`` are those in force; ``not_in_force`` names the option to set for each of the others."""
    conditions: dict[str, dict[str, list[str]]] = {}
    for condition in statement.conditions:
        if not condition.unset:
            conditions.setdefault(condition.operator, {})[condition.key] = list(condition.values)
    unset = [{"operator": each.operator, "key": each.key, "set": each.unset} for each in statement.conditions if each.unset]
    return {
        "sid": statement.sid,
        "actions": list(statement.actions),
        "resources": list(statement.resources),
        "conditions": conditions,
        "not_in_force": unset,
    }
