"""What a set of policies says about one action: allowed, denied outright, or not mentioned (IAM user guide, "Policy evaluation logic")."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from orchestrator.sandbox.conditions import Context, as_values, holds, like

Decision = Literal["allowed", "explicitDeny", "implicitDeny"]
Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """``resource`` None asks whether the action is allowed on anything at all."""

    action: str
    resource: str | None
    context: Context


@lru_cache(maxsize=4096)
def statements(document: str) -> tuple[Statement, ...]:
    """The statements of a policy document, which may hold one or a list."""
    found = json.loads(document).get("Statement", [])
    return tuple([found] if isinstance(found, dict) else found)


def decide(documents: Iterable[str], request: Request) -> Decision:
    """An explicit deny beats any allow; without an allow nothing is permitted."""
    effects = {
        statement["Effect"]
        for document in documents
        for statement in statements(document)
        if covers_action(statement, request.action)
        and _covers_resource(statement, request.resource)
        and (request.resource is not None or statement["Effect"] == "Allow" or _is_everything(statement))
        and holds(statement.get("Condition", {}), request.context)
    }
    if "Deny" in effects:
        return "explicitDeny"
    return "allowed" if "Allow" in effects else "implicitDeny"


def covers_action(statement: Statement, action: str) -> bool:
    """Actions are compared without regard to case, as AWS does."""
    if "NotAction" in statement:
        return not any(like(action.lower(), item.lower()) for item in as_values(statement["NotAction"]))
    return any(like(action.lower(), item.lower()) for item in as_values(statement.get("Action", ())))


def _covers_resource(statement: Statement, resource: str | None) -> bool:
    if resource is None:
        return True
    if "NotResource" in statement:
        return not any(like(resource, item) for item in as_values(statement["NotResource"]))
    return any(like(resource, item) for item in as_values(statement.get("Resource", "*")))


def _is_everything(statement: Statement) -> bool:
    return "*" in as_values(statement.get("Resource", ()))
