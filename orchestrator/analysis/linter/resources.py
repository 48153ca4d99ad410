"""Rules on resources: patterns that are no ARN, kinds an action does not work on, and which of them a statement reaches."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from orchestrator.analysis.linter.conditions import impossible, tests_of, unknown_keys
from orchestrator.analysis.linter.facts import ActionData, ActionFacts, ResourceFacts
from orchestrator.analysis.linter.finding import Flaw, Rule, Severity
from orchestrator.permissions.patterns import PARTS, arns_overlap, covers
from orchestrator.templates.policy import PolicyStatement, as_list

REGION = r"([a-z]{2,4}(-[a-z]+)+-[0-9]|[a-z0-9-]*[*?][a-z0-9*?-]*)?"
NUMBER = r"([0-9?]{12}|aws|[0-9?]*\*[0-9*?]*)?"
ARN = re.compile(rf"arn:(aws[a-z0-9-]*|\*):[a-z0-9*?-]+:{REGION}:{NUMBER}:.+")
"""Partition, service, region, account and resource (IAM user guide, "Amazon Resource Names"); ``${...}`` counts as filled."""

VARIABLE = re.compile(r"\$\{[^}]*\}")


def judge_resources(statement: PolicyStatement, data: ActionData) -> Iterator[Flaw]:
    """Resources that are written wrong or twice, and those beside others on which no action of the statement works."""
    patterns, resources = as_list(statement["Action"]), as_list(statement["Resource"])
    for resource, count in Counter(resources).items():
        if resource != "*" and not ARN.fullmatch(VARIABLE.sub("*", resource)):
            message = f"{resource} is no ARN: it has to be arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, or *."
            yield Flaw(Rule.MALFORMED_ARN, Severity.HIGH, patterns[0], message)
        if count > 1:
            yield Flaw(Rule.DUPLICATE, Severity.LOW, patterns[0], f"{resource} stands {count} times in {statement['Sid']}. Keep one.")
    kinds = [kind for pattern in patterns for action in data.expand(pattern) for kind in action.resources]
    dead = [resource for resource in resources if not any(fits(resource, kind) for kind in kinds)]
    for resource in dead if "*" not in dead and len(dead) < len(resources) else ():
        message = f"no action of {statement['Sid']} works on {resource}: it grants nothing there. Take it out."
        yield Flaw(Rule.DEAD_RESOURCE, Severity.HIGH, patterns[0], message)


def judge_life(statement: PolicyStatement, pattern: str, action: ActionFacts, data: ActionData) -> Iterator[Flaw]:
    """Why the statement does not grant this action at all; nothing when it does."""
    kinds = fitting_kinds(statement, action)
    if kinds is None:
        wants = " or ".join(kind.name for kind in action.resources) or "Resource *"
        message = f"{action.name} works on {wants}, not on {', '.join(as_list(statement['Resource']))}: it grants nothing."
        yield Flaw(Rule.DEAD_RESOURCE, Severity.HIGH, pattern, message)
    elif keys := unknown_keys(statement, action, kinds, data):
        message = f"{action.name} does not know {', '.join(keys)}: the condition never holds."
        yield Flaw(Rule.DEAD_CONDITION, Severity.HIGH, pattern, message)
    else:
        for why in impossible(statement, action):
            yield Flaw(Rule.DEAD_CONDITION, Severity.HIGH, pattern, f"{action.name}: {why}.")


def judge_coverage(statements: Sequence[PolicyStatement], data: ActionData) -> Iterator[tuple[PolicyStatement, Flaw]]:
    """Actions that are checked on several kinds of resources, one of which no statement of the group allows."""
    granted: dict[str, tuple[ActionFacts, str, list[PolicyStatement]]] = {}
    for statement in statements:
        for pattern in as_list(statement["Action"]):
            for action in data.expand(pattern):
                granted.setdefault(action.name, (action, pattern, []))[2].append(statement)
    for action, pattern, allowing in granted.values():
        for kind in action.resources:
            if kind.required and not any(allows_kind(statement, action, kind, data) for statement in allowing):
                message = f"{action.name} is also checked on {kind.name}, which no statement of the group allows."
                yield allowing[0], Flaw(Rule.PARTLY_DEAD, Severity.HIGH, pattern, message)


def fitting_kinds(statement: PolicyStatement, action: ActionFacts) -> tuple[ResourceFacts, ...] | None:
    """The kinds of resources the statement reaches for this action; None when it reaches nothing at all."""
    if "*" in as_list(statement["Resource"]):
        return action.resources
    return tuple(kind for kind in action.resources if reaches(statement, kind)) or None


def reaches(statement: PolicyStatement, kind: ResourceFacts) -> bool:
    return any(fits(resource, kind) for resource in as_list(statement["Resource"]))


def fits(resource: str, kind: ResourceFacts) -> bool:
    """Whether the pattern may name a resource of this kind."""
    return resource == "*" or (arns_overlap(resource, kind.arn) and not (kind.flat and "/" in resource))


def allows_kind(statement: PolicyStatement, action: ActionFacts, kind: ResourceFacts, data: ActionData) -> bool:
    return reaches(statement, kind) and not (tests_of(statement) and unknown_keys(statement, action, [kind], data))


def is_everything(resource: str, action: ActionFacts) -> bool:
    """``*``, or an ARN that names no more than a kind of resource, in whatever regions; any bucket of S3."""
    if resource == "*":
        return True
    parts = resource.split(":", PARTS - 1)
    if len(parts) < PARTS:
        return False
    if parts[2] == "s3":
        return parts[-1].startswith("*")
    anywhere = ":".join((*parts[:3], "*", *parts[4:]))
    return names_only_a_kind(parts[-1]) or any(is_whole(anywhere, kind) for kind in action.resources)


def names_only_a_kind(named: str) -> bool:
    """``instance/*`` or ``log-group:*``."""
    return re.fullmatch(r"[^/:*]+[/:][*?]*\*[*?]*", named) is not None


def is_whole(resource: str, kind: ResourceFacts) -> bool:
    """Whether the pattern names every resource of the kind, if only in one account and partition: the role's own."""
    parts = resource.split(":", PARTS - 1)
    if len(parts) == PARTS:
        parts[1] = parts[4] = "*"
    return covers(re.sub(r"\?*\*[*?]*", "*", ":".join(parts)), kind.arn)
