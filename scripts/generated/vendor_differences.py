"""docs/vendor-differences.md: ours against the vendor's statements, difference by difference.

published.json holds the statements as the vendor publishes them, in the releases its ``source`` names.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypedDict

from orchestrator.model.catalog import Catalog, PermissionGroup
from orchestrator.model.roles import RoleKind
from orchestrator.templates.effective import EffectiveStatement, effective
from scripts.generated.permission_groups import codes, flat, table

INTRODUCTION = """\
<!-- Written by scripts/golden from config/catalog and scripts/generated/published.json: change those, not this page. -->

# Ours against the vendor's statements

Every action whose resources or conditions are not the published ones, with every parameter at its default; groups that are not listed are
as published. Partition `aws` stands for whichever it is. Statements of groups that were taken out of a published one are counted in.
"""

GIVEN = {"partition": "aws", "platform_bucket": "MY_CADO_BUCKET", "platform_bucket_prefix": ""}
"""So that what is the same reads the same."""


class PublishedStatement(TypedDict):
    actions: list[str]
    resources: list[str]
    conditions: dict[str, dict[str, str | list[str]]]
    source: str


Scopes = Mapping[str, tuple[str, ...]]
"""Action in lower case to where it is allowed, in words."""


def published() -> Mapping[str, Mapping[str, list[PublishedStatement]]]:
    """Group to role to statements."""
    found: Mapping[str, Mapping[str, list[PublishedStatement]]] = json.loads(
        Path(__file__).with_name("published.json").read_text(encoding="utf-8")
    )
    return found


def vendor_differences_page(catalog: Catalog) -> str:
    return "\n".join([INTRODUCTION, *(section(catalog, group) for group in catalog.groups.values() if differences(catalog, group))])


def section(catalog: Catalog, group: PermissionGroup) -> str:
    rows = differences(catalog, group)
    return f"## {group.name}\n\n{flat(group.differs)}\n\n{table(('actions', 'role', 'published', 'ours'), rows)}"


def differences(catalog: Catalog, group: PermissionGroup) -> list[tuple[str, str, str, str]]:
    """Actions that differ in the same way stand in one row."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for role, statements in published().get(group.name, {}).items():
        theirs, ours = published_scopes(statements), our_scopes(catalog, group, RoleKind(role))
        names = spelling(catalog, group, RoleKind(role), statements)
        for action in sorted({*theirs, *ours}):
            if theirs.get(action) != ours.get(action):
                key = (role, in_words(theirs.get(action, ())), in_words(ours.get(action, ())))
                rows.setdefault(key, []).append(names[action])
    return [(codes(actions), *key) for key, actions in rows.items()]


def in_words(scopes: tuple[str, ...]) -> str:
    return codes(scopes) or "not allowed"


def published_scopes(statements: Iterable[PublishedStatement]) -> Scopes:
    found: dict[str, set[str]] = {}
    for statement in statements:
        conditions = [
            f"{operator} {key}: {', '.join([values] if isinstance(values, str) else values)}"
            for operator, keys in statement["conditions"].items()
            for key, values in keys.items()
        ]
        for action in statement["actions"]:
            found.setdefault(action.lower(), set()).update(scopes(statement["resources"], conditions))
    return {action: tuple(sorted(texts)) for action, texts in found.items()}


def our_scopes(catalog: Catalog, group: PermissionGroup, role: RoleKind) -> Scopes:
    found: dict[str, set[str]] = {}
    for statement in our_statements(catalog, group, role):
        conditions = [f"{each.operator} {each.key}: {', '.join(each.values)}" for each in statement.conditions if not each.unset]
        for action in statement.actions:
            found.setdefault(action.lower(), set()).update(scopes(statement.resources, conditions))
    return {action: tuple(sorted(texts)) for action, texts in found.items()}


def our_statements(catalog: Catalog, group: PermissionGroup, role: RoleKind) -> Iterator[EffectiveStatement]:
    """Those of the group and of the groups taken out of it."""
    for each in catalog.groups.values():
        if each is group or group.name in each.part_of:
            yield from (effective(statement, catalog, GIVEN) for statement in each.variants.get(role, ()))


def scopes(resources: Iterable[str], conditions: Iterable[str]) -> Iterator[str]:
    limit = " and ".join(sorted(conditions))
    return (f"{resource} if {limit}" if limit else resource for resource in resources)


def spelling(catalog: Catalog, group: PermissionGroup, role: RoleKind, statements: Iterable[PublishedStatement]) -> Mapping[str, str]:
    """Ours where both know the action."""
    names = [action for statement in statements for action in statement["actions"]]
    names += [action for statement in our_statements(catalog, group, role) for action in statement.actions]
    return {name.lower(): name for name in names}
