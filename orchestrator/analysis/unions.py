"""Conditions that protect nothing because another group on the same role allows the same without them."""

from collections.abc import Iterator, Sequence

from orchestrator.analysis.arns import covers
from orchestrator.analysis.facts import ActionData
from orchestrator.analysis.finding import Finding, Rule, Severity
from orchestrator.analysis.statements import WINDOW_KEY, Variant
from orchestrator.templates.policy import PolicyStatement, as_list


def judge_union(variants: Sequence[Variant], data: ActionData) -> Iterator[Finding]:
    """Judges everything a role can get at once: what one statement undoes in some union, it undoes in this largest one."""
    for variant in variants:
        for statement in variant.statements:
            if is_narrowed(statement):
                yield from undone(variant, statement, variants, data)


def undone(variant: Variant, narrow: PolicyStatement, variants: Sequence[Variant], data: ActionData) -> Iterator[Finding]:
    for pattern in as_list(narrow["Action"]):
        for other in variants:
            for wide in other.statements:
                if wide is not narrow and is_wider(wide, narrow) and shares(wide, pattern, data):
                    message = f"{pattern} is narrowed in {narrow['Sid']}, yet {wide['Sid']} allows it without that."
                    yield Finding(
                        Rule.UNDONE_CONDITION, Severity.MEDIUM, variant.group, variant.role, narrow["Sid"], pattern, message, in_union=True
                    )


def shares(wide: PolicyStatement, pattern: str, data: ActionData) -> bool:
    actions = {action.name for action in data.expand(pattern)}
    return any(action.name in actions for other in as_list(wide["Action"]) for action in data.expand(other))


def conditions_of(statement: PolicyStatement) -> frozenset[tuple[str, str, tuple[str, ...]]]:
    """Operator, key and values, without the window of a temporary grant."""
    return frozenset(
        (operator, key, tuple(as_list(values)))
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
        if key != WINDOW_KEY
    )


def is_narrowed(statement: PolicyStatement) -> bool:
    return "*" not in as_list(statement["Resource"]) or bool(conditions_of(statement))


def is_wider(wide: PolicyStatement, narrow: PolicyStatement) -> bool:
    """Whether ``wide`` reaches every resource of ``narrow`` under fewer conditions, or more resources under no other conditions."""
    if not all(any(covers(resource, own) for resource in as_list(wide["Resource"])) for own in as_list(narrow["Resource"])):
        return False
    if not conditions_of(wide) <= conditions_of(narrow):
        return False
    return conditions_of(wide) != conditions_of(narrow) or set(as_list(wide["Resource"])) != set(as_list(narrow["Resource"]))
