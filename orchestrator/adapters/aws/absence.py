"""IAM's answer that a role, policy or instance profile is not there: an answer, not an error, to who asks whether it is."""

from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import code_of

T = TypeVar("T")

ABSENT = "NoSuchEntity"


def unless_absent(call: Callable[[], T]) -> T | None:
    """What the call gives, or None when IAM knows nothing of that name. Raises ClientError for any other refusal."""
    try:
        return call()
    except ClientError as error:
        if code_of(error) == ABSENT:
            return None
        raise
