"""What counts as the first use of a temporary grant, and what reading the account found."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ServiceLinkedRoleExists:
    """Used once the service-linked role of this name exists in the account."""

    role_name: str


@dataclass(frozen=True, slots=True)
class CloudTrailEventSeen:
    """Used once CloudTrail shows the event; ``principal`` is a glob over the caller's ARN."""

    name: str
    principal: str | None = None


@dataclass(frozen=True, slots=True)
class ActionLastAccessed:
    """Used once IAM's last-accessed data show the action for the role; the data lag by up to four hours."""

    action: str


@dataclass(frozen=True, slots=True)
class KmsAliasExists:
    """Used once a KMS alias matching the glob exists in the home region."""

    pattern: str


@dataclass(frozen=True, slots=True)
class AllEvidence:
    """Used once every part is."""

    parts: tuple["EvidenceQuery", ...]


@dataclass(frozen=True, slots=True)
class AnyEvidence:
    """Used once one part is."""

    parts: tuple["EvidenceQuery", ...]


EvidenceQuery = ServiceLinkedRoleExists | CloudTrailEventSeen | ActionLastAccessed | KmsAliasExists | AllEvidence | AnyEvidence
SimpleEvidence = ServiceLinkedRoleExists | CloudTrailEventSeen | ActionLastAccessed | KmsAliasExists


@dataclass(frozen=True, slots=True)
class Used:
    """The grant was used; ``at`` is the time the account shows, ``detail`` the evidence."""

    at: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class Unused:
    """The account was read and shows no use."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The account could not be read; never taken for used."""

    reason: str


Evidence = Used | Unused | Unknown
