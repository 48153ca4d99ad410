"""A role as its role set deploys it, property by property, and which changes widen access.

The external id appears as set, unset or changed, never as a value nor as its fingerprint.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from orchestrator.model.state import Definition
from orchestrator.permissions.resolution import Resolver, mapping, texts
from orchestrator.permissions.trust import ASSUMED_BY, DENIED_TO, EXTERNAL_ID, ORGANIZATION, OTHER_CONDITIONS, Trust, Values, trust_of
from orchestrator.templates.reading import read_template

SESSION = "session"
BOUNDARY = "permissions boundary"
NAME = "name"
PATH = "path"
TAGS = "tags"
INSTANCE_PROFILE = "instance profile"

Properties = Mapping[str, Values]
"""In the order a reviewer reads them: who, under which conditions, for how long, within which bounds. Empty: none."""

LOOKED_FOR = frozenset({EXTERNAL_ID, BOUNDARY})

NO_TRUST = Trust()


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role as deployed; ``trust`` says what the properties say in words, and whether an external id changed."""

    properties: Properties
    trust: Trust = NO_TRUST


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
    trust = trust_of(role.get("AssumeRolePolicyDocument"))
    properties = {
        **trust.properties(),
        SESSION: optional(role.get("MaxSessionDuration")),
        BOUNDARY: optional(role.get("PermissionsBoundary")),
        NAME: optional(role.get("RoleName")),
        PATH: optional(role.get("Path")),
        TAGS: tuple(sorted(f"{key}={value}" for key, value in tags_of(role, definition).items())),
        INSTANCE_PROFILE: ("yes",) if any(found.get("Type") == "AWS::IAM::InstanceProfile" for found in resources) else (),
    }
    return RoleFacts(properties, trust)


def tags_of(role: Mapping[str, object], definition: Definition) -> Mapping[str, str]:
    """Tags of the template, and those of the StackSet, which CloudFormation hands on to the role."""
    own = role.get("Tags")
    found = {str(mapping(tag).get("Key")): str(mapping(tag).get("Value")) for tag in own} if isinstance(own, list) else {}
    return {**definition.tags, **found}


def optional(value: object) -> Values:
    return () if value is None else tuple(texts(value))


def role_changes(before: RoleFacts | None, after: RoleFacts | None) -> Iterator[PropertyChange]:
    """The properties that differ. Of a role that is new or goes, every property it has; none of those widens anything."""
    if before is None or after is None:
        for name, words in stated((after or before or RoleFacts({})).properties):
            yield PropertyChange(name, "" if before is None else words, "" if after is None else words)
        return
    for name in {**before.properties, **after.properties}:
        old, new = before.properties.get(name, ()), after.properties.get(name, ())
        if old != new:
            yield PropertyChange(name, in_words(name, old), in_words(name, new), widens(name, before, after))
        elif name == EXTERNAL_ID and before.trust.external_ids != after.trust.external_ids:
            yield PropertyChange(name, "set", "changed")


def stated(properties: Properties) -> Iterator[tuple[str, str]]:
    """What a role has, in words, and what a reader looks for where it has none."""
    return ((name, in_words(name, values)) for name, values in properties.items() if values or name in LOOKED_FOR)


def in_words(name: str, values: Values) -> str:
    if name == SESSION and values and values[0].isdigit():
        return f"{int(values[0]):,} seconds"
    return ", ".join(values) or ("unset" if name == EXTERNAL_ID else "none")


def widens(name: str, before: RoleFacts, after: RoleFacts) -> bool:
    if name == ASSUMED_BY:
        return after.trust.admits_more_than(before.trust)
    if name == OTHER_CONDITIONS:
        return not after.trust.keeps_others_of(before.trust)
    rule = WIDENING.get(name)
    return rule is not None and rule(before.properties.get(name, ()), after.properties.get(name, ()))


def comes(old: Values, new: Values) -> bool:
    return not set(new) <= set(old)


def goes(old: Values, new: Values) -> bool:
    return not set(old) <= set(new)


def is_lifted(old: Values, new: Values) -> bool:
    """The limit is gone, or is another one, of which nothing is known."""
    return bool(old) and old != new


def grows(old: Values, new: Values) -> bool:
    """A longer session; what is no number counts as longer."""
    return not (old and new and old[0].isdigit() and new[0].isdigit() and int(new[0]) <= int(old[0]))


WIDENING: Mapping[str, Callable[[Values, Values], bool]] = {
    DENIED_TO: goes,
    ORGANIZATION: is_lifted,
    EXTERNAL_ID: is_lifted,
    SESSION: grows,
    BOUNDARY: is_lifted,
    INSTANCE_PROFILE: comes,
}
"""Name, path and tags widen nothing."""
