"""Conditions that protect nothing because the same role may do the same without them, or may put the tag they ask for on anything."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from orchestrator.analysis.conditions import ConditionSet, conditions_of
from orchestrator.analysis.facts import ActionData, ActionFacts, ResourceFacts
from orchestrator.analysis.finding import Finding, Rule, Severity
from orchestrator.analysis.statements import POWERFUL, Variant, allows_kind, fits, is_whole
from orchestrator.permissions.patterns import covers
from orchestrator.templates.policy import PolicyStatement, as_list

NO_RESOURCE = ResourceFacts("any resource", "*", required=True, condition_keys=frozenset())
"""Stands in for the kind of resource of an action that has none."""

TAGGING_VERBS = ("Add", "Create", "Put", "Tag")
"""How actions of the access level Tagging begin that set tags; the others remove them."""


NAMED_KINDS = 3


@dataclass(frozen=True, slots=True)
class Grant:
    """One action as one statement allows it. ``pattern`` is how it is written there."""

    variant: Variant
    statement: PolicyStatement
    pattern: str
    action: ActionFacts

    def reaches(self, kind: ResourceFacts) -> bool:
        return allows_kind(self.statement, self.action, kind)

    def finding(self, rule: Rule, severity: Severity, message: str) -> Finding:
        variant, sid = self.variant, self.statement["Sid"]
        return Finding(rule, severity, variant.group, variant.role, sid, self.pattern, message, in_union=True)


def judge_union(variants: Sequence[Variant], data: ActionData) -> Iterator[Finding]:
    """Judges everything a role can get at once: what one statement undoes in some union, it undoes in this largest one."""
    grants = tuple(grants_of(variants, data))
    by_action: dict[str, list[Grant]] = {}
    for grant in grants:
        by_action.setdefault(grant.action.name, []).append(grant)
    taggers = [grant for grant in grants if sets_tags(grant.action)]
    for narrow in filter(is_narrowed, grants):
        yield from undone(narrow, by_action[narrow.action.name])
        yield from forgeable(narrow, taggers)


def grants_of(variants: Iterable[Variant], data: ActionData) -> Iterator[Grant]:
    for variant in variants:
        for statement in variant.statements:
            for pattern in as_list(statement["Action"]):
                for action in data.expand(pattern):
                    yield Grant(variant, statement, pattern, action)


def undone(narrow: Grant, same: Iterable[Grant]) -> Iterator[Finding]:
    """Another statement allows the action with fewer conditions, or on more, for some kind of resource."""
    for wide in same:
        kinds = [kind.name for kind in kinds_of(narrow) if wide.reaches(kind) and is_wider(wide.statement, narrow.statement, kind)]
        if kinds and wide.statement is not narrow.statement:
            message = f"{narrow.action.name} is narrowed in {narrow.statement['Sid']}, yet {wide.statement['Sid']} allows it without that"
            yield narrow.finding(Rule.UNDONE_CONDITION, Severity.MEDIUM, f"{message} on {several(kinds)}.")


def forgeable(narrow: Grant, taggers: Iterable[Grant]) -> Iterator[Finding]:
    """The condition asks for a tag that another statement lets the role set."""
    tags = tag_conditions(narrow.statement)
    for tagger in taggers if tags else ():
        kinds = [kind.name for kind in kinds_of(narrow) if can_tag(tagger, narrow.statement, kind)]
        if kinds:
            keys = " and ".join(sorted({key for _, key, _ in tags}))
            message = f"{narrow.action.name} is bound by {keys}, yet {tagger.statement['Sid']} may set that tag on {several(kinds)}."
            severity = Severity.HIGH if narrow.action.name in POWERFUL else Severity.MEDIUM
            yield narrow.finding(Rule.FORGEABLE_TAG, severity, message)


def kinds_of(grant: Grant) -> list[ResourceFacts]:
    """The kinds of resources the statement allows the action on."""
    return [kind for kind in grant.action.resources or (NO_RESOURCE,) if grant.reaches(kind)]


def several(kinds: Sequence[str]) -> str:
    """The first kinds; actions such as ec2:DeleteTags know a hundred."""
    more = len(kinds) - NAMED_KINDS
    return ", ".join(kinds[:NAMED_KINDS]) + (f" and {more} more kinds" if more > 0 else "")


def is_narrowed(grant: Grant) -> bool:
    return "*" not in as_list(grant.statement["Resource"]) or bool(conditions_of(grant.statement))


def is_wider(wide: PolicyStatement, narrow: PolicyStatement, kind: ResourceFacts) -> bool:
    """Whether ``wide`` reaches something ``narrow`` reaches of this kind under fewer conditions, or all of it and more under no others."""
    if conditions_of(wide) < conditions_of(narrow):
        return any(covered(wide, narrow, kind))
    is_as_wide = conditions_of(wide) == conditions_of(narrow) and all(covered(wide, narrow, kind))
    return is_as_wide and not all(covered(narrow, wide, kind))


def can_tag(tagger: Grant, narrow: PolicyStatement, kind: ResourceFacts) -> bool:
    """Whether the tag may be set on what ``narrow`` reaches of this kind, under no conditions beyond those other than tags."""
    tagged = next((known for known in tagger.action.resources if known.arn == kind.arn), None)
    if tagged is None or not tagger.reaches(tagged):
        return False
    return conditions_of(tagger.statement) <= conditions_of(narrow) - tag_conditions(narrow) and any(
        covered(tagger.statement, narrow, kind)
    )


def covered(wide: PolicyStatement, narrow: PolicyStatement, kind: ResourceFacts) -> Iterator[bool]:
    """For each resource of ``narrow`` that can be of this kind, whether ``wide`` has one that covers it."""
    for own in as_list(narrow["Resource"]):
        if fits(own, kind):
            wanted = kind.arn if is_whole(own, kind) else own
            yield any(is_whole(resource, kind) or covers(resource, wanted) for resource in as_list(wide["Resource"]))


def sets_tags(action: ActionFacts) -> bool:
    return "Tagging" in action.access_level and action.name.partition(":")[2].startswith(TAGGING_VERBS)


def tag_conditions(statement: PolicyStatement) -> ConditionSet:
    """Those that ask for a tag of the resource."""
    return frozenset(condition for condition in conditions_of(statement) if ":resourcetag/" in condition[1].lower())
