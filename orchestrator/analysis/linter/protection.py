"""Conditions that look like a limit and are none, and which conditions limit what may be done at all."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from orchestrator.analysis.linter.conditions import REQUESTED_REGION, asks_absence, tests_of
from orchestrator.permissions.conditions import ConditionTest
from orchestrator.permissions.patterns import covers
from orchestrator.templates.policy import PolicyStatement

WINDOW_KEY = "aws:currenttime"
"""A window ends a right, it does not narrow it."""

NOT_ABOUT_THE_DEED = ("aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principaltype")
"""The caller is always the role itself: these are the same for every request."""

UNLIMITING = frozenset(
    {
        WINDOW_KEY,
        REQUESTED_REGION,
        *NOT_ABOUT_THE_DEED,
        "aws:epochtime",
        "aws:tokenissuetime",
        "aws:multifactorauthpresent",
        "aws:multifactorauthage",
        "aws:sourceip",
        "aws:vpcsourceip",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:securetransport",
        "aws:useragent",
        "aws:referer",
        "aws:viaawsservice",
        "aws:principalisawsservice",
    }
)
"""Keys that say when, whence or how something is done, or what the caller says of itself: they leave everything within reach."""

STRANGERS = (
    "zz9-plural-z-alpha",
    "arn:aws:iam::987654321098:role/zz9/zz9-plural",
    "arn:aws:sts::987654321098:assumed-role/zz9/zz9-plural",
    "arn:aws:iam::987654321098:user/zz9-plural",
    "zz9-plural.amazonaws.com",
    "987654321098",
    "o-zz9zz9zz9z",
)
"""Values that no policy means: a pattern that one of them fits in the place of its kind fits every value."""


def idle_reasons(statement: PolicyStatement) -> Iterator[tuple[ConditionTest, str]]:
    """The tests that protect nothing, and why."""
    tests = tests_of(statement)
    for test in sorted(tests):
        if why := why_idle(test, tests - {test}):
            yield test, why


def why_idle(test: ConditionTest, beside: Iterable[ConditionTest]) -> str:
    """Why the test protects nothing; empty for one that does."""
    same_key = [other for other in beside if other.key.lower() == test.key.lower()]
    if test.comparison == "Null":
        return why_idle_null(test, same_key)
    if is_tag(test.key) and test.is_negated:
        return "holds for everything without the tag, and for every other value"
    if is_tag(test.key) and test.operator.endswith("IfExists"):
        return "holds for everything without the tag"
    if test.quantifier == "ForAllValues" and not any(map(asks_presence, same_key)):
        return "holds for every request without the key; add ForAnyValue, or Null with false, on it"
    if not test.is_negated and any(map(is_everybody, test.values)):
        return "matches everything"
    return "matches every address" if test.comparison == "IpAddress" and any(map(is_everywhere, test.values)) else ""


def why_idle_null(test: ConditionTest, same_key: Iterable[ConditionTest]) -> str:
    if test.values == ("false",) and all(other.comparison == "Null" for other in same_key):
        return "asks only that the key is there, whatever its value"
    return "asks for what has no such tag, which is almost everything" if is_tag(test.key) and asks_absence(test) else ""


def asks_presence(test: ConditionTest) -> bool:
    """Whether the test fails for a request without the key."""
    return test.values == ("false",) if test.comparison == "Null" else not test.is_optional


@lru_cache(maxsize=4_096)
def is_everybody(pattern: str) -> bool:
    return ("*" in pattern or "?" in pattern) and any(covers(pattern, stranger) for stranger in STRANGERS)


def is_everywhere(block: str) -> bool:
    """``0.0.0.0/0`` or ``::/0``: a CIDR block without a bit that has to match."""
    return block.rpartition("/")[2] == "0" and "/" in block


def is_tag(key: str) -> bool:
    """A tag of the resource, of the request or of the caller."""
    return "tag/" in key.lower()


def restrictions(statement: PolicyStatement) -> frozenset[ConditionTest]:
    """The tests that restrict something: neither the window of a temporary grant nor one that protects nothing."""
    tests = tests_of(statement)
    return frozenset(test for test in tests if test.key.lower() != WINDOW_KEY and not why_idle(test, tests - {test}))


def limits(statement: PolicyStatement) -> frozenset[ConditionTest]:
    """The tests that limit on what, or to what end, something may be done. What an absent key or any other value passes limits nothing."""
    return frozenset(
        test
        for test in restrictions(statement)
        if test.key.lower() not in UNLIMITING and not test.is_negated and not test.operator.endswith("IfExists")
    )
