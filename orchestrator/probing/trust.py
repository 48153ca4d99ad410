"""Whether a trust policy lets a role of another account in: read off the policy where it cannot be tried.

Conditions on anything but the caller, its organization and the external id cannot be judged from outside: unknown is not no.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.model.identifiers import account_in
from orchestrator.model.inside import Document, Entry
from orchestrator.permissions.conditions import ConditionTest, condition_tests
from orchestrator.permissions.patterns import covers
from orchestrator.permissions.resolution import texts
from orchestrator.permissions.trust import ASSUME_ROLE, EXTERNAL_ID_KEY, ORGANIZATION_KEY, PRINCIPAL_ACCOUNT, PRINCIPAL_ARN
from orchestrator.permissions.verdicts import all_of, any_of
from orchestrator.probing.documents import statements

EQUAL = frozenset({"StringEquals"})
LIKE = frozenset({"StringLike", "ArnLike", "ArnEquals"})


@dataclass(frozen=True, slots=True)
class Caller:
    """A role that assumes another, and its organization."""

    role_arn: str
    organization: str

    def context(self, external_id: str) -> Mapping[str, str]:
        """Condition keys in lower case; that of the external id only where one is sent."""
        known = {
            PRINCIPAL_ARN: self.role_arn,
            PRINCIPAL_ACCOUNT: account_in(self.role_arn),
            ORGANIZATION_KEY: self.organization,
        }
        return {**known, EXTERNAL_ID_KEY: external_id} if external_id else known


def entry_by(trust: Document, caller: Caller, external_id: str) -> Entry:
    """What the policy says; without an external id there is no second question."""
    with_id = admits(trust, caller, external_id)
    return Entry(with_id, admits(trust, caller, "") if external_id else None)


def admits(trust: Document, caller: Caller, external_id: str) -> bool | None:
    """None when that depends on conditions that cannot be judged."""
    verdicts = [(statement.get("Effect"), applies(statement, caller, external_id)) for statement in statements(trust)]
    denied = any_of(verdict for effect, verdict in verdicts if effect == "Deny")
    allowed = any_of(verdict for effect, verdict in verdicts if effect == "Allow")
    if denied or allowed is False:
        return False
    return None if denied is None else allowed


def applies(statement: Mapping[str, object], caller: Caller, external_id: str) -> bool | None:
    if not any(covers(pattern.lower(), ASSUME_ROLE.lower()) for pattern in texts(statement.get("Action", []))):
        return None if "NotAction" in statement else False
    if "NotPrincipal" in statement:
        return None
    if not is_named(statement.get("Principal"), caller):
        return False
    context = caller.context(external_id)
    return all_of(holds(test, context) for test in condition_tests(statement.get("Condition")))


def is_named(principal: object, caller: Caller) -> bool:
    """Everyone, the caller's account, or the role itself."""
    names = texts(principal["AWS"]) if isinstance(principal, Mapping) and "AWS" in principal else texts(principal)
    account = account_in(caller.role_arn)
    root = f"{caller.role_arn.partition(':role/')[0]}:root"
    return any(name in {"*", account, root, caller.role_arn} for name in names)


def holds(test: ConditionTest, context: Mapping[str, str]) -> bool | None:
    """A pattern of external ids is known by its fingerprint alone."""
    key = test.key.lower()
    if test.quantifier or test.comparison not in EQUAL | LIKE or (key not in context and key != EXTERNAL_ID_KEY):
        return None
    if key not in context:
        return test.is_optional
    value = context[key]
    if test.comparison in EQUAL:
        return value in test.values
    is_covered = any(covers(pattern, value) for pattern in test.values)
    return None if key == EXTERNAL_ID_KEY and not is_covered else is_covered
