"""Policy variables in a value of a policy, replaced by what is known of the request (IAM user guide, "Variables and tags").

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re

from orchestrator.permissions.patterns import is_pattern
from orchestrator.policies.context import Context

VARIABLE = re.compile(r"\$\{([^${}]*|\$)\}")
DEFAULT = re.compile(r"(?P<key>[^,]*),\s*'(?P<value>[^']*)'")

STAR, MARK, NEVER = "\ue000", "\ue001", "\ue002"
"""A star and a question mark that are no wildcards, and what equals nothing: letters of no value in AWS."""

SPECIAL = {"*": STAR, "?": MARK, "$": "$"}


def replaced(text: str, context: Context) -> str | None:
    """The text with its variables replaced; None where the value of one is not known.

    A variable without a value equals nothing: ``StringEquals`` does not match then, ``StringNotEquals`` does.
    """
    if "${" not in text:
        return text
    values = {variable: value_of(variable, context) for variable in VARIABLE.findall(text)}
    if None in values.values():
        return None
    return VARIABLE.sub(lambda found: values[found[1]] or "", text)


def value_of(variable: str, context: Context) -> str | None:
    """A key of many values is no variable, and has none."""
    if variable in SPECIAL:
        return SPECIAL[variable]
    with_default = DEFAULT.fullmatch(variable)
    key, default = (with_default["key"].strip(), with_default["value"]) if with_default else (variable.strip(), NEVER)
    alternatives = context.alternatives(key)
    if alternatives is None or len(alternatives) > 1 or any(map(is_pattern, alternatives[0])):
        return None
    values = alternatives[0]
    return literal(values[0] if len(values) == 1 else default if not values else NEVER)


def literal(text: str) -> str:
    """The text with letters in the place of wildcards."""
    return text.replace("*", STAR).replace("?", MARK)


def plain(text: str) -> str:
    """The text again."""
    return text.replace(STAR, "*").replace(MARK, "?")
