"""What rollout.yaml and the catalog must agree on: group sets that need roles, terms and parameters, and names that must fit."""

import re
from collections.abc import Iterator, Mapping

from orchestrator.adapters.files.reading.validation import Fault
from orchestrator.adapters.files.reading.yaml_document import Location
from orchestrator.adapters.files.rollout.pieces import Pieces
from orchestrator.adapters.files.rollout.schema import RuleEntry
from orchestrator.model.catalog import Catalog, GroupSet, Parameter
from orchestrator.model.identifiers import GroupSetName
from orchestrator.model.nearness import did_you_mean
from orchestrator.templates.parameters import HUB_PARAMETER, ROLE_PARAMETERS
from orchestrator.templates.placeholders import used

LONGEST_NAME = 128
"""CreateStackSet, StackSetName."""


def check_agreement(pieces: Pieces, catalog: Catalog) -> Iterator[Fault]:
    """Every disagreement with the catalog, beyond names it does not know."""
    for at, rule, group_set in granted(pieces, catalog):
        yield from check_role(at, rule, group_set, pieces)
        if pieces.has_terms <= set(catalog.group_sets):  # else one of them may be this set, misspelt, and is reported as such
            yield from check_has_terms(at, rule, group_set, pieces)
    yield from check_terms(pieces, catalog)
    for name, value in pieces.parameters.items():
        yield from check_parameter(name, value, catalog)
    yield from check_required(pieces, catalog)
    yield from check_stack_set_names(pieces, catalog)


def granted(pieces: Pieces, catalog: Catalog) -> Iterator[tuple[Location, RuleEntry, GroupSet]]:
    """Every known group set that a rule grants, and where."""
    for index, rule in pieces.rules.items():
        for position, name in enumerate(rule.grant if isinstance(rule.grant, list) else ()):
            if name in catalog.group_sets:
                yield ("rules", index, "grant", position), rule, catalog.group_sets[GroupSetName(name)]


def check_role(at: Location, rule: RuleEntry, group_set: GroupSet, pieces: Pieces) -> Iterator[Fault]:
    if group_set.role not in pieces.configured:
        message = f'rule "{rule.rule}" grants {group_set.name}, which attaches to the {group_set.role} role, and there is no such role.'
        yield Fault(at, message, f"Add roles.{group_set.role}, or do not grant it.")


def check_has_terms(at: Location, rule: RuleEntry, group_set: GroupSet, pieces: Pieces) -> Iterator[Fault]:
    if group_set.temporary and group_set.name not in pieces.has_terms:
        message = f'rule "{rule.rule}" grants {group_set.name}, which is temporary, and nothing says when it must be gone.'
        yield Fault(at, message, f"Add temporary.{group_set.name} with remove_when and expires_after.")


def check_terms(pieces: Pieces, catalog: Catalog) -> Iterator[Fault]:
    for name in sorted(pieces.has_terms):
        group_set = catalog.group_sets.get(GroupSetName(name))
        if group_set is not None and not group_set.temporary:
            temporary = [known.name for known in catalog.group_sets.values() if known.temporary]
            message = f"temporary.{name}: {name} is a permanent group set."
            remedy = f"Remove it, or mark the set temporary in the catalog. Temporary are: {', '.join(temporary) or 'none'}."
            yield Fault(("temporary", name), message, remedy, on_key=True)


def check_parameter(name: str, value: str, catalog: Catalog) -> Iterator[Fault]:
    at: Location = ("parameters", name)
    if followed := ROLE_PARAMETERS.get(name):
        yield Fault(at, f"parameters.{name}: this follows {followed}.", "Remove it here.", on_key=True)
    elif (parameter := catalog.parameters.get(name)) is None:
        choices = [known for known in catalog.parameters if known not in ROLE_PARAMETERS]
        remedy = did_you_mean(name, choices, f"Known are: {', '.join(choices)}.")
        yield Fault(at, f'the profile "{catalog.profile}" has no parameter "{name}".', remedy, on_key=True)
    elif not is_fitting(parameter, value):
        remedy = "" if value.isprintable() else "Write it on one line, several separated by commas."
        yield Fault(at, f'parameters.{name}: must be {parameter.constraint}, not "{value}".', remedy)


def is_fitting(parameter: Parameter, value: str) -> bool:
    """No pattern counts on a line break; ``[^,]`` lets one through."""
    is_short = parameter.max_length is None or len(value) <= parameter.max_length
    return value.isprintable() and is_short and re.fullmatch(parameter.pattern, value) is not None


def check_required(pieces: Pieces, catalog: Catalog) -> Iterator[Fault]:
    """A parameter without default needs a value as soon as a rule grants something that uses it."""
    followed = {HUB_PARAMETER} if any(kind.is_hub for kind in pieces.configured) else set()
    for name, (rule, group_set) in needed_parameters(pieces, catalog).items():
        parameter = catalog.parameters.get(name)
        if parameter is not None and parameter.default is None and name not in {*pieces.parameters, *followed}:
            message = f'rule "{rule}" grants {group_set}, which needs the parameter {name}, and it has no value.'
            yield Fault(("parameters",), message, f"Add parameters.{name}: {parameter.constraint}.")


def needed_parameters(pieces: Pieces, catalog: Catalog) -> Mapping[str, tuple[str, GroupSetName]]:
    """Parameter to the first rule and group set that use it."""
    found: dict[str, tuple[str, GroupSetName]] = {}
    grants = [(rule.rule, group_set) for _, rule, group_set in granted(pieces, catalog)]
    grants += [
        (rule.rule, group_set)
        for rule in pieces.rules.values()
        for group_set in catalog.group_sets.values()
        if rule.grant == "all" and not group_set.temporary and group_set.role in pieces.configured
    ]
    for rule, group_set in grants:
        for name in used(catalog.statements(group_set.name)):
            found.setdefault(name, (rule, group_set.name))
    return found


def check_stack_set_names(pieces: Pieces, catalog: Catalog) -> Iterator[Fault]:
    longest = max(catalog.group_sets, key=len, default="")
    name = f"{pieces.prefix}-{longest}"
    if longest and len(name) > LONGEST_NAME:
        message = f"prefix: the StackSet {name} would have {len(name)} characters; at most {LONGEST_NAME} are allowed."
        yield Fault(("prefix",), message, "Shorten the prefix, or the name of the group set.")
