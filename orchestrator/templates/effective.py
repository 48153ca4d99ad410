"""Statements as a rollout deploys them: its values in the place of placeholders, and the conditions that an empty option leaves out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orchestrator.model.catalog import Catalog, Statement
from orchestrator.templates.parameters import FOLLOWING
from orchestrator.templates.placeholders import PLACEHOLDER, PSEUDO, lone_placeholder

Values = Mapping[str, str]
"""Parameter to value, as ``given_values`` has them."""


@dataclass(frozen=True, slots=True)
class EffectiveCondition:
    """One condition. ``unset`` names the option that would have to be set for it to be in force; empty for one that is."""

    operator: str
    key: str
    values: tuple[str, ...]
    unset: str = ""


@dataclass(frozen=True, slots=True)
class EffectiveStatement:
    """What only AWS or a plan knows, such as ``${account}``, keeps its placeholder."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[EffectiveCondition, ...]


def effective(statement: Statement, catalog: Catalog, given: Values) -> EffectiveStatement:
    """The statement with the values given, and defaults for the others."""
    known = known_values(catalog, given)
    conditions = tuple(effective_condition(operator, key, texts, known) for operator, key, texts in statement.tests())
    return EffectiveStatement(statement.sid, statement.actions, tuple(filled(statement.resources, known)), conditions)


def known_values(catalog: Catalog, given: Values) -> Values:
    """What follows from the organization or the hub and is not given is known to a plan alone."""
    defaults = {name: parameter.default for name, parameter in catalog.parameters.items() if name not in FOLLOWING}
    return {**{name: value for name, value in defaults.items() if value is not None}, **given}


def deployed_values(catalog: Catalog, given: Values) -> Mapping[str, str]:
    """The value of every parameter by CloudFormation's name, for rendering; what is not known stays its placeholder."""
    known = known_values(catalog, given)
    pseudo = {name: known.get(placeholder, f"${{{placeholder}}}") for placeholder, name in PSEUDO.items()}
    return {**pseudo, **{each.logical_name: known.get(name, f"${{{name}}}") for name, each in catalog.parameters.items()}}


def is_known(value: str) -> bool:
    """Whether a value of ``deployed_values`` is one, and no placeholder that only a plan or AWS fills."""
    return lone_placeholder(value) is None


def effective_condition(operator: str, key: str, texts: tuple[str, ...], known: Values) -> EffectiveCondition:
    option = lone_placeholder(texts[0]) if len(texts) == 1 else None
    if option is not None and known.get(option) == "":
        return EffectiveCondition(operator, key, (), option)
    return EffectiveCondition(operator, key, tuple(filled(texts, known)))


def filled(texts: tuple[str, ...], known: Values) -> Iterator[str]:
    for text in texts:
        name = lone_placeholder(text)
        if name is not None and name in known:
            yield from (part.strip() for part in known[name].split(","))
        else:
            yield PLACEHOLDER.sub(lambda match: known.get(match[1], match[0]), text)
