"""Limits that count for nothing because the same role may do the same without them, or may put the tag they ask for on anything."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from orchestrator.analysis.linter.facts import ActionData, ActionFacts, ResourceFacts
from orchestrator.analysis.linter.finding import Finding, Flaw, Rule, Severity
from orchestrator.analysis.linter.protection import restrictions
from orchestrator.analysis.linter.resources import allows_kind, fits, is_whole
from orchestrator.analysis.linter.statements import Variant
from orchestrator.model.identifiers import GroupName
from orchestrator.model.powerful_actions import POWERFUL
from orchestrator.permissions.conditions import ConditionTest, implies
from orchestrator.permissions.patterns import covers, overlap
from orchestrator.templates.policy import PolicyStatement, as_list

NO_RESOURCE = ResourceFacts("any resource", "*", required=True, condition_keys=frozenset())
"""Stands in for the kind of resource of an action that has none."""

TAGGING_VERBS = ("Add", "Create", "Put", "Tag")
"""How actions of the access level Tagging begin that set tags; the others remove them."""

NAMED_KINDS = 3

Tests = frozenset[ConditionTest]


@dataclass(frozen=True, slots=True)
class Grant:
    """One action as one statement allows it, under the tests that restrict it. ``pattern`` is how it is written there."""

    variant: Variant
    statement: PolicyStatement
    tests: Tests
    pattern: str
    action: ActionFacts
    data: ActionData

    @property
    def place(self) -> tuple[GroupName, str]:
        return self.variant.group, self.statement["Sid"]

    @property
    def is_narrowed(self) -> bool:
        return "*" not in as_list(self.statement["Resource"]) or bool(self.tests)

    def reaches(self, kind: ResourceFacts) -> bool:
        return allows_kind(self.statement, self.action, kind, self.data)

    def kinds(self) -> list[ResourceFacts]:
        """The kinds of resources the statement allows the action on."""
        return [kind for kind in self.action.resources or (NO_RESOURCE,) if self.reaches(kind)]

    def covers(self, narrow: "Grant", kind: ResourceFacts) -> Iterator[bool]:
        """For each resource of ``narrow`` that can be of this kind, whether this statement has one that covers it."""
        for own in as_list(narrow.statement["Resource"]):
            if fits(own, kind):
                wanted = kind.arn if is_whole(own, kind) else own
                yield any(is_whole(resource, kind) or covers(resource, wanted) for resource in as_list(self.statement["Resource"]))

    def finding(self, rule: Rule, severity: Severity, message: str, other: "Grant") -> Finding:
        found = self.variant.finding(self.statement, Flaw(rule, severity, self.pattern, message))
        return found.together_with(other.place)


def judge_union(variants: Sequence[Variant], data: ActionData) -> Iterator[Finding]:
    """Judges everything a role can get at once: what one statement undoes in some union, it undoes in this largest one."""
    grants = tuple(grants_of(variants, data))
    by_action: dict[str, list[Grant]] = {}
    for grant in grants:
        by_action.setdefault(grant.action.name, []).append(grant)
    taggers = [grant for grant in grants if sets_tags(grant.action)]
    for narrow in (grant for grant in grants if grant.is_narrowed):
        yield from undone(narrow, by_action[narrow.action.name])
        yield from forgeable(narrow, taggers)


def grants_of(variants: Iterable[Variant], data: ActionData) -> Iterator[Grant]:
    for variant in variants:
        for statement in variant.statements:
            tests = restrictions(statement)
            for pattern in as_list(statement["Action"]):
                for action in data.expand(pattern):
                    yield Grant(variant, statement, tests, pattern, action, data)


def undone(narrow: Grant, same: Iterable[Grant]) -> Iterator[Finding]:
    """Another statement allows the action with fewer conditions, or on more, for some kind of resource."""
    for wide in same:
        kinds = [kind.name for kind in narrow.kinds() if wide.reaches(kind) and is_wider(wide, narrow, kind)]
        if kinds and wide.statement is not narrow.statement:
            message = f"{narrow.action.name} is narrowed in {narrow.statement['Sid']}, yet {wide.statement['Sid']} allows it without that"
            yield narrow.finding(Rule.UNDONE_CONDITION, Severity.MEDIUM, f"{message} on {several(kinds)}.", wide)


def is_wider(wide: Grant, narrow: Grant, kind: ResourceFacts) -> bool:
    """Whether ``wide`` reaches something ``narrow`` reaches of this kind under weaker conditions, or more of it under the same."""
    if not follow(narrow.tests, wide.tests):
        return False
    if not follow(wide.tests, narrow.tests):
        return any(wide.covers(narrow, kind))
    return all(wide.covers(narrow, kind)) and not all(narrow.covers(wide, kind))


def follow(strong: Tests, weak: Tests) -> bool:
    """Whether every request that passes ``strong`` passes ``weak``."""
    return all(any(implies(held, asked) for held in strong) for asked in weak)


def forgeable(narrow: Grant, taggers: Iterable[Grant]) -> Iterator[Finding]:
    """The condition asks for a tag that another statement lets the role set."""
    wanted = tag_tests(narrow.tests)
    for tagger in taggers if wanted else ():
        kinds = [kind.name for kind in narrow.kinds() if can_tag(tagger, narrow, kind)]
        if kinds:
            keys = " and ".join(sorted({test.key for test in wanted}))
            message = f"{narrow.action.name} is bound by {keys}, yet {tagger.statement['Sid']} may set that tag on {several(kinds)}."
            severity = Severity.HIGH if narrow.action.name in POWERFUL else Severity.MEDIUM
            yield narrow.finding(Rule.FORGEABLE_TAG, severity, message, tagger)


def can_tag(tagger: Grant, narrow: Grant, kind: ResourceFacts) -> bool:
    """Whether the tag may be set on what ``narrow`` reaches of this kind, under no conditions beyond those other than tags."""
    tagged = next((known for known in tagger.action.resources if known.arn == kind.arn), None)
    if tagged is None or not tagger.reaches(tagged):
        return False
    wanted = tag_tests(narrow.tests)
    asked = frozenset(test for test in tagger.tests if not is_met_by_the_tag(test, wanted))
    return follow(narrow.tests - wanted, asked) and any(tagger.covers(narrow, kind))


def is_met_by_the_tag(test: ConditionTest, wanted: Tests) -> bool:
    """A condition on the tags of the request that setting one of the wanted tags fulfils."""
    key, _, name = test.key.lower().partition("/")
    values = [value for tag in wanted if tag.key.lower().partition("/")[2] == name for value in tag.values]
    return key == "aws:requesttag" and any(overlap(asked, value) for asked in test.values for value in values)


def sets_tags(action: ActionFacts) -> bool:
    return "Tagging" in action.access_level and action.name.partition(":")[2].startswith(TAGGING_VERBS)


def tag_tests(tests: Tests) -> Tests:
    """Those that ask for a tag of the resource."""
    return frozenset(test for test in tests if ":resourcetag/" in test.key.lower())


def several(kinds: Sequence[str]) -> str:
    """The first kinds; actions such as ec2:DeleteTags know a hundred."""
    more = len(kinds) - NAMED_KINDS
    return ", ".join(kinds[:NAMED_KINDS]) + (f" and {more} more kinds" if more > 0 else "")
