"""Whether a trust policy lets a role of another account in: read off the policy where it cannot be tried.

Conditions on anything but the caller, its organization and the external id cannot be judged from outside: unknown is not no.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.model.identifiers import account_in
from orchestrator.model.inside import Document, Entry
from orchestrator.permissions.conditions import ConditionTest
from orchestrator.permissions.resolution import texts
from orchestrator.permissions.trust import ASSUME_ROLE, EXTERNAL_ID_KEY, ORGANIZATION_KEY, PRINCIPAL_ACCOUNT, PRINCIPAL_ARN
from orchestrator.permissions.verdicts import all_of, any_of
from orchestrator.policies.conditions import holds
from orchestrator.policies.context import ABSENT, Context, valued
from orchestrator.policies.statements import statement_of
from orchestrator.probing.documents import statements


@dataclass(frozen=True, slots=True)
class Caller:
    """A role that assumes another, and its organization."""

    role_arn: str
    organization: str

    def context(self, external_id: str) -> Context:
        """What the condition keys of its call are known to be; that of the external id is there only where one is sent."""
        return Context(
            {
                PRINCIPAL_ARN: valued(self.role_arn),
                PRINCIPAL_ACCOUNT: valued(account_in(self.role_arn)),
                ORGANIZATION_KEY: valued(self.organization),
                EXTERNAL_ID_KEY: valued(external_id) if external_id else ABSENT,
            }
        )


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
    written = statement_of(statement, "")
    if not written.is_meant(ASSUME_ROLE):
        return False
    if "NotPrincipal" in statement:
        return None
    if not is_named(statement.get("Principal"), caller):
        return False
    context = caller.context(external_id)
    return all_of(admitted(test, context) for test in written.tests)


def is_named(principal: object, caller: Caller) -> bool:
    """Everyone, the caller's account, or the role itself."""
    names = texts(principal["AWS"]) if isinstance(principal, Mapping) and "AWS" in principal else texts(principal)
    account = account_in(caller.role_arn)
    root = f"{caller.role_arn.partition(':role/')[0]}:root"
    return any(name in {"*", account, root, caller.role_arn} for name in names)


def admitted(test: ConditionTest, context: Context) -> bool | None:
    """Of external ids the policy shows fingerprints: a pattern that matches none may match what they stand for."""
    verdict = holds(test, context)
    is_hidden = test.key.lower() == EXTERNAL_ID_KEY and "Like" in test.comparison and context.alternatives(test.key) != ABSENT
    return None if is_hidden and verdict is test.is_negated else verdict
