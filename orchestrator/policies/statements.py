"""Statements of policies as they are judged: whether one applies to a request, and on what that depends.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from orchestrator.permissions.allowances import statements_of
from orchestrator.permissions.conditions import ConditionTest, condition_tests
from orchestrator.permissions.patterns import PARTS, arn_covers, arns_overlap, covers, is_pattern, overlap
from orchestrator.permissions.resolution import mapping, texts
from orchestrator.permissions.verdicts import all_of, any_of, none_of
from orchestrator.policies.conditions import holds
from orchestrator.policies.context import Context
from orchestrator.policies.variables import replaced

WITH_VARIABLES = "2012-10-17"
"""The version of the policy language that knows variables."""

ACTION, RESOURCE = "the action", "the resource"
"""What a request may leave open beside the values of keys."""


@dataclass(frozen=True, slots=True)
class Request:
    """An action on a resource; with wildcards in either, every request that they match."""

    action: str
    resource: str
    context: Context


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One statement. ``is_inverse_action`` and ``is_inverse_resource`` are those of ``NotAction`` and ``NotResource``.

    ``label`` is its Sid, or its number in the policy.
    """

    label: str
    is_deny: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    tests: tuple[ConditionTest, ...]
    is_inverse_action: bool = False
    is_inverse_resource: bool = False
    has_variables: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its conditions, in lower case."""
        return tuple(dict.fromkeys(test.key.lower() for test in self.tests))

    def is_meant(self, action: str) -> bool | None:
        """Whether the action is among those of the statement; actions compare without regard to case."""
        return meets(self.actions, action.lower(), is_inverse=self.is_inverse_action)

    def reaches(self, request: Request) -> bool | None:
        """Whether the resource is among those of the statement."""
        if self.resources == ("*",):
            return not self.is_inverse_resource
        patterns = [resource_pattern(text, request.context) if self.has_variables else text for text in self.resources]
        verdicts = [None if pattern is None else is_within(request.resource, pattern) for pattern in patterns]
        if not self.is_inverse_resource:
            return any_of(verdicts)
        # What an incomplete ARN leaves out there is not documented.
        open_ends = map(is_incomplete, self.resources)
        return none_of(None if verdict is False and is_open else verdict for verdict, is_open in zip(verdicts, open_ends, strict=True))

    def applies(self, request: Request) -> bool | None:
        """None where it applies to some of the requests that may be meant."""
        meant = self.is_meant(request.action)
        if meant is False:
            return False
        return all_of((meant, self.reaches(request), *(verdict for _, verdict in self.conditions(request.context))))

    def conditions(self, context: Context) -> Iterator[tuple[str, bool | None]]:
        """Each condition's key, and whether it holds."""
        return ((test.key, holds(test, context, has_variables=self.has_variables)) for test in self.tests)

    def unknowns(self, request: Request) -> Iterator[str]:
        """What the answer of ``applies`` depends on where that is None: keys, the action, the resource."""
        if self.is_meant(request.action) is None:
            yield ACTION
        if self.reaches(request) is None:
            yield RESOURCE
        yield from (key for key, verdict in self.conditions(request.context) if verdict is None)


@lru_cache(maxsize=65_536)
def meets(patterns: tuple[str, ...], action: str, *, is_inverse: bool) -> bool | None:
    """Whether one of the patterns means the action, or none of them when ``is_inverse``."""
    if any(covers(pattern, action) for pattern in patterns):
        return not is_inverse
    return None if is_pattern(action) and any(overlap(pattern, action) for pattern in patterns) else is_inverse


def resource_pattern(text: str, context: Context) -> str | None:
    """With its variables replaced. What AWS makes of one before the fifth colon, where none may stand, is not documented.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-wheretouse
    """
    before, variable, _ = text.partition("${")
    return None if variable and before.count(":") < PARTS - 1 else replaced(text, context)


@lru_cache(maxsize=65_536)
def is_within(resource: str, pattern: str) -> bool | None:
    """Whether a pattern of a policy matches the resource; None where it matches some of what the resource's own wildcards stand for."""
    whole = pattern + ":*" * (PARTS - 1 - pattern.count(":")) if is_incomplete(pattern) else pattern
    if arn_covers(whole, resource):
        return True
    return None if is_pattern(resource) and arns_overlap(whole, resource) else False


def is_incomplete(pattern: str) -> bool:
    """An ARN with fewer than its six parts stands for whatever the missing ones are.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    return pattern.startswith("arn:") and pattern.count(":") < PARTS - 1


@lru_cache(maxsize=4_096)
def statements_in(document: str) -> tuple[Statement, ...]:
    """The statements of a policy's JSON text. Raises ValueError for a text that is no JSON."""
    parsed = mapping(json.loads(document))
    has_variables = parsed.get("Version") == WITH_VARIABLES
    return tuple(
        statement_of(written, f"statement {number}", has_variables=has_variables)
        for number, written in enumerate(statements_of(parsed), 1)
        if written
    )


def statement_of(written: Mapping[str, object], label: str, *, has_variables: bool = True) -> Statement:
    """One statement as a policy has it; ``label`` is for one without a Sid."""
    is_inverse_action, is_inverse_resource = "NotAction" in written, "NotResource" in written
    actions = texts(written["NotAction" if is_inverse_action else "Action"]) if is_inverse_action or "Action" in written else []
    return Statement(
        label=str(written.get("Sid") or label),
        is_deny=written.get("Effect") == "Deny",
        actions=tuple(action.lower() for action in actions),
        resources=tuple(texts(written.get("NotResource" if is_inverse_resource else "Resource", "*"))),
        tests=tuple(sorted(condition_tests(written.get("Condition")))),
        is_inverse_action=is_inverse_action,
        is_inverse_resource=is_inverse_resource,
        has_variables=has_variables,
    )
