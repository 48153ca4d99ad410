"""One statement before the linter, with AWS's own list of actions."""

from orchestrator.analysis import Finding
from orchestrator.analysis.linter.statements import Variant, judge_variant
from orchestrator.model.identifiers import GroupName
from orchestrator.model.roles import RoleKind
from orchestrator.templates import PolicyStatement
from scripts.generated.catalogs import action_data

ACCOUNT = "111111111111"


def statement(action, resource="*", condition=None, sid="Own"):
    return PolicyStatement(Sid=sid, Effect="Allow", Action=action, Resource=resource, Condition=condition or {})


def findings(action, resource="*", condition=None) -> list[Finding]:
    return judged(statement(action, resource, condition))


def judged(*statements) -> list[Finding]:
    return list(judge_variant(Variant(GroupName("Own"), RoleKind.SPOKE, list(statements)), action_data()))


def rules(action, resource="*", condition=None):
    return {finding.rule for finding in findings(action, resource, condition)}


def messages(rule, action, resource="*", condition=None) -> list[str]:
    return [finding.message for finding in findings(action, resource, condition) if finding.rule is rule]
