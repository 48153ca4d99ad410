"""What a Deny statement of a service control policy says about a call, as far as it can be read off."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from orchestrator.errors import AwsError
from orchestrator.model.identifiers import OrganizationId, Region, account_in
from orchestrator.model.organization import OrganizationPolicy
from orchestrator.permissions.allowances import statements_of
from orchestrator.permissions.conditions import ConditionTest, condition_tests
from orchestrator.permissions.patterns import arns_overlap, covers
from orchestrator.permissions.resolution import texts
from orchestrator.permissions.trust import ORGANIZATION_KEY, PRINCIPAL_ACCOUNT, PRINCIPAL_ARN
from orchestrator.permissions.verdicts import all_of

IAM_REGION = Region("us-east-1")
"""aws:RequestedRegion of IAM's calls (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html)."""


@dataclass(frozen=True, slots=True, eq=False)
class Deny:
    """One statement and the name of its policy."""

    policy: str
    statement: Mapping[str, object]

    @property
    def tests(self) -> frozenset[ConditionTest]:
        return condition_tests(self.statement.get("Condition"))


@dataclass(frozen=True, slots=True)
class Caller:
    """Who would be denied, as conditions see it: the ARN of a role."""

    arn: str
    organization: OrganizationId
    home_region: Region

    def value(self, key: str, action: str) -> str | None:
        """None for a key whose value depends on the call."""
        known = {
            PRINCIPAL_ARN: self.arn,
            PRINCIPAL_ACCOUNT: account_in(self.arn),
            ORGANIZATION_KEY: self.organization,
            "aws:principaltype": "AssumedRole",
            "aws:requestedregion": IAM_REGION if action.startswith("iam:") else self.home_region,
        }
        return known.get(key.lower())


def denies_of(policy: OrganizationPolicy) -> Iterator[Deny]:
    """Raises AwsError for a document that is no JSON."""
    try:
        document = json.loads(policy.document)
    except ValueError as error:
        raise AwsError(f"policy {policy.name} ({policy.id}) cannot be read: {error}.") from error
    yield from (Deny(policy.name, statement) for statement in statements_of(document) if statement.get("Effect") == "Deny")


def is_denied(deny: Deny, caller: Caller, action: str, resource: str) -> bool | None:
    """None where that depends on what cannot be known beforehand."""
    if not is_meant(deny, action):
        return False
    return all_of((reaches(deny.statement, resource), *(holds(test, caller, action) for test in deny.tests)))


@lru_cache(maxsize=65_536)
def is_meant(deny: Deny, action: str) -> bool:
    """Actions are compared without regard to case."""
    key = "NotAction" if "NotAction" in deny.statement else "Action"
    is_named = any(covers(pattern.lower(), action.lower()) for pattern in texts(deny.statement.get(key, [])))
    return is_named is (key == "Action")


def reaches(statement: Mapping[str, object], resource: str) -> bool | None:
    """``resource`` may be a pattern: where only some of it is meant, the answer is open."""
    is_inverse = "NotResource" in statement
    patterns = texts(statement["NotResource"] if is_inverse else statement.get("Resource", "*"))
    if any(covers(pattern, resource) for pattern in patterns):
        return not is_inverse
    return None if any(arns_overlap(pattern, resource) for pattern in patterns) else is_inverse


def holds(test: ConditionTest, caller: Caller, action: str) -> bool | None:
    """None for keys that depend on the call, and for comparisons other than of texts and ARNs."""
    value, comparison = caller.value(test.key, action), test.comparison.replace("Not", "")
    if value is None or not comparison.startswith(("String", "Arn")):
        return None
    is_exact = comparison.startswith("StringEquals")
    is_among = any(value == wanted if is_exact else covers(wanted, value) for wanted in test.values)
    return is_among is not test.is_negated
