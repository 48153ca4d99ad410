"""What rollout.yaml accepts as evidence that a temporary group set has served: a mapping with exactly one key."""

from typing import Annotated, TypeAlias, assert_never

from pydantic import BeforeValidator, Discriminator, Field, Tag

from orchestrator.adapters.files.reading.choice import check_choice, tag_of
from orchestrator.adapters.files.reading.texts import ActionText, LineText, Matching
from orchestrator.adapters.files.reading.validation import Entry
from orchestrator.model.evidence import (
    ActionLastAccessed,
    AllEvidence,
    AnyEvidence,
    CloudTrailEventSeen,
    EvidenceQuery,
    KmsAliasExists,
    ServiceLinkedRoleExists,
)

ServiceLinkedRoleText = Annotated[
    str, Matching(r"^AWSServiceRoleFor[\w+=,.@-]{1,47}$", "the name of a service-linked role", "Such names begin with AWSServiceRoleFor.")
]
EventNameText = Annotated[str, Matching(r"^[A-Za-z0-9]+$", "the name of a CloudTrail event such as CreateKey")]
AliasText = Annotated[str, Matching(r"^(alias/|\*)[\w/:*?\[\]!-]*$", "a pattern over KMS aliases", "They begin with alias/.")]


class EventEntry(Entry):
    name: EventNameText = Field(description="The event's name, such as CreateKey")
    principal: LineText | None = Field(default=None, description="A pattern over the ARN of the caller")


class ServiceLinkedRoleEntry(Entry):
    service_linked_role: ServiceLinkedRoleText = Field(description="Used once this service-linked role exists in the account")


class CloudTrailEntry(Entry):
    cloudtrail_event: EventEntry = Field(description="Used once CloudTrail shows this event in the account")


class LastAccessedEntry(Entry):
    action_last_accessed: ActionText = Field(
        description="Used once IAM shows that the role tried this action, even if denied; four hours late"
    )


class KmsAliasEntry(Entry):
    kms_alias: AliasText = Field(description="Used once a KMS alias like this exists in the home region")


class AllEvidenceEntry(Entry):
    all: list["EvidenceEntry"] = Field(min_length=1, description="Used once every one of these is")


class AnyEvidenceEntry(Entry):
    any: list["EvidenceEntry"] = Field(min_length=1, description="Used once one of these is")


AnyKind: TypeAlias = ServiceLinkedRoleEntry | CloudTrailEntry | LastAccessedEntry | KmsAliasEntry | AllEvidenceEntry | AnyEvidenceEntry
KEYS = ("service_linked_role", "cloudtrail_event", "action_last_accessed", "kms_alias", "all", "any")

EvidenceEntry = Annotated[
    Annotated[ServiceLinkedRoleEntry, Tag("<service_linked_role>")]
    | Annotated[CloudTrailEntry, Tag("<cloudtrail_event>")]
    | Annotated[LastAccessedEntry, Tag("<action_last_accessed>")]
    | Annotated[KmsAliasEntry, Tag("<kms_alias>")]
    | Annotated[AllEvidenceEntry, Tag("<all>")]
    | Annotated[AnyEvidenceEntry, Tag("<any>")],
    Discriminator(tag_of),
    BeforeValidator(check_choice("kind of evidence", (), KEYS)),
]

for _model in (AllEvidenceEntry, AnyEvidenceEntry):
    _model.model_rebuild()


def evidence_of(entry: AnyKind) -> EvidenceQuery:
    """The evidence an entry asks for."""
    match entry:
        case ServiceLinkedRoleEntry():
            return ServiceLinkedRoleExists(entry.service_linked_role)
        case CloudTrailEntry():
            return CloudTrailEventSeen(entry.cloudtrail_event.name, entry.cloudtrail_event.principal)
        case LastAccessedEntry():
            return ActionLastAccessed(entry.action_last_accessed)
        case KmsAliasEntry():
            return KmsAliasExists(entry.kms_alias)
        case AllEvidenceEntry():
            return AllEvidence(tuple(map(evidence_of, entry.all)))
        case AnyEvidenceEntry():
            return AnyEvidence(tuple(map(evidence_of, entry.any)))
        case _:
            assert_never(entry)
