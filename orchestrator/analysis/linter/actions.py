"""Rules on how actions are written: unknown, misspelt, written twice."""

import re
from collections.abc import Iterable, Iterator

from orchestrator.analysis.linter.facts import ActionData, ActionFacts
from orchestrator.analysis.linter.finding import Flaw, Rule, Severity
from orchestrator.permissions.patterns import covers
from orchestrator.templates.policy import PolicyStatement, as_list


def judge_actions(statement: PolicyStatement, data: ActionData) -> Iterator[Flaw]:
    patterns = as_list(statement["Action"])
    for index, pattern in enumerate(patterns):
        actions = data.expand(pattern)
        if not actions:
            yield Flaw(Rule.UNKNOWN_ACTION, Severity.HIGH, pattern, f"AWS knows no action {pattern}.")
        elif not is_spelt(pattern, actions):
            message = f"{pattern} is spelt {actions[0].name}; IAM accepts it, comparisons and simulations do not."
            yield Flaw(Rule.SPELLING, Severity.LOW, pattern, message)
        if other := repeated(pattern, [*patterns[:index], *(each for each in patterns[index + 1 :] if each.lower() != pattern.lower())]):
            yield Flaw(Rule.DUPLICATE, Severity.LOW, pattern, f"{other} of the same statement allows {pattern} too. Keep one.")


def is_spelt(pattern: str, actions: Iterable[ActionFacts]) -> bool:
    """Whether the pattern stands for its actions letter by letter."""
    stem = re.split(r"[*?]", pattern, maxsplit=1)[0]
    return all(action.name.startswith(stem) for action in actions)


def repeated(pattern: str, others: Iterable[str]) -> str | None:
    """Another pattern that means everything this one does."""
    return next((other for other in others if covers(other.lower(), pattern.lower())), None)
