"""How what a role is allowed differs from what the vendor publishes, group by group: by meaning, conditions included."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from orchestrator.model.catalog import Catalog, PermissionGroup, Statement
from orchestrator.model.identifiers import GroupName
from orchestrator.model.permission import ScopeChange
from orchestrator.model.published import Published, VendorDifference
from orchestrator.model.roles import RoleKind
from orchestrator.permissions.allowances import Allowances, Scope, allowances_of, blocks_of
from orchestrator.permissions.difference import compare_allowances
from orchestrator.templates import policy_document


def vendor_differences(
    role: RoleKind, groups: Iterable[GroupName], catalog: Catalog, published: Published, values: Mapping[str, str]
) -> Iterator[VendorDifference]:
    """Of groups that one role has together. ``values`` are the parameters by CloudFormation's names, for both sides.

    The statements of a group that was taken out of a published one count in with that one, where the role has both.
    """
    held = [catalog.groups[name] for name in dict.fromkeys(groups)]
    names = {group.name for group in held}
    for group in held:
        if names.isdisjoint(group.part_of):
            theirs = published.get(group.name, {}).get(role, ())
            ours = [statement for part in held if is_part(part, group) for statement in part.variants[role]]
            alike = sort_alike(allowed_by((found.statement for found in theirs), values), allowed_by(ours, values))
            because, sources = " ".join(group.differs.split()), tuple(dict.fromkeys(found.source for found in theirs))
            for (change, before, after), actions in alike.items():
                yield VendorDifference(group.name, role, change, tuple(actions), blocks_of(before), blocks_of(after), because, sources)


def is_part(part: PermissionGroup, group: PermissionGroup) -> bool:
    return part is group or group.name in part.part_of


def allowed_by(statements: Iterable[Statement], values: Mapping[str, str]) -> Allowances:
    return allowances_of(policy_document(statements, values=values)["Statement"])


def sort_alike(theirs: Allowances, ours: Allowances) -> Mapping[tuple[ScopeChange, Scope, Scope], list[str]]:
    """Actions by how they differ."""
    alike: dict[tuple[ScopeChange, Scope, Scope], list[str]] = defaultdict(list)
    for found in compare_allowances(theirs, ours):
        alike[found.change, found.before, found.after].append(found.action)
    return alike
