"""Limits the rate of each API operation, learnt from AWS's throttling, and counts calls.

One token bucket per operation, region and credentials: AWS throttles by those. The rate rises a little with every answer and
halves when AWS throttles, so that a slow operation does not slow the others.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError

from orchestrator.adapters.aws.errors import THROTTLED
from orchestrator.model.activity import Tell, Throttled, ignore
from orchestrator.ports import Clock

if TYPE_CHECKING:
    from botocore.client import BaseClient

QUOTA_CODE = "LimitExceededException"
"""botocore takes this code for throttling and repeats it; in the services we call it means a quota."""

UNREACHABLE_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """Calls a second to begin with, calls at once, and the rate never to exceed.

    The beginning is an assumption: AWS publishes no rate for most of what is called here, and the answers teach the rest.
    """

    rate: float = 10.0
    burst: float = 15.0
    ceiling: float = 100.0


PUBLISHED = {"cloudtrail:LookupEvents": Limits(2.0, 2.0, 2.0)}
"""Quotas AWS publishes, by ``service:Operation``."""


class TokenBucket:
    """Lets calls through at a rate. ``slow_down`` counts once a second, however many threads were throttled together."""

    def __init__(self, clock: Clock, limits: Limits, jitter: Callable[[], float] = random.random) -> None:
        self.rate = limits.rate
        self._clock = clock
        self._limits = limits
        self._jitter = jitter
        self._tokens = limits.burst
        self._filled = clock.now()
        self._slowed: datetime | None = None
        self._lock = Lock()

    def take(self) -> None:
        """Wait for a turn."""
        with self._lock:
            self._fill()
            self._tokens -= 1
            wait = max(0.0, -self._tokens / self.rate)
        if wait:
            self._clock.sleep(wait * (1 + self._jitter() / 10))

    def speed_up(self) -> None:
        with self._lock:
            self.rate = min(self._limits.ceiling, self.rate + 1)

    def slow_down(self) -> None:
        with self._lock:
            now = self._clock.now()
            if self._slowed is None or (now - self._slowed).total_seconds() >= 1:
                self._fill()
                self.rate = max(0.5, self.rate / 2)
                self._tokens = min(self._tokens, 0)
                self._slowed = now

    def _fill(self) -> None:
        now = self._clock.now()
        passed = max(0.0, (now - self._filled).total_seconds())
        self._tokens = min(self._limits.burst, self._tokens + passed * self.rate)
        self._filled = now


Owner = tuple[str, str]
"""The ARN of an assumed role, empty for the caller's own credentials, and the region."""


class Throttle:
    """The buckets and the counts of one run. ``tell`` takes how often AWS throttled."""

    def __init__(self, clock: Clock, tell: Tell = ignore) -> None:
        self._clock = clock
        self._tell = tell
        self._throttled = 0
        self._buckets: dict[tuple[Owner, str], TokenBucket] = {}
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def calls(self) -> Mapping[str, int]:
        """Requests sent, repeated ones included: ``organizations:ListAccounts`` to a count."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def watch(self, client: "BaseClient", owner: Callable[[], Owner]) -> None:
        """Limit and count the calls of a client; ``owner`` is asked before each."""
        service, events = client.meta.service_model, client.meta.events
        turnstile = Turnstile(self, service.service_name, owner)
        service_id = service.service_id.hyphenize()
        events.register(f"before-send.{service_id}", turnstile.wait)
        events.register_first(f"needs-retry.{service_id}", turnstile.judge)  # type: ignore[arg-type]  # the stub forgets the answer is read

    def count(self, operation: str) -> None:
        with self._lock:
            self._counts[operation] += 1

    def note_throttling(self) -> None:
        with self._lock:
            self._throttled += 1
            requests = self._throttled
        self._tell(Throttled(requests))

    def forget(self, role_arn: str) -> None:
        """Drop what was learnt of an assumed role; its calls stay counted."""
        with self._lock:
            for key in [key for key in self._buckets if key[0][0] == role_arn]:
                del self._buckets[key]

    def bucket(self, owner: Owner, operation: str) -> TokenBucket:
        """``operation`` is ``service:Operation``."""
        with self._lock:
            key = (owner, operation)
            if key not in self._buckets:
                self._buckets[key] = TokenBucket(self._clock, PUBLISHED.get(operation, Limits()))
            return self._buckets[key]


class Turnstile:
    """What botocore calls back before it sends and after it received, for one client."""

    def __init__(self, throttle: Throttle, service: str, owner: Callable[[], Owner]) -> None:
        self._throttle = throttle
        self._service = service
        self._owner = owner

    def wait(self, *, event_name: str, **_: object) -> None:
        operation = self._operation(event_name)
        self._throttle.bucket(self._owner(), operation).take()
        self._throttle.count(operation)

    def judge(
        self,
        *,
        event_name: str,
        response: tuple[object, Mapping[str, Mapping[str, str]]] | None,
        attempts: int,
        caught_exception: Exception | None,
        **_: object,
    ) -> bool | None:
        """Learn from the answer. False forbids another attempt, None leaves it to botocore."""
        if response is None:
            is_hopeless = isinstance(caught_exception, EndpointConnectionError | ConnectTimeoutError) and attempts >= UNREACHABLE_ATTEMPTS
            return False if is_hopeless else None
        code = response[1].get("Error", {}).get("Code", "")
        bucket = self._throttle.bucket(self._owner(), self._operation(event_name))
        if code in THROTTLED:
            bucket.slow_down()
            self._throttle.note_throttling()
        elif not code:
            bucket.speed_up()
        return False if code == QUOTA_CODE else None

    def _operation(self, event_name: str) -> str:
        return f"{self._service}:{event_name.rpartition('.')[2]}"
