"""Parameters of templates: which values a template accepts, and what it gets when a value is left out."""

import re
from collections.abc import Mapping
from typing import Any

from orchestrator.sandbox.refusals import invalid
from orchestrator.sandbox.templates import Template

LONGEST_VALUE = 4_096


def given(parameters: list[dict[str, Any]] | None, previous: Mapping[str, str]) -> dict[str, str]:
    """Values of an API's parameter list; UsePreviousValue takes the one there was."""
    values: dict[str, str] = {}
    for item in parameters or []:
        key = item["ParameterKey"]
        if item.get("UsePreviousValue"):
            if key in previous:
                values[key] = previous[key]
        else:
            values[key] = item.get("ParameterValue", "")
    return values


def complete(template: Template, values: Mapping[str, str]) -> dict[str, str]:
    """Every parameter of the template with its value, defaults filled in and all constraints checked.

    Raises Refusal (ValidationError) in CloudFormation's words.
    """
    if unknown := sorted(values.keys() - template.parameters.keys()):
        raise invalid(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    defaults = {name: _text(item["Default"]) for name, item in template.parameters.items() if "Default" in item}
    full = {name: values.get(name, defaults.get(name)) for name in template.parameters}
    if missing := [name for name, value in full.items() if value is None]:
        raise invalid(f"Parameters: [{', '.join(missing)}] must have values")
    for name, value in full.items():
        _check(name, template.parameters[name], value or "")
    return {name: value or "" for name, value in full.items()}


def check_known(template: Template, values: Mapping[str, str]) -> None:
    """Refuse values for parameters the template does not have."""
    if unknown := sorted(values.keys() - template.parameters.keys()):
        raise invalid(f"Parameters: [{', '.join(unknown)}] do not exist in the template")


def shown(template: Template, values: Mapping[str, str]) -> list[dict[str, str]]:
    """Values as the API gives them back: those marked NoEcho are masked."""
    hidden = {name for name, item in template.parameters.items() if str(item.get("NoEcho", "")).lower() == "true"}
    return [{"ParameterKey": name, "ParameterValue": "****" if name in hidden else value} for name, value in values.items()]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check(name: str, declared: Mapping[str, Any], value: str) -> None:
    why = declared.get("ConstraintDescription")
    if len(value.encode()) > LONGEST_VALUE:
        raise invalid(f"Parameter '{name}' must not be longer than {LONGEST_VALUE} bytes")
    pattern = declared.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, value):
        raise invalid(f"Parameter '{name}' {why or f'must match pattern {pattern}'}")
    allowed = [_text(item) for item in declared.get("AllowedValues", [])]
    if allowed and value not in allowed:
        raise invalid(f"Parameter '{name}' {why or 'must be one of AllowedValues'}")
    if not int(declared.get("MinLength", 0)) <= len(value) <= int(declared.get("MaxLength", LONGEST_VALUE)):
        raise invalid(f"Parameter '{name}' {why or 'must fit its MinLength and MaxLength'}")
    if declared.get("Type") == "Number" and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        raise invalid(f"Parameter '{name}' must be a number")
