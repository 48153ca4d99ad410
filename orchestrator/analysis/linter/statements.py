"""Judges one variant of one group as if deployed alone: every rule that looks at statements, family by family."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orchestrator.analysis.linter.actions import judge_actions
from orchestrator.analysis.linter.conditions import tests_of, unknown_absences, unknown_operators
from orchestrator.analysis.linter.facts import ActionData
from orchestrator.analysis.linter.finding import Finding, Flaw, Rule, Severity
from orchestrator.analysis.linter.powers import judge_power
from orchestrator.analysis.linter.protection import idle_reasons
from orchestrator.analysis.linter.resources import judge_coverage, judge_life, judge_resources
from orchestrator.analysis.linter.values import misread
from orchestrator.model.identifiers import GroupName
from orchestrator.model.roles import RoleKind
from orchestrator.permissions.allowances import allowances_of, is_within, scope_of
from orchestrator.templates.policy import PolicyStatement, as_list


@dataclass(frozen=True, slots=True)
class Variant:
    """One group rendered for one role."""

    group: GroupName
    role: RoleKind
    statements: Sequence[PolicyStatement]

    def finding(self, statement: PolicyStatement, flaw: Flaw) -> Finding:
        return Finding(flaw.rule, flaw.severity, self.group, self.role, statement["Sid"], flaw.action, flaw.message)


def judge_variant(variant: Variant, data: ActionData) -> Iterator[Finding]:
    """Every finding of one group on its own."""
    for statement in variant.statements:
        for flaw in judge_statement(statement, data):
            yield variant.finding(statement, flaw)
    for statement, flaw in (*judge_coverage(variant.statements, data), *judge_repetition(variant.statements)):
        yield variant.finding(statement, flaw)


def judge_statement(statement: PolicyStatement, data: ActionData) -> Iterator[Flaw]:
    yield from judge_actions(statement, data)
    yield from judge_resources(statement, data)
    yield from judge_conditions(statement, data)
    for pattern in as_list(statement["Action"]):
        for action in data.expand(pattern):
            dead = tuple(judge_life(statement, pattern, action, data))
            yield from dead or judge_power(statement, pattern, action)


def judge_repetition(statements: Sequence[PolicyStatement]) -> Iterator[tuple[PolicyStatement, Flaw]]:
    """Statements that allow nothing the others do not; of two equal ones the second."""
    kept = list(statements)
    for statement in reversed(statements):
        others = [other for other in kept if other is not statement]
        own, granted = allowances_of([statement]), allowances_of(others)
        if all(is_within(scope, scope_of(action, granted)) for action, scope in own.items()):
            kept = others
            message = f"the other statements of the group allow everything {statement['Sid']} does. Take it out."
            yield statement, Flaw(Rule.DUPLICATE, Severity.LOW, as_list(statement["Action"])[0], message)


def judge_conditions(statement: PolicyStatement, data: ActionData) -> Iterator[Flaw]:
    first, *_ = as_list(statement["Action"])
    for operator in unknown_operators(statement):
        message = f"IAM knows no condition operator {operator} and refuses the whole policy."
        yield Flaw(Rule.UNKNOWN_OPERATOR, Severity.HIGH, first, message)
    for test in sorted(tests_of(statement)):
        for why in misread(test, data):
            yield Flaw(Rule.MISREAD_VALUE, Severity.HIGH, first, f"{why}.")
    actions = [action for pattern in as_list(statement["Action"]) for action in data.expand(pattern)]
    never_carried = [
        (test, "always holds, since no action of the statement knows the key") for test in unknown_absences(statement, actions, data)
    ]
    for test, why in (*idle_reasons(statement), *never_carried):
        yield Flaw(Rule.IDLE_CONDITION, Severity.HIGH, first, f"{test.operator} {test.key}: {', '.join(test.values)} {why}.")
