"""How long a role refuses its first caller: IAM is eventually consistent."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import code_of
from orchestrator.adapters.aws.live.experiments import seconds_since
from orchestrator.doctor.live.workbench import Answers
from orchestrator.ports import Clock

if TYPE_CHECKING:
    from types_boto3_sts import STSClient

MOST_REFUSALS = 60


def let_in(client: "STSClient", role_arn: str, clock: Clock) -> Answers:
    """Ask every second until the role lets the caller in, or for a minute."""
    begin, refused = clock.now(), 0
    while refused < MOST_REFUSALS:
        try:
            client.assume_role(RoleArn=role_arn, RoleSessionName="doctor-live")
        except ClientError as error:
            if code_of(error) != "AccessDenied":
                raise
            refused += 1
            clock.sleep(1)
        else:
            return {"is_let_in": True, "after_seconds": seconds_since(begin, clock)}
    return {"is_let_in": False, "after_seconds": seconds_since(begin, clock)}
