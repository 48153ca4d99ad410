"""Policy documents as IAM sees them once every parameter has its value, and their sizes as IAM counts them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, TypedDict

from orchestrator.model.alteration import REVISION
from orchestrator.model.catalog import Conditions, Statement
from orchestrator.templates.placeholders import fill, lone_placeholder

OneOrMore: TypeAlias = str | list[str]
"""One text stands for itself, as in the template; a parameter that stands for a list stays a list."""


class PolicyStatement(TypedDict, total=False):
    Sid: str
    Effect: str
    Action: OneOrMore
    Resource: OneOrMore
    Condition: dict[str, dict[str, OneOrMore]]


class PolicyDocument(TypedDict):
    Version: str
    Statement: list[PolicyStatement]


VERSION = "2012-10-17"


def policy_document(statements: Iterable[Statement], *, values: Mapping[str, str]) -> PolicyDocument:
    """The policy with its placeholders filled.

    ``values`` are the StackSet's parameters as CloudFormation names them (``PlatformBucket``), together with
    ``AWS::Partition`` and ``AWS::AccountId``. A condition whose value is empty is left out, as in the template. The first statement's id
    carries the revision.
    """
    filled = [fill_statement(statement, values) for statement in statements]
    for first in filled[:1]:
        first["Sid"] += values.get(REVISION, "")
    return {"Version": VERSION, "Statement": filled}


def policy_size(document: PolicyDocument | Mapping[str, object]) -> int:
    """Characters without white space, as IAM counts them against its limits. ASCII escapes are not used."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return sum(not character.isspace() for character in text)


def fill_statement(statement: Statement, values: Mapping[str, str]) -> PolicyStatement:
    """One statement, in the order Sid, Effect, Action, Resource, Condition."""
    rendered: PolicyStatement = {
        "Sid": statement.sid,
        "Effect": "Allow",
        "Action": one_or_more(statement.actions),
        "Resource": fill_all(statement.resources, values),
    }
    if conditions := fill_conditions(statement.conditions, values):
        rendered["Condition"] = conditions
    return rendered


def fill_conditions(conditions: Conditions, values: Mapping[str, str]) -> dict[str, dict[str, OneOrMore]]:
    filled = {
        operator: {key: found for key, texts in keys.items() if (found := fill_all(texts, values))} for operator, keys in conditions.items()
    }
    return {operator: keys for operator, keys in filled.items() if keys}


def fill_all(texts: Sequence[str], values: Mapping[str, str]) -> OneOrMore:
    filled = [part for text in texts for part in fill(text, values)]
    return filled if len(texts) == 1 and lone_placeholder(texts[0]) else one_or_more(filled)


def one_or_more(texts: Sequence[str]) -> OneOrMore:
    return texts[0] if len(texts) == 1 else list(texts)


def as_list(value: OneOrMore) -> list[str]:
    """Reads what is written either way."""
    return [value] if isinstance(value, str) else value
