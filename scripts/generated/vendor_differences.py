"""docs/vendor-differences.md: ours against the vendor's statements, difference by difference; `orchestrator review` says the same."""

from collections.abc import Iterable
from functools import cache

from orchestrator.adapters.files.catalog.file import default_catalog_folder
from orchestrator.adapters.files.catalog.published import load_published
from orchestrator.model.catalog import Catalog
from orchestrator.model.identifiers import GroupName
from orchestrator.model.permission import Block
from orchestrator.model.published import Published, VendorDifference
from orchestrator.model.roles import RoleKind
from orchestrator.permissions.published import vendor_differences
from orchestrator.presentation.scopes import blocks_words
from orchestrator.templates.effective import deployed_values
from scripts.generated.permission_groups import codes, flat, table

INTRODUCTION = """\
<!-- Written by scripts/golden from config/catalog: change that, not this page. -->

# Ours against the vendor's statements

Every action whose resources or conditions are not the published ones, with every parameter at its default: whether ours allows more
requests than the published statement (new, wider), fewer (gone, narrower), or some more and some fewer (other). Groups that are not
listed allow exactly what is published. Partition `aws` stands for whichever it is. Statements of groups that were taken out of a
published one are counted in. `orchestrator review` compares the same way with your own values, and with the group sets a role has.
"""

GIVEN = {"partition": "aws", "platform_bucket": "MY_CADO_BUCKET", "platform_bucket_prefix": ""}
"""So that what is the same reads the same."""


@cache
def published() -> Published:
    return load_published(default_catalog_folder())


def vendor_differences_page(catalog: Catalog) -> str:
    found: dict[GroupName, list[VendorDifference]] = {}
    for row in all_differences(catalog):
        found.setdefault(row.group, []).append(row)
    return "\n".join([INTRODUCTION, *(section(name, found[name]) for name in catalog.groups if name in found)])


def all_differences(catalog: Catalog) -> Iterable[VendorDifference]:
    values = deployed_values(catalog, GIVEN)
    for role in RoleKind:
        held = {name: group.variants[role] for name, group in catalog.groups.items() if role in group.variants}
        yield from vendor_differences(role, held, catalog, published(), values)


def section(name: GroupName, rows: Iterable[VendorDifference]) -> str:
    rows = tuple(rows)
    cells = [(codes(row.actions), row.role, row.change, words(row.before, "not allowed"), words(row.after, "not allowed")) for row in rows]
    return f"## {name}\n\n{flat(rows[0].because)}\n\n{table(('actions', 'role', 'ours is', 'published', 'ours'), cells)}"


def words(blocks: tuple[Block, ...], nowhere: str) -> str:
    return codes(blocks_words([block]) for block in blocks) or nowhere
