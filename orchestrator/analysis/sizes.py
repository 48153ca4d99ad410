"""Sizes against the limits of IAM and CloudFormation, at the worst case: longest partition, names, bucket, and every option set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestrator.analysis.rendering import longest_values
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import GroupSetName
from orchestrator.model.roles import RoleKind
from orchestrator.templates.limits import INLINE_LIMIT, TEMPLATE_LIMIT, TRUST_LIMIT, group_set_size, trust_size
from orchestrator.templates.template import rendered_files


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
    trusts = tuple(Size(role, "trust", trust_size(role, values), TRUST_LIMIT) for role in RoleKind)
    templates = tuple(Size(name, "template", len(text.encode()), TEMPLATE_LIMIT) for name, text in rendered_files(catalog).items())
    return (*parts, *unions, *trusts, *templates)


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
