"""The catalog as people read it: what can be granted, with sizes, and one group or group set in full."""

from collections.abc import Iterable, Mapping

from orchestrator.analysis.sizes import Size, variant_sizes
from orchestrator.errors import OrchestratorError
from orchestrator.model.catalog import AcceptedFinding, Catalog, GroupSet, PermissionGroup, Statement
from orchestrator.model.counts import counted
from orchestrator.model.identifiers import GroupName, GroupSetName
from orchestrator.model.nearness import did_you_mean
from orchestrator.model.roles import RoleKind
from orchestrator.planning.deployed_roles import DeployedRole
from orchestrator.presentation.deployed_roles import property_rows, role_sentence
from orchestrator.presentation.page import Page, Tone, sections, text_of
from orchestrator.presentation.words import line_of, listed
from orchestrator.templates.effective import EffectiveCondition, EffectiveStatement, Values, effective

ROLE_LIMIT = 10_240
"""Characters of all inline policies of one role, without white space (IAM quotas)."""

Sizes = Mapping[GroupSetName, int]

DEFAULTS: Values = {}
"""Nothing given: every parameter at its default."""


def groups_text(catalog: Catalog, sizes: Sizes, page: Page, measured: Iterable[Size] = (), roles: Iterable[DeployedRole] = ()) -> str:
    """Every group set by role with its groups and size in characters, then the groups that no set of this profile uses.

    ``measured`` is what counts against a limit of its own: trust policies in characters, templates in bytes. ``roles`` are those of
    the rollout.
    """
    deployed = {role.kind: role for role in roles}
    used = {group for group_set in catalog.group_sets.values() for group in group_set.groups}
    unused = [group for name, group in catalog.groups.items() if name not in used]
    return text_of(
        sections(
            [page.paint(f"Profile {catalog.profile}: {counted(len(catalog.group_sets), 'group set')}", Tone.TITLE)],
            *(role_lines(kind, catalog, sizes, page, deployed.get(kind)) for kind in RoleKind),
            unused_lines(unused, page),
            limit_lines(measured, page),
        )
    )


def role_lines(kind: RoleKind, catalog: Catalog, sizes: Sizes, page: Page, role: DeployedRole | None = None) -> list[str]:
    found = catalog.sets_of(kind)
    if not found:
        return []
    lasting = sum(sizes.get(group_set.name, 0) for group_set in found if not group_set.temporary)
    passing = sum(sizes.get(group_set.name, 0) for group_set in found if group_set.temporary)
    more = f", and {passing:,} for a time" if passing else ""
    title = page.wrap(f"role {kind}: {lasting:,} of {ROLE_LIMIT:,} characters at most when all are granted{more}", tone=Tone.TITLE)
    trust = page.wrap(f"{role_set_name(kind)}: {role_sentence(role)}", "  ", "    ") if role else []
    return [*title, *trust, *page.table([set_row(group_set, sizes) for group_set in found])]


def set_row(group_set: GroupSet, sizes: Sizes) -> tuple[str, ...]:
    mark = " (temporary)" if group_set.temporary else ""
    needs = f"; needs {', '.join(group_set.needs)}" if group_set.needs else ""
    return (f"{group_set.name}{mark}", f"{sizes.get(group_set.name, 0):>6,}", ", ".join(group_set.groups) + needs)


def role_set_name(kind: RoleKind) -> str:
    """What the catalog calls a role set, without the prefix of its StackSet."""
    return f"role-{kind}"


def role_set_text(role: DeployedRole, catalog: Catalog, page: Page) -> str:
    """One role set in full: the role's properties, and the group sets that attach to it."""
    sets = ", ".join(group_set.name for group_set in catalog.sets_of(role.kind))
    title = f"role set {role_set_name(role.kind)}, deployed as {role.role_set}" if role.is_managed else f"role {role.kind}"
    return text_of([*page.wrap(title, tone=Tone.TITLE), *page.table([*property_rows(role), ("group sets", sets or "none")])])


def unused_lines(groups: Iterable[PermissionGroup], page: Page) -> list[str]:
    rows = [(group.name, group.status.value, group.purpose) for group in groups]
    return [page.paint("in no group set of this profile", Tone.TITLE), *page.table(rows)] if rows else []


def limit_lines(measured: Iterable[Size], page: Page) -> list[str]:
    rows = [(f"{size.kind} {size.what}", f"{size.size:>6,} of {size.limit:,}") for size in measured if size.kind in ("trust", "template")]
    return [page.paint("trust policies in characters, templates in bytes", Tone.TITLE), *page.table(rows)] if rows else []


def entry_text(catalog: Catalog, name: str, sizes: Sizes, page: Page, given: Values = DEFAULTS) -> str:
    """One group set or one group in full, with the values ``given`` deploys. Raises KeyError when the catalog has neither."""
    if (group_set := catalog.group_sets.get(GroupSetName(name))) is not None:
        return group_set_text(catalog, group_set, sizes, page, given)
    return group_text(catalog, catalog.groups[GroupName(name)], page, given)


