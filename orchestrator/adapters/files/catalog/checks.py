"""Checks across the files of a catalog: names, variants, placeholders, statement ids."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from orchestrator.errors import Problem
from orchestrator.model.catalog import Catalog, Conditions, GroupSet, Parameter, PermissionGroup, Statement
from orchestrator.model.identifiers import GroupName
from orchestrator.model.nearness import did_you_mean
from orchestrator.model.roles import RoleKind

LITERAL = re.compile(r"\$\{((?![a-z][a-z0-9_]*\})[^:}]{2,})\}")
"""Neither a placeholder nor a variable of IAM, which holds a colon or is a single sign such as ``${*}``."""
PLACEHOLDER = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
FILLED_BY_CLOUDFORMATION = ("partition", "account", "region")
NO_SUCH = "List the groups with: orchestrator groups"
RESERVED = (
    "role_name", "policy_name", "not_before", "not_after", "path", "max_session", "permissions_boundary", "own_boundary",
    "rollout", "organization_id", "hub_account", "former_hub_account", "trusted_role", "trusted_role_arns", "external_id",
    "revision", "repaired",
)  # fmt: skip


def check_catalog(catalog: Catalog) -> list[Problem]:
    """Every disagreement, in the order of the files."""
    found: list[Problem] = []
    for parameter in catalog.parameters.values():
        found += check_parameter(parameter)
    for group in catalog.groups.values():
        found += check_group(catalog, group)
    for group_set in catalog.group_sets.values():
        found += check_group_set(catalog, group_set)
    for role in RoleKind:
        found += check_role(catalog, role)
    return [*found, *check_accepted(catalog)]


def check_parameter(parameter: Parameter) -> Iterator[Problem]:
    where = f"parameter {parameter.name}"
    if parameter.name in RESERVED:
        yield Problem(where, "the templates use this name themselves.", "Choose another name.")
    try:
        pattern = re.compile(parameter.pattern)
    except re.error as error:
        yield Problem(where, f"its pattern is no regular expression: {error}.", "Correct the pattern.")
        return
    for what, value in (("default", parameter.default), ("longest", parameter.longest)):
        if value is not None and not pattern.search(value):
            yield Problem(where, f"its {what} {value!r} does not fit its pattern.", "Correct one of them.")


def check_group(catalog: Catalog, group: PermissionGroup) -> Iterator[Problem]:
    for what, names in (("has an unknown successor", group.successors), ("is part of an unknown group", group.part_of)):
        for name in set(names) - set(catalog.groups):
            yield Problem(group.location, f'{group.name} {what} "{name}".', did_you_mean(name, catalog.groups, NO_SUCH))
    for role, statements in group.variants.items():
        if not statements:
            yield Problem(
                group.location, f"{group.name} has no statement for the {role} role.", "Add one, or take the role out of `roles`."
            )
        for sid in repeated(statement.sid for statement in statements):
            yield Problem(group.location, f"two statements of {group.name} make the Sid {sid}.", "Give one of them another id.")
    for statement in {statement.sid: statement for statements in group.variants.values() for statement in statements}.values():
        yield from check_statement(catalog, group, statement)


def check_statement(catalog: Catalog, group: PermissionGroup, statement: Statement) -> Iterator[Problem]:
    for text in (*statement.resources, *condition_texts(statement.conditions)):
        yield from check_spelling(group, statement, text)
        for name in PLACEHOLDER.findall(text):
            if name not in FILLED_BY_CLOUDFORMATION and name not in catalog.parameters:
                yield Problem(
                    group.location,
                    f'{statement.sid} uses an unknown parameter "{name}".',
                    did_you_mean(name, catalog.parameters, f"Known are: {', '.join(catalog.parameters)}."),
                )
    for operator, keys in statement.conditions.items():
        optional = sum(is_optional(values, catalog.parameters) for values in keys.values())
        if optional > 1 and optional == len(keys):
            message = f"{statement.sid}: {operator} holds nothing but options, and could be left empty."
            yield Problem(group.location, message, "Give each option a statement or an operator of its own.")


def check_spelling(group: PermissionGroup, statement: Statement, text: str) -> Iterator[Problem]:
    """Texts that would be deployed and match nothing: an ARN of one partition, or an unknown placeholder."""
    if text.startswith("arn:aws"):
        yield Problem(group.location, f'{statement.sid}: "{text}" is bound to one partition.', "Begin it with arn:${partition}:")
    for literal in LITERAL.findall(text):
        near = did_you_mean(literal, FILLED_BY_CLOUDFORMATION, "Placeholders are written small, with underscores.")
        yield Problem(group.location, f"{statement.sid}: nothing fills ${{{literal}}}.", near)


def check_group_set(catalog: Catalog, group_set: GroupSet) -> Iterator[Problem]:
    if group_set.name.startswith("role-"):
        yield Problem(group_set.location, "names that begin with role- belong to the role sets.", "Choose another name.")
    for needed in group_set.needs:
        if needed not in catalog.group_sets or needed == group_set.name:
            remedy = did_you_mean(needed, catalog.group_sets, "Name another group set of this profile.")
            yield Problem(group_set.location, f'group set {group_set.name} needs "{needed}", which this profile does not have.', remedy)
    for name in group_set.groups:
        group = catalog.groups.get(name)
        if group is None:
            yield Problem(
                group_set.location,
                f'group set {group_set.name} names an unknown group "{name}".',
                did_you_mean(name, catalog.groups, NO_SUCH),
            )
        elif group_set.role not in group.variants:
            message = f"{name} has no variant for the {group_set.role} role of group set {group_set.name}."
            yield Problem(group_set.location, message, f"It can be attached to: {', '.join(group.roles)}.")


def check_role(catalog: Catalog, role: RoleKind) -> Iterator[Problem]:
    """Statement ids must be unique within a role, so a group may be in one of its sets only."""
    sets = catalog.sets_of(role)
    for name in repeated(group for group_set in sets for group in group_set.groups):
        holders = [group_set for group_set in sets if name in group_set.groups]
        message = f"{name} is granted to the {role} role by {' and '.join(holder.name for holder in holders)}."
        yield Problem(holders[-1].location, message, "Keep it in one of them, so that revoking that one revokes it.")
    groups = dict.fromkeys(group for group_set in sets for group in group_set.groups)
    for sid in repeated(sid for name in groups for sid in sids(catalog, name, role)):
        yield Problem(sets[-1].location, f"the Sid {sid} occurs twice on the {role} role.", "Give one of the statements another id.")


def check_accepted(catalog: Catalog) -> Iterator[Problem]:
    for entry in catalog.accepted:
        if entry.group not in catalog.groups:
            yield Problem(entry.location, f'unknown group "{entry.group}".', did_you_mean(entry.group, catalog.groups, NO_SUCH))


def sids(catalog: Catalog, name: GroupName, role: RoleKind) -> tuple[str, ...]:
    group = catalog.groups.get(name)
    return tuple(statement.sid for statement in group.variants.get(role, ())) if group else ()


def is_optional(values: tuple[str, ...], parameters: Mapping[str, Parameter]) -> bool:
    match = PLACEHOLDER.fullmatch(values[0]) if len(values) == 1 else None
    return match is not None and match[1] in parameters and parameters[match[1]].is_optional


def condition_texts(conditions: Conditions) -> Iterator[str]:
    return (value for keys in conditions.values() for values in keys.values() for value in values)


def repeated(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name, count in Counter(names).items() if count > 1)
