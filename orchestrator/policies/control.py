"""Which service and resource control policies block a request, as far as they were read.

Every level from the root to the account has to allow an action, and no statement above may deny it:
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html and
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_evaluation.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from orchestrator.model.organization import FULL_ACCESS, RESOURCE_CONTROL, SERVICE_CONTROL
from orchestrator.permissions.verdicts import any_of
from orchestrator.policies.statements import Request, Statement, statements_in

Level = frozenset[str]
"""The ids of the policies that are attached to one root, organizational unit or account."""

Statements = Mapping[str, tuple[Statement, ...]]
"""By the id of the policy."""

EVERYTHING = statements_in('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}')
"""What FullAWSAccess says."""

BOUND_SERVICES = frozenset(
    {"aoss", "cognito-identity", "cognito-idp", "dynamodb", "ecr", "kms", "logs", "s3", "secretsmanager", "sqs", "sts"}
)
"""Whose resources resource control policies bind for certain; AWS adds to them
(https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services)."""

UNBOUND_ACTIONS = frozenset({"kms:retiregrant"})
"""What resource control policies never bind (the same page, "Resources and entities not restricted by RCPs")."""


class Outcome(StrEnum):
    """UNBLOCKED is no permission: only that nothing which was read stands against it."""

    UNBLOCKED = "unblocked"
    BLOCKED = "blocked"
    DEPENDS = "depends"


@dataclass(frozen=True, slots=True)
class Reason:
    """A statement that denies, or a level at which no statement allows: then ``policy`` and ``statement`` are empty.

    ``depends_on`` has the keys, or the part of the request, on which that depends; empty where it is certain. ``keys`` are those of the
    statement's conditions.
    """

    kind: str
    policy: str
    statement: str
    level: Level = frozenset()
    depends_on: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def is_certain(self) -> bool:
        return not self.depends_on

    @property
    def is_of_principal(self) -> bool:
        """Of what binds the role that acts, not the resource."""
        return self.kind == SERVICE_CONTROL


@dataclass(frozen=True, slots=True)
class Bounds:
    """The levels above the role that acts, and above the account whose resource it acts on; those that allow everything left out."""

    principal: frozenset[Level] = frozenset()
    resource: frozenset[Level] = frozenset()


def reasons(statements: Statements, bounds: Bounds, request: Request) -> tuple[Reason, ...]:
    """Everything that blocks the request or may block it, each reason once."""
    by_service = (reason for level in bounds.principal for reason in of_service_control(statements, level, request))
    by_resource = (reason for level in bounds.resource for reason in of_resource_control(statements, level, request))
    return tuple(dict.fromkeys((*by_service, *by_resource)))


def outcome(found: Iterable[Reason]) -> Outcome:
    certain = {reason.is_certain for reason in found}
    return Outcome.BLOCKED if True in certain else Outcome.DEPENDS if certain else Outcome.UNBLOCKED


def of_service_control(statements: Statements, level: Level, request: Request) -> Iterator[Reason]:
    """The denials of one level, and whether it allows the request at all."""
    there = [(policy, statement) for policy in sorted(level) for statement in statements[policy]]
    yield from denials(SERVICE_CONTROL, there, request)
    allows = [(statement, statement.applies(request)) for _, statement in there if not statement.is_deny]
    allowed = any_of(verdict for _, verdict in allows)
    if not allowed:
        unknown = (key for statement, verdict in allows if verdict is None for key in statement.unknowns(request))
        yield Reason(SERVICE_CONTROL, "", "", level, tuple(dict.fromkeys(unknown)))


def of_resource_control(statements: Statements, level: Level, request: Request) -> Iterator[Reason]:
    """Denials alone: RCPFullAWSAccess, which allows everything, cannot be detached, and no other one may allow."""
    service = request.action.partition(":")[0].lower()
    if request.action.lower() in UNBOUND_ACTIONS:
        return
    open_question = () if service in BOUND_SERVICES else (f"whether resource control policies bind {service}",)
    there = [(policy, statement) for policy in sorted(level) for statement in statements[policy]]
    for reason in denials(RESOURCE_CONTROL, there, request):
        yield replace(reason, depends_on=(*reason.depends_on, *open_question))


def denials(kind: str, there: Iterable[tuple[str, Statement]], request: Request) -> Iterator[Reason]:
    for policy, statement in there:
        verdict = statement.applies(request) if statement.is_deny else False
        if verdict is not False:
            unknown = () if verdict else tuple(dict.fromkeys(statement.unknowns(request)))
            yield Reason(kind, policy, statement.label, depends_on=unknown, keys=statement.keys)


def level_of(attached: Level, statements: Statements, *, is_complete: bool) -> Level:
    """What binds one target of service control policies; empty where that allows everything.

    AWS lets no root, organizational unit or account be without one
    (https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html): where none is listed, it is FullAWSAccess.
    Unless the list ``is_complete``, which shows in FullAWSAccess being on it, the same is true where none of those listed allows anything.
    """
    if not attached or attached == {FULL_ACCESS}:
        return frozenset()
    allows = any(not statement.is_deny for policy in attached for statement in statements[policy])
    return attached if is_complete or allows else attached | {FULL_ACCESS}
