"""An event in an account's CloudTrail history, and who did it.

The history covers ninety days of management events, at two calls a second for each account and region:
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from orchestrator.adapters.aws.access import AccountSession
from orchestrator.adapters.aws.errors import as_reason, speaking
from orchestrator.errors import OrchestratorError
from orchestrator.model.evidence import CloudTrailEventSeen, Evidence, Unknown, Unused, Used
from orchestrator.model.identifiers import Region
from orchestrator.model.rollout import DEFAULT_REGION

if TYPE_CHECKING:
    from types_boto3_cloudtrail.type_defs import LookupEventsRequestTypeDef

HISTORY = timedelta(days=90)
PAGES = 20
PER_PAGE = 50
GLOBAL_REGIONS = {"cn-": "cn-north-1", "us-gov-": "us-gov-west-1"}
"""Where CloudTrail records calls to services without a region, such as IAM; elsewhere us-east-1."""


class Issuer(BaseModel):
    """The role behind a session."""

    arn: str = ""


class SessionContext(BaseModel):
    """Set for calls with temporary credentials."""

    sessionIssuer: Issuer = Issuer()  # noqa: N815 - CloudTrail's spelling


class Identity(BaseModel):
    """Who called."""

    arn: str = ""
    sessionContext: SessionContext = SessionContext()  # noqa: N815 - CloudTrail's spelling


class Record(BaseModel):
    """What we read of a CloudTrail record."""

    userIdentity: Identity = Identity()  # noqa: N815 - CloudTrail's spelling
    errorCode: str = ""  # noqa: N815 - CloudTrail's spelling

    @property
    def callers(self) -> tuple[str, ...]:
        """The session's ARN and its role's."""
        return tuple(arn for arn in (self.userIdentity.arn, self.userIdentity.sessionContext.sessionIssuer.arn) if arn)


def read_trail(
    session: AccountSession, query: CloudTrailEventSeen, *, since: datetime | None, home_region: Region, now: datetime
) -> Evidence:
    """The earliest success of a caller that fits, in the home region or where calls to services without a region are recorded.

    What is seen in one region counts even if the other cannot be read. Nothing seen is no use only as far back as the history goes.
    """
    regions = sorted({home_region, global_region(home_region)})
    found = [search_region(session, region, query, since) for region in regions]
    used = [evidence for evidence in found if isinstance(evidence, Used)]
    unknown = [evidence for evidence in found if isinstance(evidence, Unknown)]
    if used:
        return min(used, key=lambda evidence: evidence.at)
    if since is not None and since < now - HISTORY:
        unknown.append(Unknown(f"CloudTrail shows no {query.name} event, and keeps {HISTORY.days} days of them: the grant is older."))
    return next(iter(unknown), Unused())


def global_region(home_region: str) -> Region:
    """Of the partition the home region is in."""
    found = (region for prefix, region in GLOBAL_REGIONS.items() if home_region.startswith(prefix))
    return Region(next(found, DEFAULT_REGION))


def search_region(session: AccountSession, region: Region, query: CloudTrailEventSeen, since: datetime | None) -> Evidence:
    used: list[Used] = []
    unread = pages = 0
    try:
        with speaking(f"look up {query.name} events in {region}"):
            for events in read_pages(session, region, query.name, since):
                records = [(at, record_in(text)) for at, text in events]
                unread += sum(record is None for _, record in records)
                used += matches(records, query)
                pages += 1
    except OrchestratorError as error:
        return earliest(used) or Unknown(as_reason(error))
    return earliest(used) or unseen(query.name, region, unread, pages)


def earliest(used: Iterable[Used]) -> Used | None:
    return min(used, key=lambda found: found.at, default=None)


def unseen(name: str, region: str, unread: int, pages: int) -> Evidence:
    """No use among the events that were read: none at all only when those were all."""
    if unread:
        return Unknown(f"{name} events in {region} have records that cannot be read ({unread}).")
    if pages >= PAGES:
        return Unknown(f"the last {PAGES * PER_PAGE} {name} events in {region} are by others, and there may be more.")
    return Unused()


def matches(records: Iterable[tuple[datetime, Record | None]], query: CloudTrailEventSeen) -> list[Used]:
    """Successful calls of a caller that fits."""
    callers = ((at, caller_in(record, query.principal)) for at, record in records if record is not None and not record.errorCode)
    return [Used(at, f"{query.name} by {caller or 'an unnamed caller'}") for at, caller in callers if caller is not None]


def read_pages(session: AccountSession, region: str, name: str, since: datetime | None) -> Iterator[list[tuple[datetime, str]]]:
    """Pages of times and records, newest first, so many at most."""
    request: LookupEventsRequestTypeDef = {
        "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": name}],
        "MaxResults": PER_PAGE,
    }
    if since is not None:
        request["StartTime"] = since
    for _ in range(PAGES):
        page = session.client("cloudtrail", region=region).lookup_events(**request)
        yield [(event["EventTime"], event.get("CloudTrailEvent", "")) for event in page["Events"] if "EventTime" in event]
        if not page.get("NextToken"):
            return
        request["NextToken"] = page["NextToken"]


def record_in(text: str) -> Record | None:
    """None when it cannot be read."""
    try:
        return Record.model_validate_json(text)
    except ValidationError:
        return None


def caller_in(record: Record, principal: str | None) -> str | None:
    """The caller's ARN; None when it does not fit."""
    if principal is None:
        return next(iter(record.callers), "")
    return next((arn for arn in record.callers if fnmatchcase(arn, principal)), None)
