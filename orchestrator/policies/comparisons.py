"""IAM's comparisons of one value of a request with one of a policy: True, False, or None where that is not known.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from operator import eq, ge, gt, le, lt

from orchestrator.permissions.patterns import PARTS, arn_covers, arns_overlap, covers, is_pattern, overlap
from orchestrator.policies.variables import literal, plain

Compare = Callable[[str, str], bool | None]
"""Takes the value of the request, then that of the policy."""


def is_equal(value: str, wanted: str) -> bool | None:
    """Wildcards in ``wanted`` are letters."""
    if is_pattern(value):
        return None if overlap(value, literal(wanted)) else False
    return value == plain(wanted)


def is_equal_ignoring_case(value: str, wanted: str) -> bool | None:
    return is_equal(value.lower(), wanted.lower())


def is_like(value: str, pattern: str) -> bool | None:
    if covers(pattern, value):
        return True
    return None if is_pattern(value) and overlap(value, pattern) else False


def is_like_arn(value: str, pattern: str) -> bool | None:
    """``ArnEquals`` and ``ArnLike`` behave alike, and compare part by part. For a pattern that is no ARN nothing is documented."""
    if pattern.count(":") < PARTS - 1:
        return None
    if arn_covers(pattern, value):
        return True
    return None if is_pattern(value) and arns_overlap(value, pattern) else False


def is_address_in(value: str, wanted: str) -> bool | None:
    try:
        return ip_address(value) in ip_network(wanted, strict=False)
    except ValueError:
        return None


def measured(measure: Callable[[str], float], holds: Callable[[float, float], bool]) -> Compare:
    """Compares what both texts stand for; where one stands for nothing, the answer is not known."""

    def compare(value: str, wanted: str) -> bool | None:
        try:
            return holds(measure(value), measure(wanted))
        except (OverflowError, ValueError):
            return None

    return compare


def moment(text: str) -> float:
    """Seconds since 1970, written so or in ISO 8601. Raises ValueError."""
    if text.isdigit():
        return float(text)
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    "Equals": eq,
    "LessThan": lt,
    "LessThanEquals": le,
    "GreaterThan": gt,
    "GreaterThanEquals": ge,
}

COMPARISONS: Mapping[str, Compare] = {
    "StringEquals": is_equal,
    "StringEqualsIgnoreCase": is_equal_ignoring_case,
    "StringLike": is_like,
    "ArnEquals": is_like_arn,
    "ArnLike": is_like_arn,
    "Bool": is_equal_ignoring_case,
    "BinaryEquals": is_equal,
    "IpAddress": is_address_in,
    **{f"Numeric{name}": measured(float, order) for name, order in ORDERS.items()},
    **{f"Date{name}": measured(moment, order) for name, order in ORDERS.items()},
}
"""By operator without ``Not``, set prefix and ``IfExists``."""
