"""Another operation in the way is waited for with the same call, but not for ever."""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from orchestrator.adapters.aws.patience import LIMIT, Patience, StillBusyError, is_busy
from tests.worlds.clocks import RunningClock


def refusal(code, message="no"):
    return ClientError({"Error": {"Code": code, "Message": message}}, "UpdateStackSet")


BUSY = refusal("OperationInProgressException")


def calling(*answers):
    left = list(answers)

    def attempt():
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return attempt


def test_busy_stack_set_is_waited_for():
    clock = RunningClock()
    assert Patience(clock).wait_out(calling(BUSY, BUSY, True), "cado-spoke")
    assert clock.slept > 0


def test_without_a_limit_to_wait_one_refusal_is_the_end():
    clock = RunningClock()
    with pytest.raises(StillBusyError):
        Patience(clock, limit=timedelta()).wait_out(calling(BUSY, True), "cado-spoke")
    assert clock.slept == 0


def test_patience_ends():
    clock = RunningClock()
    with pytest.raises(StillBusyError):
        Patience(clock).wait_out(calling(BUSY), "cado-spoke")
    assert LIMIT.total_seconds() <= clock.slept < 2 * LIMIT.total_seconds()


def test_other_refusals_are_not_waited_for():
    clock = RunningClock()
    with pytest.raises(ClientError):
        Patience(clock).wait_out(calling(refusal("ValidationError")), "cado-spoke")
    assert clock.slept == 0


@pytest.mark.parametrize(
    ("error", "busy"),
    [
        (BUSY, True),
        (refusal("ValidationError", "Stack:arn is in UPDATE_IN_PROGRESS state and can not be updated."), True),
        (refusal("ValidationError", "Stack:arn is in ROLLBACK_COMPLETE state and can not be updated."), False),
        (refusal("LimitExceededException"), False),
    ],
)
def test_busy_is_told_from_broken(error, busy):
    assert is_busy(error) is busy
