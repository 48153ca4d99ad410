"""Sizes against the limits of IAM and CloudFormation, at the worst case: longest partition, names, bucket, and every option set.

What the rules of a rollout can grant is measured with that rollout's values, as a plan measures it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from orchestrator.analysis.rendering import longest_values, rollout_values
from orchestrator.model.catalog import Catalog, PermissionGroup
from orchestrator.model.identifiers import GroupSetName
from orchestrator.model.roles import RoleKind
from orchestrator.model.rollout import AllPermanent, Rollout
from orchestrator.templates.guardrails import SCP_LIMIT
from orchestrator.templates.limits import INLINE_LIMIT, TEMPLATE_LIMIT, TRUST_LIMIT, explain_excess, group_set_size, trust_size
from orchestrator.templates.policy import policy_document, policy_size
from orchestrator.templates.template import rendered_files


@dataclass(frozen=True, slots=True)
class Size:
    """One measured thing. ``kind`` is group set, role (all its group sets together), trust, template or guardrail."""

    what: str
    kind: str
    size: int
    limit: int

    @property
    def is_over(self) -> bool:
        return self.size > self.limit


def sizes(catalog: Catalog) -> tuple[Size, ...]:
    """Each group set, each role with all its group sets, each trust policy and each template."""
    values = longest_values(catalog)
    parts = tuple(Size(name, "group set", group_set_size(catalog, name, values), INLINE_LIMIT) for name in catalog.group_sets)
    unions = tuple(
        Size(role, "role", role_size(catalog, (group_set.name for group_set in catalog.sets_of(role)), values), INLINE_LIMIT)
        for role in RoleKind
    )
    trusts = tuple(Size(role, "trust", trust_size(role, values), TRUST_LIMIT) for role in RoleKind)
    templates = tuple(Size(name, "template", len(text.encode()), TEMPLATE_LIMIT) for name, text in rendered_files(catalog).items())
    return (*parts, *unions, *trusts, *templates)


def guardrail_sizes(files: Mapping[str, str]) -> tuple[Size, ...]:
    """Each rendered guardrail by its path, white space included, as AWS Organizations counts what it is given."""
    return tuple(Size(path, "guardrail", len(text), SCP_LIMIT) for path, text in files.items())


def variant_sizes(catalog: Catalog, group: PermissionGroup) -> Mapping[RoleKind, int]:
    """Characters of a policy that holds this group alone, by role."""
    values = longest_values(catalog)
    return {role: policy_size(policy_document(group.variants[role], values=values)) for role in group.roles}


def role_size(catalog: Catalog, names: Iterable[GroupSetName], values: Mapping[str, str]) -> int:
    """Characters of all inline policies of a role that holds these group sets."""
    return sum(group_set_size(catalog, name, values) for name in names)


def oversized(measured: Iterable[Size]) -> tuple[str, ...]:
    """What can never be deployed, in words with the numbers."""
    return tuple(
        f"{size.kind} {size.what}: {size.size:,} characters, the limit is {size.limit:,}; take groups out or make its texts shorter."
        for size in measured
        if size.is_over and size.kind != "role"
    )


def crowded(rollout: Rollout, catalog: Catalog) -> tuple[str, ...]:
    """Roles that cannot hold every group set of the profile at once, with the size of each set."""
    found = loads(rollout, catalog, lambda role: tuple(group_set.name for group_set in catalog.sets_of(role)))
    return tuple(f"with all group sets of the profile {excess} No account can hold them all." for excess in found)


def overgranted(rollout: Rollout, catalog: Catalog) -> tuple[str, ...]:
    """Roles that cannot hold what the rules may grant them, with the size of each group set."""
    found = loads(rollout, catalog, lambda role: grantable(rollout, catalog, role))
    return tuple(f"by the rules {excess} Grant fewer of them, or take groups out of them." for excess in found)


def loads(rollout: Rollout, catalog: Catalog, names: Callable[[RoleKind], Iterable[GroupSetName]]) -> Iterator[str]:
    """Role by role, why these group sets do not fit on it with the values of rollout.yaml in the partition with the longest name."""
    values = rollout_values(rollout, catalog)
    for role in RoleKind:
        if excess := explain_excess(role, {name: group_set_size(catalog, name, values) for name in names(role)}):
            yield excess


def grantable(rollout: Rollout, catalog: Catalog, role: RoleKind) -> tuple[GroupSetName, ...]:
    """The group sets of a role that some rule grants; ``all`` stands for the permanent ones."""
    return tuple(
        group_set.name
        for group_set in catalog.sets_of(role)
        if any(not group_set.temporary if isinstance(rule.grant, AllPermanent) else group_set.name in rule.grant for rule in rollout.rules)
    )
