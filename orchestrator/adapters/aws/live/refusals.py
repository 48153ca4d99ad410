"""A refusal is an answer: its code and AWS's words."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from botocore.exceptions import ClientError

from orchestrator.adapters.aws.errors import code_of, message_of
from orchestrator.errors import OrchestratorError

T = TypeVar("T")

OK = "ok"


def answered(call: Callable[[], object]) -> str:
    """``ok``, or the code AWS refuses with."""
    try:
        call()
    except ClientError as error:
        return code_of(error)
    except OrchestratorError as error:
        return error.kind
    return OK


def or_refusal(call: Callable[[], T]) -> T | Mapping[str, str]:
    """What it returns, or the code AWS refuses with, and AWS's words."""
    try:
        return call()
    except ClientError as error:
        return {"refused": code_of(error), "message": message_of(error)}
