"""What IAM in an account shows of roles, wanted and found alike, and what a look inside the accounts found.

Policy documents are JSON as IAM keeps them. No external id is in them: ``sts:ExternalId`` has fingerprints for values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from orchestrator.model.identifiers import AccountId, StackSetName
from orchestrator.model.outcome import Deviation

Document = Mapping[str, object]

STACK_OF_STACK_SET = re.compile(r"StackSet-(?P<name>.+)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

DEFAULT_SESSION = 3_600
"""IAM's MaxSessionDuration, in seconds, where none is given (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html)."""


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """What a role is but for its policies. ``max_session`` is in seconds, ``boundary`` the ARN of a managed policy."""

    path: str
    trust: Document
    max_session: int = DEFAULT_SESSION
    boundary: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InstanceProfile:
    """``roles`` by name; IAM allows one."""

    path: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """What made a role: the stack of that name; without one, a hand, as far as CloudFormation of the home region knows.

    ``unknown``: why that is not known.
    """

    stack: str = ""
    unknown: str = ""

    @property
    def stack_set(self) -> str:
        """The StackSet whose instance the stack is: StackSets calls its stacks ``StackSet-NAME-UUID``."""
        found = STACK_OF_STACK_SET.fullmatch(self.stack)
        return found["name"] if found else ""

    @property
    def description(self) -> str:
        if self.unknown:
            return f"by what is not known ({self.unknown})"
        if self.stack:
            return f"by StackSet {self.stack_set}" if self.stack_set else f"by stack {self.stack}"
        return "by hand"


@dataclass(frozen=True, slots=True)
class InsideRole:
    """One role: its inline policies by name, the ARNs of managed ones attached to it, and instance profiles by name.

    ``profiles`` has the one that bears the role's name, and every other that carries the role. ``origin`` and ``managed``, the documents
    of attached policies as far as they could be read, are known where they were asked for.
    """

    name: str
    settings: RoleSettings
    policies: Mapping[str, Document] = field(default_factory=dict)
    attached: tuple[str, ...] = ()
    profiles: Mapping[str, InstanceProfile] = field(default_factory=dict)
    origin: Origin | None = None
    managed: Mapping[str, Document] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnexpectedRole:
    """A role with the rollout's tags that was not asked about."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Entrance:
    """A role of an account and a role of the hub that is to assume it, with an external id where this fingerprint of one is given."""

    role: str
    hub_role_arn: str
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What to read in one account: these roles by name, the instance profiles of some of them, what to try, and whether to look further.

    ``names``: globs of the names of roles that others may have made, which are read too. ``with_origin``: what made each role, and what
    its managed policies say.
    """

    account: AccountId
    roles: tuple[str, ...] = ()
    with_profiles: frozenset[str] = frozenset()
    entrances: tuple[Entrance, ...] = ()
    with_search: bool = True
    names: tuple[str, ...] = ()
    with_origin: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """Whether a hub role got into a role when it was tried; None where that was not or could not be found out."""

    with_id: bool | None = None
    without_id: bool | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What one account shows. ``error``: why it could not be read; ``unsearched``: why further roles could not be looked for.

    ``entries`` has what was tried: nothing where no credentials of the hub role can be had.
    """

    account: AccountId
    roles: Mapping[str, InsideRole] = field(default_factory=dict)
    unexpected: tuple[UnexpectedRole, ...] = ()
    entries: Mapping[Entrance, Entry] = field(default_factory=dict)
    error: str = ""
    unsearched: str = ""


class FindingKind(StrEnum):
    """The kinds of verification that a look inside an account can find."""

    MISSING = "missing"
    UNEXPECTED = "unexpected"
    UNHEALTHY = "unhealthy"
    UNREACHABLE = "unreachable"
    TAMPERED = "tampered"


class Remedy(StrEnum):
    """What puts a finding right: an update of the stack instance, making that anew, or only a person in the account."""

    UPDATE = "update"
    ANEW = "anew"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference in one account, and what puts it right. ``also``: the StackSets of the policies of a role that is gone."""

    kind: FindingKind
    account: AccountId
    stack_set: str
    detail: str
    remedy: Remedy = Remedy.PERSON
    also: tuple[str, ...] = ()

    @property
    def deviation(self) -> Deviation:
        return Deviation(self.account, StackSetName(self.stack_set), self.detail)
