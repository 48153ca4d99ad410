"""Placeholders in the texts of the catalog: ``${platform_bucket}``. IAM's own variables, ``${aws:username}``, stay."""

import re
from collections.abc import Iterable, Mapping

from orchestrator.model.catalog import Statement

PLACEHOLDER = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")
PSEUDO = {"partition": "AWS::Partition", "account": "AWS::AccountId", "region": "AWS::Region"}
"""Placeholders CloudFormation fills by itself."""


def logical_name(placeholder: str) -> str:
    """``platform_bucket`` is ``PlatformBucket``, ``partition`` is ``AWS::Partition``."""
    return PSEUDO.get(placeholder) or "".join(word.capitalize() for word in placeholder.split("_"))


def lone_placeholder(text: str) -> str | None:
    """The name, when the text is one placeholder and nothing else: such a text stands for a list."""
    match = PLACEHOLDER.fullmatch(text)
    return match[1] if match else None


def fill(text: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The text with its placeholders replaced; ``values`` are keyed by logical name. A lone placeholder is split at commas."""
    if name := lone_placeholder(text):
        return tuple(part.strip() for part in values[logical_name(name)].split(",") if part.strip())
    return (PLACEHOLDER.sub(lambda match: values[logical_name(match[1])], text),)


def texts(statement: Statement) -> tuple[str, ...]:
    """Every text of a statement that may carry placeholders."""
    conditions = (value for keys in statement.conditions.values() for values in keys.values() for value in values)
    return (*statement.resources, *conditions)


def used(statements: Iterable[Statement]) -> tuple[str, ...]:
    """Names of the placeholders in order of first use, without those CloudFormation fills by itself."""
    names = (name for statement in statements for text in texts(statement) for name in PLACEHOLDER.findall(text))
    return tuple(dict.fromkeys(name for name in names if name not in PSEUDO))
