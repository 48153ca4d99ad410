"""An event in an account's CloudTrail history, and who did it.

The history covers ninety days of management events, at two calls a second for each account and region:
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
"""

from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from orchestrator.adapters.aws.access import AccountSession
from orchestrator.adapters.aws.errors import speaking
from orchestrator.errors import OrchestratorError
from orchestrator.model.evidence import CloudTrailEventSeen, Evidence, Unknown, Unused, Used
from orchestrator.model.identifiers import Region
from orchestrator.model.rollout import DEFAULT_REGION

if TYPE_CHECKING:
    from types_boto3_cloudtrail.type_defs import LookupEventsRequestTypeDef

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


def read_trail(session: AccountSession, query: CloudTrailEventSeen, *, since: datetime | None, home_region: Region) -> Evidence:
    """The earliest success of a caller that fits, in the home region or where calls to services without a region are recorded.

    What is seen in one region counts even if the other cannot be read.
    """
    regions = sorted({home_region, global_region(home_region)})
    found = [search_region(session, region, query, since) for region in regions]
    used = [evidence for evidence in found if isinstance(evidence, Used)]
    unknown = [evidence for evidence in found if isinstance(evidence, Unknown)]
    return min(used, key=lambda evidence: evidence.at) if used else next(iter(unknown), Unused())


def global_region(home_region: str) -> Region:
    """Of the partition the home region is in."""
    found = (region for prefix, region in GLOBAL_REGIONS.items() if home_region.startswith(prefix))
    return Region(next(found, DEFAULT_REGION))


def search_region(session: AccountSession, region: Region, query: CloudTrailEventSeen, since: datetime | None) -> Evidence:
    earliest: Used | None = None
    pages = 0
    try:
        with speaking(f"look up {query.name} events in {region}"):
            for events in read_pages(session, region, query.name, since):
                pages += 1
                earliest = min(filter(None, (earliest, *matches(events, query))), key=lambda used: used.at, default=None)
    except OrchestratorError as error:
        return earliest or Unknown(error.message)
    if earliest is None and pages >= PAGES:
        return Unknown(f"the last {PAGES * PER_PAGE} {query.name} events in {region} are by others, and there may be more.")
    return earliest or Unused()


def matches(events: list[tuple[datetime, str]], query: CloudTrailEventSeen) -> list[Used]:
    """A call that was refused has used nothing."""
    callers = ((at, caller_in(text, query.principal)) for at, text in events)
    return [Used(at, f"{query.name} by {caller or 'somebody'}") for at, caller in callers if caller is not None]


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


def caller_in(text: str, principal: str | None) -> str | None:
    """Whose event it is if it fits; None when it does not, cannot be read, or failed."""
    try:
        record = Record.model_validate_json(text)
    except ValidationError:
        return None
    if record.errorCode:
        return None
    if principal is None:
        return next(iter(record.callers), "")
    return next((arn for arn in record.callers if fnmatchcase(arn, principal)), None)
