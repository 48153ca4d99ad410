"""Values of conditions that their operator reads otherwise than meant."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from ipaddress import ip_network

from orchestrator.analysis.linter.facts import ActionData
from orchestrator.permissions.conditions import ConditionTest

SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")
SERVICE_KEYS = frozenset({"iam:passedtoservice", "iam:awsservicename"})
TEXT = ("StringEquals", "StringEqualsIgnoreCase", "StringNotEquals", "StringNotEqualsIgnoreCase")
TYPES: Mapping[str, str] = {"Numeric": "Numeric", "Date": "Date", "IpAddress": "IPAddress", "NotIpAddress": "IPAddress", "Bool": "Bool"}
"""The beginning of an operator and the type of key it compares."""


def misread(test: ConditionTest, data: ActionData) -> Iterator[str]:
    """What is wrong with the values, in words; nothing for values that hold variables."""
    if found := mistyped(test, data.type_of(test.key)):
        yield found
        return
    for value in test.values:
        if "${" not in value and (why := why_misread(test, value, data)):
            yield f"{test.operator} {test.key}: {value}: {why}"


def mistyped(test: ConditionTest, holds: str | None) -> str:
    """An operator for one type on a key of another."""
    wanted = next((kind for start, kind in TYPES.items() if test.comparison.startswith(start)), None)
    if wanted is None or holds is None or holds.removeprefix("ArrayOf") == wanted:
        return ""
    return f"{test.operator} compares {wanted} values, and {test.key} holds {holds}"


def why_misread(test: ConditionTest, value: str, data: ActionData) -> str:
    comparison, key = test.comparison, test.key.lower()
    if comparison in TEXT and re.search(r"[*?]", value):
        return "* and ? are characters to this operator; StringLike reads them as wildcards"
    if comparison in ("Bool", "Null") and value not in ("true", "false"):
        return "true and false are all this operator knows"
    for start, (is_readable, what) in FORMATS.items():
        if comparison.startswith(start) and not is_readable(value):
            return f"is no {what}"
    if key in SERVICE_KEYS and "Like" not in comparison and not SERVICE.fullmatch(value):
        return "is no service principal, such as ec2.amazonaws.com"
    service, _, name = key.partition(":")
    if name == "createaction" and not any(action.name == f"{service}:{value}" for action in data.expand(f"{service}:{value}")):
        return f"AWS knows no action {service}:{value}"
    return ""


def measure(value: str) -> float | None:
    """A number, or a date as seconds; None for neither."""
    if is_number(value):
        return float(value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def is_number(value: str) -> bool:
    return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) is not None


def is_date(value: str) -> bool:
    return measure(value) is not None


def is_network(value: str) -> bool:
    try:
        ip_network(value, strict=False)
    except ValueError:
        return False
    return True


def is_arn_pattern(value: str) -> bool:
    return value == "*" or value.count(":") >= 5  # noqa: PLR2004 - an ARN has six parts


FORMATS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "Numeric": (is_number, "number"),
    "Date": (is_date, "date, such as 2026-01-31T00:00:00Z"),
    "IpAddress": (is_network, "address or CIDR block"),
    "NotIpAddress": (is_network, "address or CIDR block"),
    "Arn": (is_arn_pattern, "ARN"),
}
"""The beginning of an operator, and what it can read."""
