"""Calls are held back per operation, slower when AWS complains, and counted."""

import random
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from orchestrator.adapters.aws.session import AwsSession
from orchestrator.adapters.aws.throttle import Limits, Throttle, TokenBucket, Turnstile
from orchestrator.model.activity import ActivityEvent, Throttled

OWN = ("", "us-east-1")


class StillClock:
    """Time passes only by waiting."""

    def __init__(self):
        self.time = datetime(2026, 11, 24, tzinfo=UTC)
        self.waits = []

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def still():
    return StillClock()


def bucket(clock, *limits, jitter=0.0):
    return TokenBucket(clock, Limits(*limits), lambda: jitter)


def test_burst_passes_at_once_and_the_rest_at_the_rate(still):
    held = bucket(still, 2.0, 3.0, 2.0)
    for _ in range(7):
        held.take()
    assert still.waits == [0.5, 0.5, 0.5, 0.5]


def test_waits_are_spread_by_chance(still):
    held = bucket(still, 1.0, 0.0, 1.0, jitter=1.0)
    held.take()
    assert still.waits == [pytest.approx(1.1)]


def test_rate_halves_once_for_threads_throttled_together(still):
    held = bucket(still, 8.0, 8.0, 8.0)
    for _ in range(5):
        held.slow_down()
    assert held.rate == 4.0
    still.sleep(1)
    held.slow_down()
    assert held.rate == 2.0


def test_rate_recovers_slowly_up_to_its_ceiling(still):
    held = bucket(still, 8.0, 8.0, 8.0)
    held.slow_down()
    rates = []
    for _ in range(6):
        held.speed_up()
        rates.append(held.rate)
    assert rates == [5.0, 6.0, 7.0, 8.0, 8.0, 8.0]


def test_cloudtrail_is_asked_twice_a_second_however_well_it_answers(still):
    throttle = Throttle(still)
    held = throttle.bucket(OWN, "cloudtrail:LookupEvents")
    for _ in range(10):
        held.take()
        held.speed_up()
    assert sum(still.waits) >= 4


def answer(code=None):
    return (None, {"Error": {"Code": code}} if code else {})


def test_only_the_throttled_operation_slows_down(still):
    throttle = Throttle(still)
    turnstile = Turnstile(throttle, "organizations", lambda: OWN)
    before = throttle.bucket(OWN, "organizations:ListRoots").rate
    event = "needs-retry.organizations.ListAccounts"
    assert turnstile.judge(event_name=event, response=answer("TooManyRequestsException"), attempts=1, caught_exception=None) is None
    assert throttle.bucket(OWN, "organizations:ListAccounts").rate < before
    assert throttle.bucket(OWN, "organizations:ListRoots").rate == before


def test_nobody_at_the_endpoint_is_given_up_soon(still):
    turnstile = Turnstile(Throttle(still), "sts", lambda: OWN)
    error = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    verdicts = [turnstile.judge(event_name="needs-retry.sts.X", response=None, attempts=n, caught_exception=error) for n in (1, 2, 3)]
    assert verdicts == [None, None, False]


class RawAnswer:
    """What botocore takes for an HTTP response."""

    def __init__(self, status, body):
        self.status_code, self.content, self.headers, self.raw = status, body, {}, None


@pytest.mark.parametrize(("code", "attempts"), [("LimitExceededException", 1), ("Throttling", 3)])
def test_quota_is_not_taken_for_throttling(still, hasty_retries, code, attempts):
    client: Any = botocore.session.Session().create_client(
        "cloudformation", "us-east-1", config=botocore.config.Config(retries={"mode": "standard", "total_max_attempts": 3})
    )
    throttle = Throttle(still)
    throttle.watch(client, lambda: OWN)
    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>".encode()
    client.meta.events.register_last("before-send.cloudformation", lambda **_: RawAnswer(400, body))
    with pytest.raises(ClientError):
        client.create_stack_set(StackSetName="cado-x", TemplateBody="{}")
    assert throttle.calls() == {"cloudformation:CreateStackSet": attempts}
    client.close()


def test_a_third_of_the_calls_throttled_costs_the_repetitions_and_less_than_a_minute(still, monkeypatch):
    """Pages of 1,000 accounts, of 40 units and of tags. botocore waits before it repeats, our bucket before it sends; nothing else does."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=still.sleep))
    monkeypatch.setattr("botocore.retries.bucket.Clock.current_time", lambda self: still.now().timestamp())
    monkeypatch.setattr("botocore.retries.bucket.Clock.sleep", lambda self, seconds: still.sleep(seconds))
    random.seed(1)
    dice, throttled = random.Random(1), []

    def answer_for(**_):
        if dice.random() < 0.3:
            throttled.append(True)
            return RawAnswer(400, b'{"__type": "TooManyRequestsException"}')
        return RawAnswer(200, b"{}")

    reported: list[ActivityEvent] = []
    session = AwsSession(region="us-east-1", clock=still, tell=reported.append)
    client: Any = session.client("organizations")
    client.meta.events.register_last("before-send.organizations", answer_for)
    start = still.now()
    for list_page in (*[client.list_accounts] * 51, *[client.list_roots] * 43, *[client.list_delegated_administrators] * 10):
        list_page()
    assert sum(session.calls().values()) == 104 + len(throttled)
    assert reported == [Throttled(number) for number in range(1, len(throttled) + 1)]
    assert (still.now() - start).total_seconds() <= 50
    session.close()
