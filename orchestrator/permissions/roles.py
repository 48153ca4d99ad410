"""A role as its role set deploys it, property by property, and which changes widen access.

The external id appears as set, unset or changed, never as a value nor as its fingerprint.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from orchestrator.model.state import Definition
from orchestrator.permissions.conditions import ConditionTest, condition_tests, implies
from orchestrator.permissions.patterns import covers
from orchestrator.permissions.resolution import Resolver, mapping, texts
from orchestrator.templates.reading import read_template

ASSUMED_BY = "assumed by"
ORGANIZATION = "organization"
EXTERNAL_ID = "external id"
OTHER_CONDITIONS = "other conditions"
SESSION = "session"
BOUNDARY = "permissions boundary"
NAME = "name"
PATH = "path"
TAGS = "tags"
INSTANCE_PROFILE = "instance profile"

Values = tuple[str, ...]
Properties = Mapping[str, Values]
"""In the order a reviewer reads them: who, under which conditions, for how long, within which bounds. Empty: none."""

CONDITION_PROPERTIES: Mapping[str, str] = {
    "aws:principalarn": ASSUMED_BY,
    "aws:principalorgid": ORGANIZATION,
    "sts:externalid": EXTERNAL_ID,
}


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role as deployed. ``external_id`` says only whether it changed; ``conditions`` are those without a property of their own."""

    properties: Properties
    external_id: Values = ()
    conditions: frozenset[ConditionTest] = frozenset()


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One property of a role, in words, before and after. ``widens``: a principal may do more, or may come in that could not."""

    property: str
    before: str
    after: str
    widens: bool = False


def role_facts(definition: Definition, partition: str) -> RoleFacts:
    """The role a role set's template deploys; without properties when it has none that can be read."""
    resolver = Resolver(read_template(definition.template), {"AWS::Partition": partition, **definition.parameters})
    resources = resolver.resources().values()
    role = next((mapping(found.get("Properties")) for found in resources if found.get("Type") == "AWS::IAM::Role"), None)
    if role is None:
        return RoleFacts({})
    tests, principals = trust_of(role)
    by_property = {CONDITION_PROPERTIES.get(test.key.lower(), OTHER_CONDITIONS): test.values for test in sorted(tests)}
    external_id = by_property.get(EXTERNAL_ID, ())
    others = frozenset(test for test in tests if test.key.lower() not in CONDITION_PROPERTIES)
    properties = {
        ASSUMED_BY: by_property.get(ASSUMED_BY, principals),
        ORGANIZATION: by_property.get(ORGANIZATION, ()),
        EXTERNAL_ID: ("set",) if external_id else (),
        OTHER_CONDITIONS: tuple(f"{test.operator} {test.key}: {', '.join(test.values)}" for test in sorted(others)),
        SESSION: optional(role.get("MaxSessionDuration")),
        BOUNDARY: optional(role.get("PermissionsBoundary")),
        NAME: optional(role.get("RoleName")),
        PATH: optional(role.get("Path")),
        TAGS: tuple(sorted(tags_of(role, definition))),
        INSTANCE_PROFILE: ("yes",) if any(found.get("Type") == "AWS::IAM::InstanceProfile" for found in resources) else (),
    }
    return RoleFacts(properties, external_id, others)


def trust_of(role: Mapping[str, object]) -> tuple[frozenset[ConditionTest], Values]:
    """The tests and the principals of every Allow statement of the trust policy. Ours has exactly one statement."""
    tests: set[ConditionTest] = set()
    principals: list[str] = []
    found = mapping(role.get("AssumeRolePolicyDocument")).get("Statement")
    for statement in map(mapping, found if isinstance(found, list) else [found]):
        if statement.get("Effect") == "Allow":
            tests |= condition_tests(statement.get("Condition"))
            principals += principals_of(statement.get("Principal"))
    return frozenset(tests), tuple(dict.fromkeys(principals))


def principals_of(principal: object) -> list[str]:
    return [text for values in principal.values() for text in texts(values)] if isinstance(principal, Mapping) else texts(principal)


def tags_of(role: Mapping[str, object], definition: Definition) -> Iterator[str]:
    """Tags of the template, and those of the StackSet, which CloudFormation hands on to the role."""
    own = role.get("Tags")
    found = {str(mapping(tag).get("Key")): str(mapping(tag).get("Value")) for tag in own} if isinstance(own, list) else {}
    for key, value in {**definition.tags, **found}.items():
        yield f"{key}={value}"


def optional(value: object) -> Values:
    return () if value is None else tuple(texts(value))


def role_changes(before: RoleFacts | None, after: RoleFacts | None) -> Iterator[PropertyChange]:
    """The properties that differ. Of a role that is new or goes, every property it has; none of those widens anything."""
    if before is None or after is None:
        for name, values in (after or before or RoleFacts({})).properties.items():
            if values:
                words = in_words(name, values)
                yield PropertyChange(name, "" if before is None else words, "" if after is None else words)
        return
    for name in {**before.properties, **after.properties}:
        old, new = before.properties.get(name, ()), after.properties.get(name, ())
        if old != new:
            yield PropertyChange(name, in_words(name, old), in_words(name, new), widens(name, before, after))
        elif name == EXTERNAL_ID and before.external_id != after.external_id:
            yield PropertyChange(name, "set", "changed")


def in_words(name: str, values: Values) -> str:
    if name == SESSION and values and values[0].isdigit():
        return f"{int(values[0]):,} seconds"
    return ", ".join(values) if values else "none"


def widens(name: str, before: RoleFacts, after: RoleFacts) -> bool:
    old, new = before.properties.get(name, ()), after.properties.get(name, ())
    if name == OTHER_CONDITIONS:
        return not all(any(implies(ours, test) for ours in after.conditions) for test in before.conditions)
    rule = WIDENING.get(name)
    return rule is not None and rule(old, new)


def comes(old: Values, new: Values) -> bool:
    """Some value is there that none of the old ones covers."""
    return any(not any(covers(known, value) for known in old) for value in new)


def goes(old: Values, new: Values) -> bool:
    """A limit is lifted, or is another one, of which nothing is known."""
    return bool(old) and old != new


def grows(old: Values, new: Values) -> bool:
    """A longer session; what is no number counts as longer."""
    return not (old and new and old[0].isdigit() and new[0].isdigit() and int(new[0]) <= int(old[0]))


WIDENING: Mapping[str, Callable[[Values, Values], bool]] = {
    ASSUMED_BY: comes,
    ORGANIZATION: goes,
    EXTERNAL_ID: goes,
    SESSION: grows,
    BOUNDARY: goes,
    INSTANCE_PROFILE: comes,
}
"""Name, path and tags widen nothing."""
