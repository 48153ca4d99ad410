"""Rules on what a statement lets its role do: change permissions, read data, change anything without a limit."""

from collections.abc import Iterator

from orchestrator.analysis.linter.facts import ActionFacts
from orchestrator.analysis.linter.finding import Flaw, Rule, Severity
from orchestrator.analysis.linter.protection import limits
from orchestrator.analysis.linter.resources import is_everything
from orchestrator.model.powerful_actions import POWERFUL, Power, PowerfulAction
from orchestrator.permissions.conditions import ConditionTest
from orchestrator.templates.policy import PolicyStatement, as_list

CHANGING = ("Write", "Tagging", "Permissions management")
UNKNOWN_POWER = "changes permissions, says AWS's list of actions"


def judge_power(statement: PolicyStatement, pattern: str, action: ActionFacts) -> Iterator[Flaw]:
    """At most one flaw: the worst that can be said of the action where this statement allows it."""
    power = POWERFUL.get(action.name)
    if "Permissions management" in action.access_level or (power and power.power in (Power.PERMISSIONS, Power.CODE)):
        why = power.why if power else UNKNOWN_POWER
        yield Flaw(Rule.CHANGES_PERMISSIONS, Severity.HIGH, pattern, f"{action.name} {why}: {scope(statement)}.")
    elif is_unlimited(statement, action):
        yield from judge_breadth(statement, pattern, action, power)


def judge_breadth(statement: PolicyStatement, pattern: str, action: ActionFacts, power: PowerfulAction | None) -> Iterator[Flaw]:
    if power and power.power is Power.DATA:
        yield Flaw(Rule.READS_DATA, Severity.HIGH, pattern, f"{action.name} {power.why}: {scope(statement)}.")
    elif any(level in action.access_level for level in CHANGING):
        severity = Severity.HIGH if power else Severity.MEDIUM
        why = f" {power.why}" if power else ""
        yield Flaw(Rule.OVERBROAD, severity, pattern, f"{action.name}{why}: {scope(statement)}, without a limit.")


def is_unlimited(statement: PolicyStatement, action: ActionFacts) -> bool:
    """Whether the statement lets the action reach everything of its kind."""
    return not limits(statement) and any(is_everything(resource, action) for resource in as_list(statement["Resource"]))


def scope(statement: PolicyStatement) -> str:
    """``on RESOURCES, if CONDITIONS``."""
    tests = sorted(limits(statement))
    return f"on {', '.join(as_list(statement['Resource']))}" + (f", if {' and '.join(map(in_words, tests))}" if tests else "")


def in_words(test: ConditionTest) -> str:
    return f"{test.operator} {test.key}: {', '.join(test.values)}"
