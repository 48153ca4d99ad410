"""The page security reviewers read, docs/permission-groups.md, written from the catalog so that it cannot say anything else."""

from collections.abc import Iterable, Sequence

from orchestrator.analysis.linter.finding import Finding
from orchestrator.analysis.sizes import Size, sizes
from orchestrator.model.catalog import Catalog, Parameter, PermissionGroup
from orchestrator.model.roles import RoleKind
from orchestrator.presentation.groups import DEFAULTS, condition_in_words
from orchestrator.templates.effective import EffectiveStatement, effective
from orchestrator.templates.limits import INLINE_LIMIT
from orchestrator.templates.parameters import ROLE_PARAMETERS

INTRODUCTION = """\
<!-- Written by scripts/golden from config/catalog: change the catalog, not this page. -->

# Permission groups

What each permission group allows, which role it belongs to, where it comes from, and where ours differs from what the
vendor publishes, and why. A **group set** is what is granted and revoked together, as one inline policy on one role.
`orchestrator groups NAME` shows the same for your own catalog.

Statements are shown as deployed with every parameter at its default; conditions that an empty option leaves out are marked "not in
force". Texts such as `${platform_bucket}` are parameters. Sizes are characters without white space at the worst case: partition
`aws-us-gov`, longest names, every option set. IAM allows 10,240 in all inline policies of one role together.
"""


def permission_groups_page(catalogs: Sequence[Catalog], findings: Iterable[Finding]) -> str:
    """The page as Markdown. Groups and parameters are those of the first catalog, which knows them all; every profile gets its table."""
    first = catalogs[0]
    accepted: dict[str, list[Finding]] = {}
    for finding in findings:
        accepted.setdefault(finding.group, []).append(finding)
    parts = [
        INTRODUCTION,
        *(profile_section(catalog) for catalog in catalogs),
        mission_section(first),
        options_section(first),
        "## The groups, one by one\n",
        *(group_section(catalogs, group, accepted.get(group.name, ())) for group in in_order(first)),
    ]
    return "\n".join(parts)


def in_order(catalog: Catalog) -> list[PermissionGroup]:
    """Mission groups as their group sets list them, then the others by name."""
    listed = {name: None for group_set in catalog.group_sets.values() for name in group_set.groups}
    return sorted(catalog.groups.values(), key=lambda group: (not group.in_mission, group.name not in listed, group.name.lower()))


def profile_section(catalog: Catalog) -> str:
    measured = {(size.kind, size.what): size for size in sizes(catalog)}
    rows = [
        (
            f"`{group_set.name}`{' (temporary)' if group_set.temporary else ''}",
            group_set.role,
            link_all(group_set.groups),
            group_set.purpose + (f" Needs {', '.join(f'`{needed}`' for needed in group_set.needs)}." if group_set.needs else ""),
            size,
        )
        for group_set in catalog.group_sets.values()
        for size in (number(measured["group set", group_set.name]),)
    ]
    totals = ", ".join(f"{role} {number(measured['role', role])}" for role in RoleKind)
    header = ("group set", "role", "groups", "purpose", "size")
    return f"## Profile {catalog.profile}\n\n{table(header, rows)}\nAll group sets of a role together: {totals} of {INLINE_LIMIT:,}.\n"


def mission_section(catalog: Catalog) -> str:
    rows = [(link(group.name), ", ".join(sets_of(catalog, group)) or "none") for group in in_order(catalog) if group.in_mission]
    return f"## The groups of the vendor's permission page\n\n{table(('group', 'granted by'), rows)}"


def options_section(catalog: Catalog) -> str:
    rows = [
        (f"`{parameter.name}`", parameter.description, default_words(parameter))
        for parameter in catalog.parameters.values()
        if parameter.name not in ROLE_PARAMETERS
    ]
    header = ("name", "meaning", "default")
    words = "Set under `parameters` in rollout.yaml. Options only ever tighten; one that is left empty is not in force."
    return f"## Parameters\n\n{words}\n\n{table(header, rows)}"


def default_words(parameter: Parameter) -> str:
    match parameter.default:
        case None:
            return "required"
        case "":
            return "none"
        case value:
            return f"`{value}`"


def group_section(catalogs: Sequence[Catalog], group: PermissionGroup, findings: Iterable[Finding]) -> str:
    status = group.status + (f"; now {link_all(group.successors)}" if group.successors else "")
    granted = "; ".join(f"{catalog.profile}: {', '.join(found)}" for catalog in catalogs if (found := sets_of(catalog, group)))
    facts = {
        "Status": status,
        "Granted by": granted or "no shipped group set",
        "Optional": group.optional_for if group.optional else "no, the platform does not work without it",
        "Part of": link_all(group.part_of),
        "Source": group.source,
        "Differs": group.differs or "Not at all.",
        "Notes": group.notes,
        "Removal": group.removal,
        "Account check without it": group.expected_check_failure or "",
    }
    lines = [f"- **{name}:** {flat(text)}" for name, text in facts.items() if text]
    return "\n".join([f"### {group.name}\n", group.purpose, "", *lines, "", *variant_lines(catalogs[0], group), *finding_lines(findings)])


def variant_lines(catalog: Catalog, group: PermissionGroup) -> list[str]:
    """Roles whose statements are equal share one table. Statements are as deployed with every parameter at its default."""
    shared: dict[tuple[str, ...], list[RoleKind]] = {}
    for role in group.roles:
        shared.setdefault(tuple(map(repr, group.variants[role])), []).append(role)
    lines: list[str] = []
    for roles in shared.values():
        rows = [statement_row(effective(statement, catalog, DEFAULTS)) for statement in group.variants[roles[0]]]
        lines += [f"On the {' and '.join(roles)} role:", "", table(("Sid", "actions", "resources", "conditions"), rows)]
    return lines


def statement_row(statement: EffectiveStatement) -> tuple[str, ...]:
    conditions = map(condition_in_words, statement.conditions)
    return (statement.sid, codes(statement.actions), codes(statement.resources), codes(text.replace("`", "") for text in conditions))


def finding_lines(findings: Iterable[Finding]) -> list[str]:
    """Accepted findings, the same reason once."""
    reasons: dict[tuple[str, str, str], dict[str, None]] = {}
    for finding in findings:
        if finding.because:
            where = f" together with the rest of the {finding.role} role" if finding.in_union else ""
            reasons.setdefault((finding.rule, where, flat(finding.because)), {})[f"`{finding.action}` ({finding.severity})"] = None
    lines = [f"- {rule}{where}: {', '.join(actions)}. {because}" for (rule, where, because), actions in reasons.items()]
    return ["Accepted findings of the linter:", "", *lines, ""] if lines else []


def sets_of(catalog: Catalog, group: PermissionGroup) -> list[str]:
    return [f"`{group_set.name}`" for group_set in catalog.group_sets.values() if group.name in group_set.groups]


def link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def link_all(names: Iterable[str]) -> str:
    return ", ".join(map(link, names))


def codes(texts: Iterable[str]) -> str:
    return "<br>".join(f"`{text}`" for text in texts)


def flat(text: str) -> str:
    return " ".join(text.split())


def number(size: Size) -> str:
    return f"{size.size:,}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table with an empty line after it."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(flat(str(cell)).replace("|", "\\|") for cell in line) + " |\n" for line in lines)
