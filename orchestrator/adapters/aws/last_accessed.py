"""When a role last tried to use an action, from IAM's report, which is ordered, waited for and read.

An attempt shows within about four hours, a denied one counts too, and only some actions are tracked: no date means that the action was
not used, or that IAM does not track it. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_access-advisor.html
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from orchestrator.adapters.aws.absence import unless_absent
from orchestrator.adapters.aws.access import AccountSession
from orchestrator.errors import AwsError
from orchestrator.model.evidence import Evidence, Unknown, Unused, Used
from orchestrator.ports import Clock

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient
    from types_boto3_iam.type_defs import GetServiceLastAccessedDetailsResponseTypeDef, ServiceLastAccessedTypeDef

ATTEMPTS = 30
SECONDS = 2.0


def read_last_accessed(source: AccountSession, action: str, role_name: str, *, since: datetime | None, clock: Clock) -> Evidence:
    """Used when the role tried the action, after ``since`` if given; a role that never was there has used nothing.

    Raises AwsError when the report fails or does not come.
    """
    if not role_name:
        return Unknown("it is not known which role holds the grant, so its last-accessed data cannot be read.")
    client = source.client("iam")
    role_arn = find_role_arn(client, role_name)
    if role_arn is None:
        return Unused() if since is None else Unknown(f"there is no role {role_name} any more, and its last-accessed data went with it.")
    job = client.generate_service_last_accessed_details(Arn=role_arn, Granularity="ACTION_LEVEL")["JobId"]
    service = action.partition(":")[0].lower()
    row = next((row for row in read_services(client, job, clock) if row["ServiceNamespace"] == service), None)
    return conclude(row, action, since.replace(microsecond=0) if since else None, role_arn)


def conclude(row: "ServiceLastAccessedTypeDef | None", action: str, since: datetime | None, role_arn: str) -> Evidence:
    """What the row of the action's service says of the action. Services the role may not use have none."""
    if row is None:
        return Unknown(f"IAM reports nothing of the service of {action} for {role_arn}.")
    name = action.partition(":")[2].lower()
    tracked = [item for item in row.get("TrackedActionsLastAccessed", []) if item.get("ActionName", "").lower() == name]
    times = [item["LastAccessedTime"] for item in tracked if "LastAccessedTime" in item]
    if times and not is_before(max(times), since):
        return Used(max(times), f"{action} last accessed by {role_arn}, denied attempts included")
    if tracked or is_before(row.get("LastAuthenticated"), since):
        return Unused()
    return Unknown(f"IAM shows no access to {action} by {role_arn}: it was not used, or IAM does not track it.")


def is_before(at: datetime | None, since: datetime | None) -> bool:
    """Whether that is no attempt since then: there was none at all, or an earlier one."""
    return at is None or (since is not None and at < since)


def find_role_arn(client: "IAMClient", role_name: str) -> str | None:
    return unless_absent(lambda: client.get_role(RoleName=role_name)["Role"]["Arn"])


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
