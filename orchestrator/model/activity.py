"""What takes long besides operations, as it is reported while it goes on: reading, looking into accounts, detecting drift, checking."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class Activity(StrEnum):
    """What is done; the value is how it is shown."""

    ORGANIZATION = "Reading the organization"
    TAGS = "Reading the tags of accounts"
    STACK_SETS = "Reading StackSets"
    ALTERED = "Looking again into altered accounts"
    EVIDENCE = "Looking for the use of temporary grants"
    PROOF = "Looking for revoked policies"
    DRIFT = "Detecting drift"
    PROBE = "Looking into accounts"
    CHECKS = "Checking"

    @property
    def counts(self) -> str:
        """What is counted, one of them."""
        return COUNTED.get(self, "account")


COUNTED = {
    Activity.STACK_SETS: "StackSet",
    Activity.EVIDENCE: "grant",
    Activity.PROOF: "role",
    Activity.DRIFT: "StackSet",
    Activity.CHECKS: "check",
}


@dataclass(frozen=True, slots=True)
class ActivityProgressed:
    """``done`` of ``total``, which is 0 while it is not known. ``detail``: what it is at."""

    activity: Activity
    done: int = 0
    total: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ActivityEnded:
    """Whether it succeeded or not."""

    activity: Activity


@dataclass(frozen=True, slots=True)
class Throttled:
    """AWS has throttled so many requests since the program started; each is sent again, later."""

    requests: int


ActivityEvent = ActivityProgressed | ActivityEnded | Throttled
Tell = Callable[[ActivityEvent], None]


def ignore(_: object) -> None:
    """For a caller who follows nothing."""


def followed(activity: Activity, items: Iterable[T], total: int, tell: Tell) -> Iterator[T]:
    """The items as they come, each reported when the next one is asked for; nothing is reported where there are none."""
    if total:
        tell(ActivityProgressed(activity, 0, total))
    try:
        for done, item in enumerate(items, 1):
            yield item
            tell(ActivityProgressed(activity, done, total))
    finally:
        tell(ActivityEnded(activity))
