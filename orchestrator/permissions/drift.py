"""What drift detection reports, judged: which differences matter, what puts them back, and how to show them without secrets.

CloudFormation writes a property again only where its value in the template changes (the same for another resource type:
https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2557): the documents of our templates and a role's description
carry the revision of a repair. IAM's UpdateRole sets description and session length together
(https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateRole.html).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from orchestrator.model.alteration import Alteration
from orchestrator.model.counts import some_of
from orchestrator.permissions.allowances import allowances_of, statements_of
from orchestrator.permissions.difference import compare_allowances
from orchestrator.permissions.equivalence import LABEL, is_equivalent
from orchestrator.permissions.resolution import mapping
from orchestrator.permissions.roles import RoleFacts, role_changes
from orchestrator.permissions.trust import trust_of

POLICY = "PolicyDocument"
TRUST = "AssumeRolePolicyDocument"
TAGS = "Tags"

REWRITTEN: Mapping[str, frozenset[str]] = {
    "AWS::IAM::RolePolicy": frozenset({POLICY}),
    "AWS::IAM::Role": frozenset({TRUST, "Description", "MaxSessionDuration"}),
}
"""By resource type, the properties that change with the revision, so that a repair writes them again."""

ORDER_ALONE = "lists in another order, or the same written otherwise"
TAGS_ALONE = "other tags"
DIFFERS = "differs"
LONGEST = 120
"""Longer values are cut."""


@dataclass(frozen=True, slots=True)
class PropertyDifference:
    """PropertyDifference of CloudFormation: a path such as ``/PolicyDocument/Statement/0/Action/2``, and JSON or plain text."""

    path: str
    expected: str
    actual: str

    @property
    def name(self) -> str:
        """The property of the resource it is in."""
        return self.path.split("/")[1] if self.path.startswith("/") else self.path

    @property
    def of_list(self) -> str:
        """The path without the number of an item."""
        parent, _, last = self.path.rpartition("/")
        return parent if last.isdigit() else self.path


@dataclass(frozen=True, slots=True)
class ResourceDrift:
    """What a detection reports of one resource that is not in sync."""

    name: str
    type: str
    is_deleted: bool = False
    differences: tuple[PropertyDifference, ...] = ()


def alteration_of(drifts: Iterable[ResourceDrift], found_at: datetime) -> Alteration:
    """What matters of it, by what puts it back."""
    rewritable: list[str] = []
    lasting: list[str] = []
    harmless: list[str] = []
    for drift in drifts:
        where = f"{drift.name} ({drift.type})"
        if drift.is_deleted:
            lasting.append(f"{where} was deleted")
            continue
        matters = tuple(significant(drift.differences))
        for name, found in groupby(sorted(matters, key=attrgetter("name", "path")), key=attrgetter("name")):
            kind = rewritable if name in REWRITTEN.get(drift.type, ()) else lasting
            kind.append(f"{where}: {describe(name, found)}")
        if not matters:
            has_tags = any(difference.name == TAGS for difference in drift.differences)
            harmless.append(f"{where}: {TAGS_ALONE if has_tags else ORDER_ALONE}")
    return Alteration(found_at, tuple(rewritable), tuple(lasting), tuple(harmless))


def significant(differences: Iterable[PropertyDifference]) -> Iterator[PropertyDifference]:
    """Without tags, statement ids, and lists that hold the same items in another order, which are reported item by item."""
    kept = (found for found in differences if found.name != TAGS and not found.path.endswith(f"/{LABEL}"))
    for where, group in groupby(sorted(kept, key=attrgetter("of_list", "path")), key=attrgetter("of_list")):
        found, key = tuple(group), where.rpartition("/")[2]
        if not is_equivalent([value_of(one.expected) for one in found], [value_of(one.actual) for one in found], key):
            yield from found


def value_of(text: str) -> object:
    """JSON where it is, else the text; an item that is only on one side has no other value."""
    if text[:1] not in ("{", "["):
        return text if text not in ("", "null") else None
    try:
        return json.loads(text)
    except ValueError:
        return text


def describe(name: str, differences: Iterable[PropertyDifference]) -> str:
    """What became of one property: expected → actual. Of a trust policy conditions are shown without their values."""
    return "; ".join(f"{found.path.removeprefix('/')} {what_differs(name, found)}" for found in differences)


def what_differs(name: str, difference: PropertyDifference) -> str:
    expected, actual = document_of(value_of(difference.expected)), document_of(value_of(difference.actual))
    if name == POLICY and expected and actual:
        return "; ".join(policy_words(expected, actual)) or DIFFERS
    if name == TRUST and expected and actual:
        return "; ".join(trust_words(expected, actual)) or DIFFERS
    if name == TRUST and "/Principal" not in difference.path:
        return DIFFERS
    return f"{shown(difference.expected)} → {shown(difference.actual)}"


def document_of(value: object) -> Mapping[str, object] | None:
    """A policy document as it stands, or one with a statement that is there or is not; None for a part of a statement."""
    match value:
        case {"Statement": _}:
            return mapping(value)
        case {"Effect": _}:
            return {"Statement": [value]}
        case None:
            return {"Statement": []}
        case _:
            return None


def policy_words(expected: object, actual: object) -> Iterator[str]:
    """``new iam:PutRolePolicy``, ``gone iam:GetPolicy``: actions whose scope is not as deployed."""
    before, after = (allowances_of(statements_of(document)) for document in (expected, actual))
    by_change: dict[str, list[str]] = {}
    for change in compare_allowances(before, after):
        by_change.setdefault(change.change, []).append(change.action)
    for kind, actions in by_change.items():
        yield f"{kind} {some_of(actions, 'action')}"


def trust_words(expected: object, actual: object) -> Iterator[str]:
    """Property by property of the role; an external id only as set, unset or changed."""
    before, after = (RoleFacts(trust.properties(), trust) for trust in map(trust_of, (expected, actual)))
    for change in role_changes(before, after):
        yield f"{change.property} {shown(change.before)} → {shown(change.after)}"


def shown(text: str) -> str:
    found = text or "nothing"
    return found if len(found) <= LONGEST else f"{found[:LONGEST]}…"
