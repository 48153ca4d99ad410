"""Rules for one variant of one group, judged as if deployed alone: unknown, misspelt or dead actions, and rights that are too broad."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from orchestrator.analysis.conditions import condition_keys, conditions_of, knows_all, unknown_operators
from orchestrator.analysis.facts import ActionData, ActionFacts, ResourceFacts
from orchestrator.analysis.finding import Finding, Rule, Severity
from orchestrator.model.identifiers import GroupName
from orchestrator.model.roles import RoleKind
from orchestrator.permissions.patterns import PARTS, arns_overlap, covers
from orchestrator.templates.policy import PolicyStatement, as_list

POWERFUL = frozenset(
    {
        "ebs:GetSnapshotBlock",
        "ec2:CreateTags",
        "ec2:DeleteSnapshot",
        "ec2:DeleteVolume",
        "ec2:ModifySnapshotAttribute",
        "ec2:TerminateInstances",
        "ecs:ExecuteCommand",
        "iam:CreateServiceLinkedRole",
        "iam:PassRole",
        "iam:PutRolePolicy",
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:ReEncryptFrom",
        "kms:ScheduleKeyDeletion",
        "lambda:GetFunction",
        "s3:DeleteObject",
        "s3:GetObject",
        "secretsmanager:GetSecretValue",
        "ssm:SendCommand",
        "ssm:StartSession",
        "sts:AssumeRole",
    }
)
"""Actions that read evidence or secrets, destroy, run commands or hand on rights, tags included since conditions rest on them."""

CHANGING = ("Write", "Tagging", "Permissions management")


@dataclass(frozen=True, slots=True)
class Variant:
    """One group rendered for one role."""

    group: GroupName
    role: RoleKind
    statements: Sequence[PolicyStatement]

    def finding(self, rule: Rule, severity: Severity, sid: str, action: str, message: str) -> Finding:
        return Finding(rule, severity, self.group, self.role, sid, action, message)


def judge_variant(variant: Variant, data: ActionData) -> Iterator[Finding]:
    """Every finding of one group on its own."""
    for statement in variant.statements:
        for pattern in as_list(statement["Action"]):
            yield from judge_pattern(variant, statement, pattern, data.expand(pattern))
        yield from judge_operators(variant, statement)
        yield from judge_resources(variant, statement, data)
    yield from judge_coverage(variant, data)


def judge_pattern(variant: Variant, statement: PolicyStatement, pattern: str, actions: Sequence[ActionFacts]) -> Iterator[Finding]:
    sid = statement["Sid"]
    if not actions:
        yield variant.finding(Rule.UNKNOWN_ACTION, Severity.HIGH, sid, pattern, f"AWS knows no action {pattern}.")
    elif not is_spelt(pattern, actions):
        message = f"{pattern} is spelt {actions[0].name}; IAM accepts it, comparisons and simulations do not."
        yield variant.finding(Rule.SPELLING, Severity.LOW, sid, pattern, message)
    for action in actions:
        yield from judge_action(variant, statement, pattern, action)


def judge_action(variant: Variant, statement: PolicyStatement, pattern: str, action: ActionFacts) -> Iterator[Finding]:
    sid = statement["Sid"]
    kinds = fitting_kinds(statement, action)
    if kinds is None:
        wants = " or ".join(kind.name for kind in action.resources) or "Resource *"
        message = f"{action.name} works on {wants}, not on {', '.join(as_list(statement['Resource']))}: it grants nothing."
        yield variant.finding(Rule.DEAD_RESOURCE, Severity.HIGH, sid, pattern, message)
    elif not is_alive(statement, action, kinds):
        keys = ", ".join(sorted(condition_keys(statement)))
        message = f"{action.name} does not know every one of {keys}: the condition never holds."
        yield variant.finding(Rule.DEAD_CONDITION, Severity.HIGH, sid, pattern, message)
    elif severity := breadth(statement, action):
        message = f"{action.name} on {', '.join(as_list(statement['Resource']))} without a condition."
        yield variant.finding(Rule.OVERBROAD, severity, sid, pattern, message)


def judge_operators(variant: Variant, statement: PolicyStatement) -> Iterator[Finding]:
    for operator in unknown_operators(statement):
        message = f"IAM knows no condition operator {operator} and refuses the whole policy."
        yield variant.finding(Rule.UNKNOWN_OPERATOR, Severity.HIGH, statement["Sid"], as_list(statement["Action"])[0], message)


def judge_resources(variant: Variant, statement: PolicyStatement, data: ActionData) -> Iterator[Finding]:
    """Resources beside others on which no action of the statement works."""
    patterns, resources = as_list(statement["Action"]), as_list(statement["Resource"])
    kinds = [kind for pattern in patterns for action in data.expand(pattern) for kind in action.resources]
    dead = [resource for resource in resources if not any(fits(resource, kind) for kind in kinds)]
    for resource in dead if "*" not in dead and len(dead) < len(resources) else ():
        message = f"no action of {statement['Sid']} works on {resource}: it grants nothing there. Take it out."
        yield variant.finding(Rule.DEAD_RESOURCE, Severity.HIGH, statement["Sid"], patterns[0], message)


def judge_coverage(variant: Variant, data: ActionData) -> Iterator[Finding]:
    """Actions that are checked on several kinds of resources, one of which no statement of the group allows."""
    granted: dict[str, tuple[ActionFacts, str, list[PolicyStatement]]] = {}
    for statement in variant.statements:
        for pattern in as_list(statement["Action"]):
            for action in data.expand(pattern):
                granted.setdefault(action.name, (action, pattern, []))[2].append(statement)
    for action, pattern, statements in granted.values():
        for kind in action.resources:
            if kind.required and not any(allows_kind(statement, action, kind) for statement in statements):
                message = f"{action.name} is also checked on {kind.name}, which no statement of {variant.group} allows."
                yield variant.finding(Rule.PARTLY_DEAD, Severity.HIGH, statements[0]["Sid"], pattern, message)


def is_spelt(pattern: str, actions: Iterable[ActionFacts]) -> bool:
    """Whether the pattern stands for its actions letter by letter."""
    stem = re.split(r"[*?]", pattern, maxsplit=1)[0]
    return all(action.name.startswith(stem) for action in actions)


def fitting_kinds(statement: PolicyStatement, action: ActionFacts) -> tuple[ResourceFacts, ...] | None:
    """The kinds of resources the statement reaches for this action; None when it reaches nothing at all."""
    if "*" in as_list(statement["Resource"]):
        return action.resources
    kinds = tuple(kind for kind in action.resources if reaches(statement, kind))
    return kinds or None


def reaches(statement: PolicyStatement, kind: ResourceFacts) -> bool:
    return any(fits(resource, kind) for resource in as_list(statement["Resource"]))


def fits(resource: str, kind: ResourceFacts) -> bool:
    """Whether the pattern may name a resource of this kind."""
    return resource == "*" or (arns_overlap(resource, kind.arn) and not (kind.flat and "/" in resource))


def is_alive(statement: PolicyStatement, action: ActionFacts, kinds: Sequence[ResourceFacts]) -> bool:
    """Whether the conditions can hold for at least one kind of resource, or for the action as such."""
    if not kinds:
        return knows_all(condition_keys(statement), action.condition_keys)
    return any(knows_all(condition_keys(statement), action.condition_keys | kind.condition_keys) for kind in kinds)


def allows_kind(statement: PolicyStatement, action: ActionFacts, kind: ResourceFacts) -> bool:
    return reaches(statement, kind) and knows_all(condition_keys(statement), action.condition_keys | kind.condition_keys)


def breadth(statement: PolicyStatement, action: ActionFacts) -> Severity | None:
    """How serious it is that the action reaches everything of its kind without a condition; None when it is narrowed or harmless."""
    if conditions_of(statement) or not any(is_everything(resource, action) for resource in as_list(statement["Resource"])):
        return None
    if action.name in POWERFUL or "Permissions management" in action.access_level:
        return Severity.HIGH
    return Severity.MEDIUM if any(level in action.access_level for level in CHANGING) else None


def is_everything(resource: str, action: ActionFacts) -> bool:
    """``*``, or an ARN that names no more than a kind of resource, in whatever regions; any bucket of S3."""
    if resource == "*":
        return True
    parts = resource.split(":", PARTS - 1)
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
