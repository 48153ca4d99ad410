"""Conditions of a statement as CloudFormation writes them: one that depends on an optional parameter is left out when that is empty."""

from collections.abc import Mapping, Sequence

from orchestrator.model.catalog import Conditions, Parameter, Statement
from orchestrator.templates.emission import If, Ref, Sub, Value, is_given, join
from orchestrator.templates.placeholders import PLACEHOLDER, logical_name, lone_placeholder

Parameters = Mapping[str, Parameter]


def text_value(text: str) -> Value:
    """A text of the catalog: plain, ``!Ref`` when it is one placeholder, ``!Sub`` when it contains some."""
    if name := lone_placeholder(text):
        return Ref(logical_name(name))
    if not PLACEHOLDER.search(text):
        return text
    escaped = text.replace("${aws:", "${!aws:")
    return Sub(PLACEHOLDER.sub(lambda match: f"${{{logical_name(match[1])}}}", escaped))


def list_value(texts: Sequence[str]) -> Value:
    """One text alone stands for itself, which lets a list parameter be the whole list."""
    return text_value(texts[0]) if len(texts) == 1 else [text_value(text) for text in texts]


def condition_name(parameter: Parameter) -> str:
    return f"Has{parameter.logical_name}"


def optional_parameter(texts: Sequence[str], parameters: Parameters) -> Parameter | None:
    """The optional parameter these values depend on, if they do."""
    name = lone_placeholder(texts[0]) if len(texts) == 1 else None
    parameter = parameters.get(name) if name else None
    return parameter if parameter and parameter.is_optional else None


def options(statements: Sequence[Statement], parameters: Parameters) -> tuple[Parameter, ...]:
    """The optional parameters that conditions of these statements depend on, in order of first use."""
    values = (texts for statement in statements for keys in statement.conditions.values() for texts in keys.values())
    found = (optional_parameter(texts, parameters) for texts in values)
    return tuple(dict.fromkeys(parameter for parameter in found if parameter))


def template_conditions(hanging: Sequence[Parameter]) -> dict[str, Value]:
    """The Conditions section: one per optional parameter that something depends on."""
    return {condition_name(parameter): is_given(given(parameter)) for parameter in hanging}


def given(parameter: Parameter) -> Value:
    return join(",", Ref(parameter.logical_name)) if parameter.is_list else Ref(parameter.logical_name)


def condition_block(conditions: Conditions, parameters: Parameters) -> "Value | None":
    """The Condition of a statement; a whole that depends on one optional parameter becomes one ``!If``."""
    block = {operator: operator_block(keys, parameters) for operator, keys in conditions.items()}
    match list(block.items()):
        case []:
            return None
        case [(operator, If(condition, then))]:
            return If(condition, {operator: then})
        case _:
            return block


def operator_block(keys: Mapping[str, tuple[str, ...]], parameters: Parameters) -> Value:
    block: dict[str, Value] = {}
    for key, texts in keys.items():
        parameter = optional_parameter(texts, parameters)
        block[key] = If(condition_name(parameter), list_value(texts)) if parameter else list_value(texts)
    match list(block.items()):
        case [(key, If(condition, then))]:
            return If(condition, {key: then})
        case _:
            return block
