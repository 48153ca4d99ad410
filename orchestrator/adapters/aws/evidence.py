"""Evidence of use of temporary grants, read in the accounts. What cannot be read is unknown, neither used nor unused.

Compound evidence is three-valued: all parts are used only when every one is, one used part is enough for any.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, assert_never

from orchestrator.adapters.aws.absence import unless_absent
from orchestrator.adapters.aws.access import AccountAccess, AccountSession
from orchestrator.adapters.aws.errors import as_reason, speaking
from orchestrator.adapters.aws.last_accessed import read_last_accessed
from orchestrator.adapters.aws.trail import read_trail
from orchestrator.errors import OrchestratorError
from orchestrator.model.evidence import (
    ActionLastAccessed,
    AllEvidence,
    AnyEvidence,
    CloudTrailEventSeen,
    Evidence,
    EvidenceQuery,
    KmsAliasExists,
    ServiceLinkedRoleExists,
    SimpleEvidence,
    Unknown,
    Unused,
    Used,
)
from orchestrator.model.identifiers import AccountId, Region
from orchestrator.ports import Clock

if TYPE_CHECKING:
    from types_boto3_kms import KMSClient

ALIAS = "alias/"


@dataclass(frozen=True, slots=True)
class Question:
    """Where to look and how far back."""

    source: AccountSession
    since: datetime | None
    role_name: str


class AccountEvidence:
    """ports.EvidenceReader on IAM, CloudTrail and KMS."""

    def __init__(self, access: AccountAccess, clock: Clock, home_region: Region) -> None:
        self._access = access
        self._clock = clock
        self._home_region = home_region

    def read(self, account: AccountId, query: EvidenceQuery, *, since: datetime | None = None, role_name: str = "") -> Evidence:
        return self._read(query, Question(self._access.session_in(account), since, role_name))

    def _read(self, query: EvidenceQuery, question: Question) -> Evidence:
        match query:
            case AllEvidence():
                return all_of(self._read(part, question) for part in query.parts)
            case AnyEvidence():
                return any_of((self._read(part, question) for part in query.parts), question.since)
            case _:
                return self._read_simple(query, question)

    def _read_simple(self, query: SimpleEvidence, question: Question) -> Evidence:
        """Times in whole seconds, as files keep them."""
        try:
            with speaking(f"look for evidence in account {question.source.account}"):
                found = self._look(query, question)
        except OrchestratorError as error:
            return Unknown(as_reason(error))
        return replace(found, at=found.at.astimezone(UTC).replace(microsecond=0)) if isinstance(found, Used) else found

    def _look(self, query: SimpleEvidence, question: Question) -> Evidence:
        match query:
            case ServiceLinkedRoleExists():
                return read_role(question.source, query.role_name)
            case KmsAliasExists():
                return self._read_alias(question.source, query.pattern, question.since)
            case CloudTrailEventSeen():
                return read_trail(question.source, query, since=question.since, home_region=self._home_region, now=self._clock.now())
            case ActionLastAccessed():
                return read_last_accessed(question.source, query.action, question.role_name, since=question.since, clock=self._clock)
            case _:
                assert_never(query)

    def _read_alias(self, source: AccountSession, pattern: str, since: datetime | None) -> Evidence:
        """The first alias that matches; the pattern may leave ``alias/`` out. AWS's predefined ones have no key until they are used."""
        wanted = pattern if pattern.startswith(ALIAS) else f"{ALIAS}{pattern}"
        client = source.client("kms", region=self._home_region)
        found = [
            Used(alias.get("CreationDate") or date_of_key(client, alias["TargetKeyId"]), f"KMS alias {alias.get('AliasName')} exists")
            for page in client.get_paginator("list_aliases").paginate()
            for alias in page["Aliases"]
            if "TargetKeyId" in alias and fnmatchcase(alias.get("AliasName", ""), wanted)
        ]
        return first(found, since) if found else Unused()


def date_of_key(client: "KMSClient", key_id: str) -> datetime:
    """An alias without a date counts as old as its key: the time of reading would never reach a minimum age."""
    return client.describe_key(KeyId=key_id)["KeyMetadata"]["CreationDate"]


def read_role(source: AccountSession, role_name: str) -> Evidence:
    """A service-linked role is made by the service on first use and stays.

    KMS makes one for multi-Region keys: https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-auth.html
    """
    role = unless_absent(lambda: source.client("iam").get_role(RoleName=role_name)["Role"])
    return Unused() if role is None else Used(role["CreateDate"], f"role {role_name} exists")


def all_of(parts: Iterable[Evidence]) -> Evidence:
    """Used when every part is, as of the latest; one unused part decides, whatever is unknown about the others."""
    found = tuple(parts)
    if any(isinstance(part, Unused) for part in found):
        return Unused()
    unknown = [part.reason for part in found if isinstance(part, Unknown)]
    used = [part for part in found if isinstance(part, Used)]
    if unknown or not used:
        return Unknown("; ".join(dict.fromkeys(unknown)) or "there is nothing to look for")
    return Used(max(part.at for part in used), " and ".join(part.detail for part in used))


def first(found: Iterable[Used], since: datetime | None) -> Used:
    """The earliest use since the grant began; where there is none the earliest of all, for it may speak against granting at all."""
    start = since.replace(microsecond=0) if since else None
    return min(found, key=lambda used: (start is not None and used.at < start, used.at))


def any_of(parts: Iterable[Evidence], since: datetime | None = None) -> Evidence:
    """Used when one part is, as of the first; unused only when every part could be read."""
    found = tuple(parts)
    used = [part for part in found if isinstance(part, Used)]
    if used:
        return first(used, since)
    unknown = [part.reason for part in found if isinstance(part, Unknown)]
    if unknown or not found:
        return Unknown("; ".join(dict.fromkeys(unknown)) or "there is nothing to look for")
    return Unused()
