"""Conditions of a statement: which keys an action knows, which conditions can never hold, and which operators IAM has."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from orchestrator.analysis.linter.facts import ActionData, ActionFacts, ResourceFacts
from orchestrator.analysis.linter.values import measure
from orchestrator.permissions.conditions import LOWER, UPPER, ConditionTest, condition_tests
from orchestrator.permissions.patterns import overlap
from orchestrator.templates.policy import PolicyStatement

OPERATOR = re.compile(
    r"(ForAllValues:|ForAnyValue:)?"
    r"(String(Not)?(Equals(IgnoreCase)?|Like)|Arn(Not)?(Equals|Like)|(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)"
    r"|Bool|BinaryEquals|(Not)?IpAddress)(IfExists)?|Null"
)

REQUESTED_REGION = "aws:requestedregion"

GLOBAL_SERVICES = frozenset({"account", "budgets", "cloudfront", "iam", "organizations", "route53", "shield", "support"})
HOMES = frozenset({"us-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1"})
"""Requests to global services carry the region of their endpoint, one per partition.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion
"""

TEXT_COMPARISONS = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "Bool"})


def tests_of(statement: PolicyStatement) -> frozenset[ConditionTest]:
    return condition_tests(statement.get("Condition"))


def unknown_operators(statement: PolicyStatement) -> tuple[str, ...]:
    """Operators IAM does not have; it refuses the whole policy."""
    return tuple(operator for operator in statement.get("Condition", {}) if not OPERATOR.fullmatch(operator))


def unknown_keys(statement: PolicyStatement, action: ActionFacts, kinds: Iterable[ResourceFacts], data: ActionData) -> tuple[str, ...]:
    """Condition keys the action does not know on any of these kinds of resources, or as such when there are none.

    A test that the key is absent holds for an action that does not know it.
    """
    keys = {test.key for test in tests_of(statement) if not asks_absence(test)}
    alternatives = [kind.condition_keys for kind in kinds] or [frozenset[str]()]
    lacking: list[tuple[str, ...]] = [
        tuple(key for key in sorted(keys) if not is_known(key, action.condition_keys | known, data)) for known in alternatives
    ]
    return min(lacking, key=len)


def unknown_absences(statement: PolicyStatement, actions: Sequence[ActionFacts], data: ActionData) -> Iterator[ConditionTest]:
    """Tests that a key is absent which no action of the statement ever carries."""
    known = frozenset[str]().union(*(kinds.condition_keys for action in actions for kinds in action.resources))
    known |= frozenset(key for action in actions for key in action.condition_keys)
    return (test for test in sorted(tests_of(statement)) if asks_absence(test) and not is_known(test.key, known, data))


def asks_absence(test: ConditionTest) -> bool:
    return test.comparison == "Null" and test.values == ("true",)


def is_known(key: str, known: Iterable[str], data: ActionData) -> bool:
    return data.is_global(key) or any(is_spelt_by(key.lower(), pattern.lower()) for pattern in known)


def is_spelt_by(key: str, pattern: str) -> bool:
    """Keys compare without case; ``aws:ResourceTag/${TagKey}`` and ``kms:EncryptionContext:${Key}`` stand for many."""
    stem, is_open, _ = pattern.partition("${")
    return key.startswith(stem) and len(key) > len(stem) if is_open else key == pattern


def impossible(statement: PolicyStatement, action: ActionFacts) -> Iterator[str]:
    """Why the conditions can never hold for the action, whatever it is asked on."""
    tests = sorted(tests_of(statement))
    for one, other in combinations(tests, 2):
        if one.key.lower() == other.key.lower() and contradict(one, other):
            yield f"{one.operator} and {other.operator} of {one.key} can never hold together"
    for test in tests:
        if action.service in GLOBAL_SERVICES and test.key.lower() == REQUESTED_REGION and not (test.is_negated or HOMES & set(test.values)):
            yield f"{action.service} is global and answers in us-east-1, not in {', '.join(test.values)}"


def contradict(one: ConditionTest, other: ConditionTest) -> bool:
    """Whether no value of their key passes both. False where that cannot be decided."""
    rules = (is_absent_and_present, is_over_before_it_begins, is_excluded)
    return are_disjoint(one, other) or any(rule(one, other) or rule(other, one) for rule in rules)


def is_absent_and_present(absent: ConditionTest, present: ConditionTest) -> bool:
    if not asks_absence(absent):
        return False
    return present.values == ("false",) if present.comparison == "Null" else not present.is_optional


def is_over_before_it_begins(upper: ConditionTest, lower: ConditionTest) -> bool:
    if upper.comparison not in UPPER or lower.comparison not in LOWER:
        return False
    ends, begins = ([measure(value) for value in test.values] for test in (upper, lower))
    return None not in (*ends, *begins) and max(filter(None, ends), default=0.0) <= min(filter(None, begins), default=0.0)


def is_excluded(positive: ConditionTest, negative: ConditionTest) -> bool:
    """Everything the one asks for, the other rules out."""
    is_opposite = negative.is_negated and positive.comparison == negative.comparison.replace("Not", "")
    return is_opposite and set(positive.values) <= set(negative.values)


def are_disjoint(one: ConditionTest, other: ConditionTest) -> bool:
    """Two demands on a key of one value that no value meets."""
    if one.quantifier or other.quantifier or one.is_optional or other.is_optional:
        return False
    is_text = {one.comparison, other.comparison} <= TEXT_COMPARISONS
    return is_text and not any(overlap(left.lower(), right.lower()) for left in one.values for right in other.values)
