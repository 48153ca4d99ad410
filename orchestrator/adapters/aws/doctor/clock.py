"""The time at AWS, from the head of an answer; one that refuses the credentials, as AWS does when clocks differ, has it too."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import speaking
from orchestrator.adapters.aws.session import AwsSession
from orchestrator.errors import AwsError


def read_time(session: AwsSession) -> datetime:
    """To the second, in UTC. Raises AwsError when AWS cannot be reached or dates nothing."""
    with speaking("read the time at AWS"):
        try:
            answer: Mapping[str, object] = dict(session.client("sts").get_caller_identity())
        except ClientError as error:
            answer = dict(error.response)
    date = head_of(answer).get("date")
    if date is None:
        raise AwsError("the answer of AWS has no date.")
    return parsedate_to_datetime(date)


def head_of(answer: Mapping[str, object]) -> Mapping[str, str]:
    metadata = answer.get("ResponseMetadata")
    head = metadata.get("HTTPHeaders") if isinstance(metadata, Mapping) else None
    return head if isinstance(head, Mapping) else {}
