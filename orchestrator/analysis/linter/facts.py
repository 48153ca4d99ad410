"""AWS's actions as the linter needs them. An adapter reads them from the service authorization reference."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """One kind of resource an action is checked on. ``arn`` has ``*`` for every part that varies.

    Every ``required`` kind must be allowed for the action to succeed. The name of a ``flat`` kind, an S3 bucket, holds no slash.
    """

    name: str
    arn: str
    required: bool
    condition_keys: frozenset[str]
    flat: bool = False


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """One action. Without ``resources`` it needs Resource ``*``. ``condition_keys`` hold whatever the resource.

    ``access_level`` is List, Read, Write, Tagging or Permissions management.
    """

    name: str
    access_level: str
    resources: tuple[ResourceFacts, ...]
    condition_keys: frozenset[str]

    @property
    def service(self) -> str:
        return self.name.partition(":")[0]


class ActionData(Protocol):
    """The actions and condition keys AWS knows."""

    def expand(self, pattern: str) -> tuple[ActionFacts, ...]:
        """The actions a pattern such as ``kms:ReEncrypt*`` stands for, whatever its case; none when AWS knows none."""

    def is_global(self, key: str) -> bool:
        """Whether requests to every service may carry the condition key."""

    def type_of(self, key: str) -> str | None:
        """What the key holds: String, ARN, Bool, Date, Numeric, IPAddress or ArrayOf one of them; None for a key AWS does not list."""
