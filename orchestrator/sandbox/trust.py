"""Whether a role's trust policy lets a caller in: the principal it names and the conditions it sets, against the real caller."""

from collections.abc import Iterator
from typing import Any

from orchestrator.sandbox.conditions import Context, as_values, holds
from orchestrator.sandbox.evaluation import Statement, covers_action, statements
from orchestrator.sandbox.principals import Caller


def is_trusted(document: str, caller: Caller, context: Context) -> bool:
    """True when a statement allows ``sts:AssumeRole`` to this caller and none denies it."""
    effects = {
        statement["Effect"]
        for statement in statements(document)
        if covers_action(statement, "sts:AssumeRole") and _names(statement, caller) and holds(statement.get("Condition", {}), context)
    }
    return "Allow" in effects and "Deny" not in effects


def _names(statement: Statement, caller: Caller) -> bool:
    """A service principal never is one of our callers."""
    mine = {"*", caller.account, f"arn:aws:iam::{caller.account}:root", caller.principal_arn, caller.arn}
    return any(name in mine for name in aws_principals(statement.get("Principal")))


def aws_principals(principal: Any) -> Iterator[str]:  # noqa: ANN401 - a string or a mapping, as policies allow
    """The AWS principals of a statement: ``*``, account ids and ARNs."""
    if principal == "*":
        yield "*"
    elif isinstance(principal, dict):
        yield from as_values(principal.get("AWS", ()))


def named_principals(document: str) -> Iterator[str]:
    """Every AWS principal a trust policy names."""
    for statement in statements(document):
        yield from aws_principals(statement.get("Principal"))