def group_set_text(catalog: Catalog, group_set: GroupSet, sizes: Sizes, page: Page, given: Values) -> str:
    title = f"group set {group_set.name}, role {group_set.role}" + (", temporary" if group_set.temporary else "")
    facts = [
        ("purpose", group_set.purpose),
        ("groups", ", ".join(group_set.groups)),
        ("needs", needs_in_words(group_set)),
        ("size", set_size(group_set, sizes)),
    ]
    return text_of(
        sections(
            [*page.wrap(title, tone=Tone.TITLE), *fact_lines([*facts, ("written in", line_of(group_set.location))], page)],
            *(group_facts(catalog.groups[group], page) for group in group_set.groups),
            statement_lines(effective_statements(catalog, catalog.statements(group_set.name), given), page),
            *(accepted_lines(catalog, group, group_set.role, page) for group in group_set.groups),
        )
    )


def needs_in_words(group_set: GroupSet) -> str:
    return f"{', '.join(group_set.needs)}: in the same account, to do what it is for" if group_set.needs else ""


def set_size(group_set: GroupSet, sizes: Sizes) -> str:
    size = sizes.get(group_set.name)
    return "" if size is None else f"{size:,} of the {ROLE_LIMIT:,} characters the role has"


def group_text(catalog: Catalog, group: PermissionGroup, page: Page, given: Values) -> str:
    sets = [group_set.name for group_set in catalog.group_sets.values() if group.name in group_set.groups]
    granted = fact_lines([("granted by", ", ".join(sets) or f"no group set of profile {catalog.profile}")], page)
    measured = variant_sizes(catalog, group).items()
    variants = (variant_lines(kind, size, effective_statements(catalog, group.variants[kind], given), page) for kind, size in measured)
    return text_of(sections([*group_facts(group, page), *granted], *variants, accepted_lines(catalog, group.name, None, page)))


def variant_lines(kind: RoleKind, size: int, statements: Iterable[EffectiveStatement], page: Page) -> list[str]:
    return [
        page.paint(f"role {kind}: {size:,} of the {ROLE_LIMIT:,} characters the role has", Tone.TITLE),
        *statement_lines(statements, page),
    ]


def accepted_lines(catalog: Catalog, group: GroupName, role: RoleKind | None, page: Page) -> list[str]:
    """Findings of the linter that have a reason: of the group alone, and beside the rest of one role or of every role."""
    entries = [entry for entry in catalog.accepted if entry.group == group and (role is None or entry.role in (None, role))]
    rows = [(accepted_in_words(entry), " ".join(entry.because.split())) for entry in entries]
    return [*page.wrap(f"accepted findings of {group}", tone=Tone.TITLE), *page.table(rows)] if rows else []


def accepted_in_words(entry: AcceptedFinding) -> str:
    beside = f", beside the rest of the {entry.role} role" if entry.role else ""
    return f"{entry.rule} of {', '.join(entry.actions)}{beside}"


def group_facts(group: PermissionGroup, page: Page) -> list[str]:
    """Why it exists, where it comes from, what differs and what taking it away costs."""
    facts = [
        ("purpose", group.purpose),
        ("status", status_words(group)),
        ("optional", optional_words(group)),
        ("part of", ", ".join(group.part_of)),
        ("differs", group.differs),
        ("removal", group.removal),
        ("check fails", f"expected without it: {group.expected_check_failure}" if group.expected_check_failure else ""),
        ("notes", group.notes),
        ("source", group.source),
        ("written in", line_of(group.location)),
    ]
    return [*page.wrap(f"group {group.name}", tone=Tone.TITLE), *fact_lines(facts, page)]


def optional_words(group: PermissionGroup) -> str:
    """For whom it is, or that nothing works without it."""
    return (group.optional_for or "yes") if group.optional else "no: the platform does not work without it"


def status_words(group: PermissionGroup) -> str:
    return group.status.value + (f", now {listed(group.successors)}" if group.successors else "")


def fact_lines(facts: Iterable[tuple[str, str]], page: Page) -> list[str]:
    return page.table([(name, " ".join(text.split())) for name, text in facts if text])


def effective_statements(catalog: Catalog, statements: Iterable[Statement], given: Values) -> list[EffectiveStatement]:
    return [effective(statement, catalog, given) for statement in statements]


def statement_lines(statements: Iterable[EffectiveStatement], page: Page) -> list[str]:
    return [line for statement in statements for line in one_statement(statement, page)]


def one_statement(statement: EffectiveStatement, page: Page) -> list[str]:
    return [
        *page.wrap(statement.sid, "  "),
        *page.table([("actions", ", ".join(statement.actions)), ("resources", ", ".join(statement.resources))], "    "),
        *page.table([("when", condition_in_words(condition)) for condition in statement.conditions], "    "),
    ]


def condition_in_words(condition: EffectiveCondition) -> str:
    """``StringLike aws:ResourceTag/Name: CadoResponse*``, or what to set so that it is in force."""
    value = f"not in force: set `{condition.unset}`" if condition.unset else ", ".join(condition.values)
    return f"{condition.operator} {condition.key}: {value}"


def unknown_entry(catalog: Catalog, name: str, roles: Iterable[str] = ()) -> OrchestratorError:
    """The error for a name that neither the catalog nor the ``roles`` know."""
    remedy = did_you_mean(name, (*catalog.group_sets, *catalog.groups, *roles), "List them with: orchestrator groups")
    return OrchestratorError(f'profile "{catalog.profile}" has no group and no group set "{name}".', remedy=remedy)
