"""Sizes against the limits of IAM and CloudFormation, at the worst case: longest partition, names, bucket, and every option set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestrator.analysis.rendering import longest_values
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import GroupSetName
from orchestrator.model.roles import RoleKind
from orchestrator.templates.policy import policy_document, policy_size
from orchestrator.templates.template import rendered_files
from orchestrator.templates.trust import trust_document

INLINE_LIMIT = 10_240
"""Characters of all inline policies of one role together, white space not counted (IAM quotas)."""
TRUST_LIMIT = 2_048
"""Characters of a trust policy, before any quota increase (IAM quotas)."""
TEMPLATE_LIMIT = 51_200
"""Bytes of a template body in one call (CloudFormation quotas)."""


@dataclass(frozen=True, slots=True)
class Size:
    """One measured thing. ``limit`` is None for a part that counts only within its whole."""

    what: str
    kind: str
    size: int
    limit: int | None

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.size > self.limit


def sizes(catalog: Catalog) -> tuple[Size, ...]:
    """Each group set, each role with all its group sets, each trust policy and each template."""
    values = longest_values(catalog)
    parts = tuple(Size(name, "group set", group_set_size(catalog, name, values), None) for name in catalog.group_sets)
    unions = tuple(
        Size(role, "role", role_size(catalog, (group_set.name for group_set in catalog.sets_of(role)), values), INLINE_LIMIT)
        for role in RoleKind
    )
    trusts = tuple(Size(role, "trust", policy_size(trust_document(role, values=values)), TRUST_LIMIT) for role in RoleKind)
    templates = tuple(Size(name, "template", len(text.encode()), TEMPLATE_LIMIT) for name, text in rendered_files(catalog).items())
    return (*parts, *unions, *trusts, *templates)


def group_set_size(catalog: Catalog, name: GroupSetName, values: Mapping[str, str]) -> int:
    """Characters of one inline policy with these values."""
    return policy_size(policy_document(catalog.statements(name), values=values))


def role_size(catalog: Catalog, names: Iterable[GroupSetName], values: Mapping[str, str]) -> int:
    """Characters of all inline policies of a role that holds these group sets."""
    return sum(group_set_size(catalog, name, values) for name in names)


def oversized(measured: Iterable[Size]) -> tuple[str, ...]:
    """What does not fit, in words with the numbers."""
    return tuple(
        f"{size.kind} {size.what}: {size.size:,} characters, the limit is {size.limit:,}; take groups out or narrow fewer options."
        for size in measured
        if size.is_over
    )
