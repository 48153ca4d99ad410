"""How what a role is allowed differs from what the vendor publishes, group by group: by meaning, conditions included."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from orchestrator.model.catalog import Catalog, PermissionGroup, Statement
from orchestrator.model.identifiers import GroupName
from orchestrator.model.permission import ScopeChange
from orchestrator.model.published import Published, PublishedStatement, VendorDifference
from orchestrator.model.roles import RoleKind
from orchestrator.permissions.allowances import Allowances, Scope, allowances_of, blocks_of
from orchestrator.permissions.difference import compare_allowances
from orchestrator.templates import policy_document

Held = Mapping[GroupName, Sequence[Statement]]
"""The groups a role has, each with its statements there."""


def vendor_differences(
    role: RoleKind, held: Held, catalog: Catalog, published: Published, values: Mapping[str, str]
) -> Iterator[VendorDifference]:
    """Of the groups that one role has together. ``values`` are the parameters by CloudFormation's names, for both sides.

    The statements of a group that was taken out of a published one count in with that one, where the role has both.
    """
    for group in (catalog.groups[name] for name in held):
        if held.keys().isdisjoint(group.part_of):
            ours = [statement for name, own in held.items() if is_part(catalog.groups[name], group) for statement in own]
            theirs = published_for(group, role, ours, published)
            alike = sort_alike(allowed_by((found.statement for found in theirs), values), allowed_by(ours, values))
            because, sources = " ".join(group.differs.split()), tuple(dict.fromkeys(found.source for found in theirs))
            for (change, before, after), actions in alike.items():
                yield VendorDifference(group.name, role, change, tuple(actions), blocks_of(before), blocks_of(after), because, sources)


def is_part(part: PermissionGroup, group: PermissionGroup) -> bool:
    return part is group or group.name in part.part_of


def published_for(
    group: PermissionGroup, role: RoleKind, ours: Iterable[Statement], published: Published
) -> tuple[PublishedStatement, ...]:
    """The vendor's statements of the group; of one that is only part of published groups, what those say of its actions."""
    if role in published.get(group.name, {}) or not group.part_of:
        return published.get(group.name, {}).get(role, ())
    actions = {action for statement in ours for action in statement.actions}
    whole = (found for name in group.part_of for found in published.get(name, {}).get(role, ()))
    parts = (replace(found, statement=narrowed(found.statement, actions)) for found in whole)
    return tuple(part for part in parts if part.statement.actions)


def narrowed(statement: Statement, actions: Collection[str]) -> Statement:
    return replace(statement, actions=tuple(action for action in statement.actions if action in actions))


def allowed_by(statements: Iterable[Statement], values: Mapping[str, str]) -> Allowances:
    return allowances_of(policy_document(statements, values=values)["Statement"])


def sort_alike(theirs: Allowances, ours: Allowances) -> Mapping[tuple[ScopeChange, Scope, Scope], list[str]]:
    """Actions by how they differ."""
    alike: dict[tuple[ScopeChange, Scope, Scope], list[str]] = defaultdict(list)
    for found in compare_allowances(theirs, ours):
        alike[found.change, found.before, found.after].append(found.action)
    return alike
