"""When a role last used an action, from IAM's report, which is ordered, waited for and read.

A use shows within about four hours, a denied attempt counts as a use, and only some actions are tracked:
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_access-advisor.html
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.access import AccountSession
from orchestrator.adapters.aws.errors import code_of
from orchestrator.errors import AwsError
from orchestrator.model.evidence import Evidence, Unknown, Unused, Used
from orchestrator.ports import Clock

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient
    from types_boto3_iam.type_defs import GetServiceLastAccessedDetailsResponseTypeDef, ServiceLastAccessedTypeDef

ATTEMPTS = 30
SECONDS = 2.0


def read_last_accessed(source: AccountSession, action: str, role_name: str, *, since: datetime | None, clock: Clock) -> Evidence:
    """Used when the role used the action, after ``since`` if given; a role that is not there has used nothing.

    Raises AwsError when the report fails or does not come.
    """
    if not role_name:
        return Unknown("it is not known which role holds the grant, so its last-accessed data cannot be read.")
    client = source.client("iam")
    role_arn = find_role_arn(client, role_name)
    if role_arn is None:
        return Unused()
    job = client.generate_service_last_accessed_details(Arn=role_arn, Granularity="ACTION_LEVEL")["JobId"]
    service, _, name = action.partition(":")
    rows = (row for row in read_services(client, job, clock) if row["ServiceNamespace"] == service.lower())
    times = [at for row in rows for at in access_times(row, name) if since is None or at >= since.replace(microsecond=0)]
    return Used(max(times), f"{action} last accessed by {role_arn}") if times else Unused()


def find_role_arn(client: "IAMClient", role_name: str) -> str | None:
    try:
        return client.get_role(RoleName=role_name)["Role"]["Arn"]
    except ClientError as error:
        if code_of(error) == "NoSuchEntity":
            return None
        raise


def access_times(row: "ServiceLastAccessedTypeDef", name: str) -> list[datetime]:
    tracked = row.get("TrackedActionsLastAccessed", [])
    return [
        item["LastAccessedTime"] for item in tracked if item.get("ActionName", "").lower() == name.lower() and "LastAccessedTime" in item
    ]


def read_services(client: "IAMClient", job: str, clock: Clock) -> Iterator["ServiceLastAccessedTypeDef"]:
    page = wait_for(client, job, clock)
    yield from page["ServicesLastAccessed"]
    while page.get("IsTruncated") and page.get("Marker"):
        page = client.get_service_last_accessed_details(JobId=job, Marker=page["Marker"])
        yield from page["ServicesLastAccessed"]


def wait_for(client: "IAMClient", job: str, clock: Clock) -> "GetServiceLastAccessedDetailsResponseTypeDef":
    for _ in range(ATTEMPTS):
        page = client.get_service_last_accessed_details(JobId=job)
        match page["JobStatus"]:
            case "COMPLETED":
                return page
            case "FAILED":
                raise AwsError(f"IAM could not make the last-accessed report: {page.get('Error', {}).get('Message', 'no reason given')}")
            case _:
                clock.sleep(SECONDS)
    raise AwsError(f"IAM's last-accessed report was not ready after {ATTEMPTS * SECONDS:.0f} seconds.", remedy="Run again.")
