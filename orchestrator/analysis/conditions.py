"""Conditions of a statement: which operators and global keys IAM has, what an action knows, and what narrows anything at all."""

import re
from collections.abc import Iterable, Iterator

from orchestrator.templates.policy import PolicyStatement, as_list

ConditionSet = frozenset[tuple[str, str, tuple[str, ...]]]
"""Operator, key and values."""

WINDOW_KEY = "aws:CurrentTime"
"""A window ends a right, it does not narrow it."""

OPERATOR = re.compile(
    r"(ForAllValues:|ForAnyValue:)?"
    r"(String(Not)?(Equals(IgnoreCase)?|Like)|Arn(Not)?(Equals|Like)|(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)"
    r"|Bool|BinaryEquals|(Not)?IpAddress)(IfExists)?|Null"
)

GLOBAL_KEYS = frozenset(
    f"aws:{name}".lower()
    for name in (
        "AssumedRoot", "CalledVia", "CalledViaFirst", "CalledViaLast", "ChatbotSourceArn", "CurrentTime", "Ec2InstanceSourcePrivateIPv4",
        "Ec2InstanceSourceVpc", "EpochTime", "FederatedProvider", "MultiFactorAuthAge", "MultiFactorAuthPresent", "PrincipalAccount",
        "PrincipalArn", "PrincipalIsAWSService", "PrincipalOrgID", "PrincipalOrgPaths", "PrincipalServiceName", "PrincipalServiceNamesList",
        "PrincipalType", "Referer", "RequestedRegion", "ResourceAccount", "ResourceOrgID", "ResourceOrgPaths", "SecureTransport",
        "SourceAccount", "SourceArn", "SourceIdentity", "SourceIp", "SourceOrgID", "SourceOrgPaths", "SourceVpc", "SourceVpcArn",
        "SourceVpce", "TokenIssueTime", "UserAgent", "UserId", "Username", "ViaAWSService", "VpcSourceIp", "VpceAccount", "VpceOrgID",
        "VpceOrgPaths",
    )
)  # fmt: skip
"""Keys every action knows (IAM user guide, global condition keys); those on tags are supported action by action."""

PRINCIPAL_TAG = "aws:principaltag/"


def conditions_of(statement: PolicyStatement) -> ConditionSet:
    """Every condition that narrows: neither the window of a temporary grant nor one that any value fulfils."""
    return frozenset(
        (operator, key, tuple(values))
        for operator, key, values in entries(statement)
        if key != WINDOW_KEY and not (operator.endswith("Like") and "Not" not in operator and any(map(is_anything, values)))
    )


def condition_keys(statement: PolicyStatement) -> frozenset[str]:
    return frozenset(key for _, key, _ in entries(statement))


def unknown_operators(statement: PolicyStatement) -> tuple[str, ...]:
    """Operators IAM does not have; it refuses the whole policy."""
    return tuple(operator for operator in statement.get("Condition", {}) if not OPERATOR.fullmatch(operator))


def knows_all(keys: Iterable[str], known: frozenset[str]) -> bool:
    """Condition keys are compared without case; ``aws:ResourceTag/${TagKey}`` knows every tag."""
    supported = {key.lower() for key in known}
    return all(is_global(key) or any(matches_key(key.lower(), pattern) for pattern in supported) for key in keys)


def entries(statement: PolicyStatement) -> Iterator[tuple[str, str, list[str]]]:
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            yield operator, key, as_list(values)


def is_anything(value: str) -> bool:
    return "*" in value and not value.strip("*?")


def matches_key(key: str, pattern: str) -> bool:
    if "/" not in pattern:
        return key == pattern
    return key.startswith(pattern[: pattern.index("/") + 1])


def is_global(key: str) -> bool:
    return key.lower() in GLOBAL_KEYS or key.lower().startswith(PRINCIPAL_TAG)
